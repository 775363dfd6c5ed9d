"""Broken servers: what bulk calls do to things that they do not name."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, planted, shown
from contract_tests.rules import lifecycle as rules
from contract_tests.rules.resources import ISOLATION


def _named(call: Call, path: str, member: str) -> list[str]:
    """The ids that the rows of such a bulk call name; empty for any other call."""
    body = call.body
    if not call.path.endswith(path) or not isinstance(body, dict):
        return []
    rows = body.get(member)
    ids = [row.get("id") if isinstance(row, dict) else row for row in rows or ()]
    return [id for id in ids if isinstance(id, str) and "/" not in id][:20]


@planted(rules.ONLY_ITS_ROWS)
def collections_are_not_told_apart(call: Call) -> httpx.Response:
    """A bulk delete of objects deletes those of the same id in other collections, too."""
    parts = call.parts()
    if parts[0] == "objects" and call.method == "PUT" and len(parts) == 3:
        call.memory.setdefault(parts[2], set()).add(parts[1])
    for id in _named(call, "/bulk/delete", "object_ids"):
        for collection in call.memory.get(id, set()) - {parts[1]}:
            call.forward("DELETE", f"/v1/objects/{collection}/{id}")
    return call.forward()


@planted(rules.ONLY_ITS_ROWS)
def users_go_with_objects_of_their_id(call: Call) -> httpx.Response:
    """A bulk delete of objects deletes the users of the same ids."""
    for id in _named(call, "/bulk/delete", "object_ids"):
        call.forward("DELETE", f"/v1/users/{id}")
    return call.forward()


@planted(rules.ONLY_ITS_ROWS)
def case_does_not_matter(call: Call) -> httpx.Response:
    """A bulk delete of users deletes those whose ids differ in case alone."""
    for id in _named(call, "/users/bulk/delete", "user_ids"):
        for other in {id.upper(), id.swapcase()} - {id}:
            call.forward("DELETE", f"/v1/users/{other}")
    return call.forward()


@planted(rules.ONLY_ITS_ROWS)
def unsubscribed_from_all_collections(call: Call) -> httpx.Response:
    """A bulk unsubscription ends those to objects of the same id in other collections, too."""
    parts, body = call.parts(), call.body
    if parts[0] == "objects" and call.method == "PUT" and len(parts) == 3:
        call.memory.setdefault(parts[2], set()).add(parts[1])
    for row in (
        (body or {}).get("subscriptions", []) if "/subscriptions/delete" in call.path else ()
    ):
        for collection in call.memory.get(row["id"], set()) - {parts[1]}:
            path = f"/v1/objects/{collection}/{row['id']}/subscriptions"
            call.forward("DELETE", path, body={"recipients": row["recipients"]})
    return call.forward()


@planted(rules.ONLY_ITS_ROWS)
def schedules_take_each_others_place(call: Call) -> httpx.Response:
    """Making schedules in bulk ends those that their recipients have."""
    rows = (call.body or {}).get("schedules", []) if call.path.endswith("/bulk/create") else ()
    for row in rows:
        recipient = row.get("recipient")
        if isinstance(recipient, str):
            listed = shown(call.forward("GET", f"/v1/users/{recipient}/schedules")) or {}
            ids = [entry["id"] for entry in listed.get("entries", ())]
            if ids:
                call.forward("DELETE", "/v1/schedules", body={"schedule_ids": ids})
    return call.forward()


@planted(rules.ONLY_ITS_ROWS)
def every_set_is_reset(call: Call) -> httpx.Response:
    """Setting preferences in bulk empties the other sets of each user."""
    for id in _named(call, "/users/bulk/preferences", "user_ids"):
        named = (call.body or {}).get("preferences", {}).get("id", "default")
        for one in shown(call.forward("GET", f"/v1/users/{id}/preferences")) or ():
            if isinstance(one, dict) and one.get("id") != named:
                call.forward("DELETE", f"/v1/users/{id}/preferences/{one['id']}")
    return call.forward()


@planted(ISOLATION, "lifecycle")
def tenants_are_for_all_environments(call: Call) -> httpx.Response:
    """Tenants that are deleted in bulk are deleted in every environment."""
    call.shared.setdefault("keys", set()).add(call.key)
    if call.path == "/v1/tenants/bulk/delete":
        for key in call.shared["keys"] - {call.key}:
            call.forward(key=key)
    return call.forward()
