"""Broken servers: schedules, preference sets, audiences and merged users that lose a part."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, planted, shown
from contract_tests.rules import resources as rules


def _without(call: Call, method: str, path: str, *members: str) -> httpx.Response:
    """The call without members of its body, where it is that call."""
    if call.method == method and call.path == path and isinstance(call.body, dict):
        return call.forward(body={n: v for n, v in call.body.items() if n not in members})
    return call.forward()


def _is_set(call: Call) -> bool:
    return call.method == "PUT" and call.parts()[-2:-1] == ["preferences"]


@planted(rules.SCHEDULE_FIRES)
def schedules_never_end(call: Call) -> httpx.Response:
    """A schedule is made without its `ending_at`."""
    return _without(call, "POST", "/v1/schedules", "ending_at")


@planted(rules.SCHEDULE_FIRES)
def schedules_cannot_be_moved(call: Call) -> httpx.Response:
    """A change of `scheduled_at` is answered, and not made."""
    return _without(call, "PUT", "/v1/schedules", "scheduled_at")


@planted(rules.SCHEDULES_KEPT)
def schedules_lose_their_tenant(call: Call) -> httpx.Response:
    """Schedules that are made in bulk are for no tenant."""
    if call.path == "/v1/schedules/bulk/create" and isinstance(call.body, dict):
        rows = [
            {n: v for n, v in row.items() if n != "tenant"} if isinstance(row, dict) else row
            for row in call.body.get("schedules") or ()
        ]
        return call.forward(body={"schedules": rows})
    return call.forward()


@planted(rules.SCHEDULES_KEPT)
def one_schedule_is_changed_of_many(call: Call) -> httpx.Response:
    """Of the schedules that a change names only the first is changed."""
    if call.method == "PUT" and call.path == "/v1/schedules" and isinstance(call.body, dict):
        first = {"schedule_ids": (call.body.get("schedule_ids") or [])[:1]}
        return call.forward(body={**call.body, **first})
    return call.forward()


@planted(rules.SCHEDULES_KEPT)
def days_of_the_week_are_forgotten(call: Call) -> httpx.Response:
    """A weekly schedule keeps its hours, and loses its days."""
    if call.method == "POST" and call.path == "/v1/schedules" and isinstance(call.body, dict):
        repeats = [
            {n: v for n, v in one.items() if n != "days"} if isinstance(one, dict) else one
            for one in call.body.get("repeats") or ()
        ]
        return call.forward(body={**call.body, "repeats": repeats})
    return call.forward()


@planted(rules.PREFERENCES_READ_BACK)
def conditions_are_dropped(call: Call) -> httpx.Response:
    """A setting with conditions is kept as a yes."""

    def plain(node: Any) -> Any:
        if isinstance(node, dict):
            return True if "conditions" in node else {n: plain(v) for n, v in node.items()}
        return node

    return call.forward(body=plain(call.body)) if _is_set(call) else call.forward()


@planted(rules.PREFERENCES_READ_BACK)
def everybody_is_subscribed(call: Call) -> httpx.Response:
    """Preference sets do not keep `commercial_subscribed`."""
    if _is_set(call) and isinstance(call.body, dict):
        return call.forward(
            body={n: v for n, v in call.body.items() if n != "commercial_subscribed"}
        )
    return call.forward()


@planted(rules.PREFERENCES_REPLACED)
def parts_of_objects_are_not_written(call: Call) -> httpx.Response:
    """The calls for one category of an object's preferences change nothing."""
    parts = call.parts()
    if call.method == "PUT" and parts[0] == "objects" and parts[-2:-1] == ["categories"]:
        return call.forward("GET", "/".join(call.path.split("/")[:-2]))
    return call.forward()


@planted(rules.AUDIENCE_KEPT)
def members_have_no_tenant(call: Call) -> httpx.Response:
    """Who joins an audience for a tenant joins it for none."""
    if call.method == "POST" and call.path.endswith("/members") and isinstance(call.body, dict):
        members = [
            {n: v for n, v in one.items() if n != "tenant"} if isinstance(one, dict) else one
            for one in call.body.get("members") or ()
        ]
        return call.forward(body={"members": members})
    return call.forward()


@planted(rules.AUDIENCE_KEPT)
def members_leave_for_all_tenants(call: Call) -> httpx.Response:
    """Who is removed from an audience for one tenant is removed for all."""
    if call.method == "DELETE" and call.path.endswith("/members") and isinstance(call.body, dict):
        named = [one.get("user", {}).get("id") for one in call.body.get("members") or ()]
        for entry in (shown(call.forward("GET", call.path)) or {}).get("entries", []):
            if entry["user_id"] in named:
                member = {"user": {"id": entry["user_id"]}}
                if entry["tenant"]:
                    member["tenant"] = entry["tenant"]
                call.forward("DELETE", call.path, body={"members": [member]})
    return call.forward()


@planted(rules.MERGE_SUBSCRIPTIONS)
def subscriptions_go_with_the_other(call: Call) -> httpx.Response:
    """Merging users takes no subscriptions over."""
    if call.path.endswith("/merge") and isinstance(call.body, dict):
        other = call.body.get("from_user_id")
        own = shown(call.forward("GET", f"/v1/users/{other}/subscriptions")) or {}
        for entry in own.get("entries", []):
            thing = entry["object"]
            path = f"/v1/objects/{thing['collection']}/{thing['id']}/subscriptions"
            call.forward("DELETE", path, body={"recipients": [other]})
    return call.forward()


@planted(rules.MERGE_USERS)
def sets_of_tenants_go_with_the_other(call: Call) -> httpx.Response:
    """Merging users takes over no preference set but `default`."""
    if call.path.endswith("/merge") and isinstance(call.body, dict):
        root = f"/v1/users/{call.body.get('from_user_id')}/preferences"
        for one in shown(call.forward("GET", root)) or []:
            if one["id"] != "default":
                call.forward("DELETE", f"{root}/{one['id']}")
    return call.forward()


@planted(rules.CHANNEL_DATA_READ_BACK)
def devices_lose_their_locale(call: Call) -> httpx.Response:
    """Devices of push channels are kept as tokens alone."""
    data = call.body.get("data") if isinstance(call.body, dict) else None
    devices = data.get("devices") if isinstance(data, dict) else None
    if call.method == "PUT" and "channel_data" in call.parts() and devices:
        tokens = [one["token"] for one in devices if "token" in one]
        return call.forward(body={"data": {"tokens": tokens}})
    return call.forward()
