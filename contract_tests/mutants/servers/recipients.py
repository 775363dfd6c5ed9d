"""Broken servers: channel data, preferences, subscriptions and audiences."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, answer, changed, planted, problem, shown
from contract_tests.rules import resources as rules


@planted(rules.CHANNEL_DATA_READ_BACK)
def channel_data_is_joined(call: Call) -> httpx.Response:
    """Tokens of a put are added to those that are there."""
    if call.method == "PUT" and "channel_data" in call.parts() and isinstance(call.body, dict):
        before = shown(call.forward("GET", call.path)) or {}
        tokens = [d["token"] for d in (before.get("data") or {}).get("devices", [])]
        data = call.body.get("data") or {}
        if "tokens" in data:
            joined = [*tokens, *(t for t in data["tokens"] if t not in tokens)]
            return call.forward(body={"data": {"tokens": joined}})
    return call.forward()


@planted(rules.CHANNEL_DATA_UNSET)
def unset_channel_data_is_empty(call: Call) -> httpx.Response:
    """Channel data that was never set is answered as empty."""
    response = call.forward()
    if call.method == "GET" and "channel_data" in call.parts() and response.status_code == 404:
        return answer(
            200,
            {
                "__typename": "ChannelData", "channel_id": call.parts()[-1], "provider": "push_fcm",
                "data": {"__typename": "PushChannelData", "tokens": [], "devices": []},
            },
        )  # fmt: skip
    return response


@planted(rules.PREFERENCES_REPLACED)
def preferences_are_always_merged(call: Call) -> httpx.Response:
    """A put of a preference set never removes anything."""
    put = call.method == "PUT" and call.parts()[-2:-1] == ["preferences"]
    if put and isinstance(call.body, dict):
        return call.forward(body={**call.body, "__persistence_strategy__": "merge"})
    return call.forward()


@planted(rules.PREFERENCES_REPLACED)
def preferences_are_never_merged(call: Call) -> httpx.Response:
    """A put of a preference set always replaces it."""
    put = call.method == "PUT" and call.parts()[-2:-1] == ["preferences"]
    if put and (call.body or {}).get("__persistence_strategy__") == "merge":
        return call.forward(body={**call.body, "__persistence_strategy__": "replace"})
    return call.forward()


@planted(rules.PREFERENCES_READ_BACK)
def sets_of_tenants_are_the_default(call: Call) -> httpx.Response:
    """What is written to a tenant's set is written to default as well."""
    if call.method == "PUT" and call.parts()[-2:-1] == ["preferences"]:
        default = "/".join([*call.path.split("/")[:-1], "default"])
        call.forward("PUT", default, body=call.body)
    return call.forward()


@planted(rules.PREFERENCES_EMPTY)
def unwritten_sets_are_missing(call: Call) -> httpx.Response:
    """A preference set that was never written is a 404."""
    response = call.forward()
    if call.method == "GET" and call.parts()[-2:-1] == ["preferences"]:
        groups = ("categories", "workflows", "channel_types", "channels")
        if response.status_code == 200 and not any(shown(response).get(g) for g in groups):
            return problem(404, "resource_missing")
    return response


@planted(rules.SUBSCRIPTIONS_KEPT)
def only_the_first_is_subscribed(call: Call) -> httpx.Response:
    """Of several recipients only the first is subscribed."""
    if call.method == "POST" and call.path.endswith("/subscriptions"):
        recipients = call.body.get("recipients") if isinstance(call.body, dict) else None
        if isinstance(recipients, list):
            return call.forward(body={**call.body, "recipients": recipients[:1]})
    return call.forward()


@planted(rules.SUBSCRIBED_ONCE)
def subscribing_again_changes_nothing(call: Call) -> httpx.Response:
    """The properties of a subscription that is made again are those of the first time."""
    if call.method == "POST" and call.path.endswith("/subscriptions"):
        listed = shown(call.forward("GET", call.path)) or {}
        if listed.get("entries"):
            body = {n: v for n, v in call.body.items() if n != "properties"}
            return call.forward(body=body)
    return call.forward()


@planted(rules.UNSUBSCRIBED)
def unsubscribing_takes_everybody(call: Call) -> httpx.Response:
    """Deleting one subscription of an object deletes them all."""
    if call.method == "DELETE" and call.path.endswith("/subscriptions"):
        listed = shown(call.forward("GET", call.path)) or {}
        every = [entry["recipient"]["id"] for entry in listed.get("entries", [])]
        return call.forward(body={"recipients": every})
    return call.forward()


@planted(rules.AUDIENCE_KEPT)
def members_are_listed_twice(call: Call) -> httpx.Response:
    """Who is added to an audience twice is a member twice."""
    response = call.forward()
    if call.path.endswith("/members") and call.method == "POST":
        call.memory[call.path] = call.memory.get(call.path, 0) + 1
    if call.path.endswith("/members") and call.method == "GET" and response.status_code == 200:
        body = shown(response)
        body["entries"] *= max(1, call.memory.get(call.path, 1))
        return changed(response, body)
    return response


@planted(rules.AUDIENCE_KEPT)
def new_members_replace_the_old(call: Call) -> httpx.Response:
    """Who is added to an audience is all that there is in it."""
    if call.path.endswith("/members") and call.method == "POST":
        listed = shown(call.forward("GET", call.path)) or {}
        old = [
            {"user": {"id": entry["user_id"]}, "tenant": entry["tenant"]}
            for entry in listed.get("entries", [])
        ]
        if old:
            call.forward("DELETE", call.path, body={"members": old})
    return call.forward()
