"""Broken servers: users, objects and tenants."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, answer, changed, planted, problem, shown
from contract_tests.rules import resources as rules

_OWN = ("id", "name", "email", "__typename", "updated_at", "created_at", "settings")


def _is_user(call: Call, method: str) -> bool:
    return call.method == method and call.parts()[0] == "users" and len(call.parts()) == 2


def _is_object(call: Call, method: str) -> bool:
    return call.method == method and call.parts()[0] == "objects" and len(call.parts()) == 3


@planted(rules.USER_READ_BACK)
def custom_properties_are_dropped(call: Call) -> httpx.Response:
    """Users keep the properties that Knock names, and lose all others."""
    if _is_user(call, "PUT") and isinstance(call.body, dict):
        return call.forward(body={n: v for n, v in call.body.items() if n in _OWN})
    return call.forward()


@planted(rules.USER_READ_BACK)
def numbers_become_texts(call: Call) -> httpx.Response:
    """Numbers among the properties of users come back as texts."""
    response = call.forward()
    if _is_user(call, "GET") and response.status_code == 200:
        body = {n: str(v) if type(v) is int else v for n, v in shown(response).items()}
        return changed(response, body)
    return response


@planted(rules.USER_READ_BACK)
def reads_are_stale(call: Call) -> httpx.Response:
    """A user is read as it was when it was read before."""
    response = call.forward()
    if _is_user(call, "GET") and response.status_code == 200:
        stale = call.memory.get(call.path, shown(response))
        call.memory[call.path] = shown(response)
        return changed(response, stale)
    if _is_user(call, "PUT") and response.status_code == 200:
        call.memory.setdefault(call.path, {**shown(response), "name": None})
    return response


@planted(rules.MERGED)
def writing_replaces(call: Call) -> httpx.Response:
    """A put of a user replaces what was there."""
    if _is_user(call, "PUT"):
        call.forward("DELETE", call.path)
    return call.forward()


@planted(rules.MERGED)
def merging_is_shallow(call: Call) -> httpx.Response:
    """Nested maps of an object are replaced as a whole."""
    if _is_object(call, "PUT") and isinstance(call.body, dict):
        nested = {n: None for n, v in call.body.items() if isinstance(v, dict)}
        if nested:
            call.forward("PUT", call.path, body=nested)
    return call.forward()


@planted(rules.MERGED)
def null_changes_nothing(call: Call) -> httpx.Response:
    """A null leaves a property of a tenant as it was."""
    again = call.forward("GET", call.path).status_code == 200
    if call.method == "PUT" and call.parts()[0] == "tenants" and again:
        return call.forward(body={n: v for n, v in call.body.items() if v is not None})
    return call.forward()


@planted(rules.OBJECT_READ_BACK)
def objects_lose_their_name(call: Call) -> httpx.Response:
    """The name of an object is not kept."""
    if _is_object(call, "PUT") and isinstance(call.body, dict):
        return call.forward(body={n: v for n, v in call.body.items() if n != "name"})
    return call.forward()


@planted(rules.TENANT_READ_BACK)
def tenant_settings_are_dropped(call: Call) -> httpx.Response:
    """The branding of a tenant is not kept."""
    if call.method == "PUT" and call.parts()[0] == "tenants" and isinstance(call.body, dict):
        return call.forward(body={n: v for n, v in call.body.items() if n != "settings"})
    return call.forward()


@planted(rules.TENANT_IS_OBJECT)
def tenants_are_no_objects(call: Call) -> httpx.Response:
    """The collection $tenants is empty."""
    if call.parts()[:2] == ["objects", "$tenants"]:
        return problem(404, "resource_missing")
    return call.forward()


@planted(rules.CREATED_STAYS)
def users_were_updated_long_ago(call: Call) -> httpx.Response:
    """A user that is written again was updated at the beginning of time."""
    response = call.forward()
    if _is_user(call, "GET") and response.status_code == 200:
        return changed(response, {**shown(response), "updated_at": "1970-01-01T00:00:00.000Z"})
    return response


@planted(rules.DELETED_IS_GONE)
def deleting_does_nothing(call: Call) -> httpx.Response:
    """DELETE of a user answers 204 and leaves it."""
    if _is_user(call, "DELETE") and call.forward("GET", call.path).status_code == 200:
        return httpx.Response(204, headers={"x-request-id": "deleted"})
    return call.forward()


@planted(rules.DELETED_IS_GONE)
def deleting_takes_too_much(call: Call) -> httpx.Response:
    """Deleting a tenant deletes those whose id begins with its id, too."""
    if call.method == "DELETE" and call.parts()[0] == "tenants" and len(call.parts()) == 2:
        for tenant in shown(call.forward("GET", "/v1/tenants"))["entries"]:
            if tenant["id"].startswith(call.parts()[1]) and tenant["id"] != call.parts()[1]:
                call.forward("DELETE", f"/v1/tenants/{tenant['id']}")
    return call.forward()


@planted(rules.STARTS_EMPTY)
def properties_come_back(call: Call) -> httpx.Response:
    """A user that is made again has the properties that it had before its deletion."""
    if _is_user(call, "DELETE"):
        call.memory[call.path] = shown(call.forward("GET", call.path))
    response = call.forward()
    if _is_user(call, "PUT") and call.path in call.memory:
        old = {n: v for n, v in call.memory.pop(call.path).items() if n not in _OWN}
        call.forward("PUT", call.path, body=old)
    return response


@planted(rules.DELETE_CASCADES)
def preferences_outlive_their_user(call: Call) -> httpx.Response:
    """The preference set of a deleted user is there again when the user is."""
    preferences = f"{call.path}/preferences/default"
    if _is_user(call, "DELETE"):
        found = shown(call.forward("GET", preferences)) or {}
        call.memory[call.path] = {"categories": found.get("categories") or {}}
    response = call.forward()
    if _is_user(call, "PUT") and call.path in call.memory:
        call.forward("PUT", preferences, body=call.memory.pop(call.path))
    return response


@planted(rules.DELETE_CASCADES)
def subscriptions_outlive_their_user(call: Call) -> httpx.Response:
    """A deleted user is still listed among the subscribers."""
    response = call.forward()
    if call.path.endswith("/subscriptions") and call.method == "GET":
        if call.parts()[0] != "objects" or response.status_code != 200:
            return response
        body = shown(response)
        known = call.memory.setdefault(call.path, {})
        known.update({entry["recipient"]["id"]: entry for entry in body["entries"]})
        return changed(response, {**body, "entries": list(known.values())})
    if call.path.endswith("/subscriptions") and call.method == "POST":
        entries = shown(response) or []
        if isinstance(entries, list):
            known = call.memory.setdefault(call.path, {})
            known.update({entry["recipient"]["id"]: entry for entry in entries})
    if call.path.endswith("/subscriptions") and call.method == "DELETE":
        call.memory.pop(call.path, None)
    return response


@planted(rules.DELETE_CASCADES)
def subscriptions_outlive_their_object(call: Call) -> httpx.Response:
    """Who subscribed to a deleted object still has the subscription."""
    response = call.forward()
    mine = call.parts()[0] == "users" and call.path.endswith("/subscriptions")
    if mine and response.status_code == 200:
        body = shown(response)
        body["entries"] += call.memory.get("left", [])
        return changed(response, body)
    if call.method == "POST" and call.path.endswith("/subscriptions"):
        entries = shown(response)
        if isinstance(entries, list):
            call.memory.setdefault("made", []).extend(entries)
    if _is_object(call, "DELETE"):
        call.memory["left"] = call.memory.pop("made", [])
    return response


@planted(rules.DELETE_CASCADES)
def messages_outlive_their_user(call: Call) -> httpx.Response:
    """The messages of a deleted user can still be read."""
    response = call.forward()
    missed = call.method == "GET" and response.status_code == 404
    if missed and call.path.startswith("/v1/messages/") and call.path in call.memory:
        return answer(200, call.memory[call.path])
    listed = shown(response) if call.path.endswith("/messages") else None
    for item in (listed or {}).get("items", []):
        call.memory[f"/v1/messages/{item['id']}"] = item
    return response


@planted(rules.MERGE_USERS)
def the_wrong_one_survives(call: Call) -> httpx.Response:
    """Merging users lets the values of the one that goes win."""
    if call.path.endswith("/merge") and isinstance(call.body, dict):
        other = shown(call.forward("GET", f"/v1/users/{call.body.get('from_user_id')}"))
        call.forward()
        own = {n: v for n, v in other.items() if n not in ("id", "__typename", "updated_at")}
        return call.forward("PUT", call.path.removesuffix("/merge"), body=own)
    return call.forward()


@planted(rules.MERGE_USERS)
def the_merged_user_stays(call: Call) -> httpx.Response:
    """Merging users leaves the one that should go."""
    response = call.forward()
    if call.path.endswith("/merge") and response.status_code == 200:
        call.forward("PUT", f"/v1/users/{call.body['from_user_id']}", body={"name": "left"})
    return response


@planted(rules.ISOLATION, "resources")
def users_are_for_everybody(call: Call) -> httpx.Response:
    """A user is found whatever environment's key asks for it."""
    response = call.forward()
    if _is_user(call, "PUT") and response.status_code == 200:
        call.shared.setdefault(call.path, call.key)
    if _is_user(call, "GET") and response.status_code == 404 and call.path in call.shared:
        return call.forward(key=call.shared[call.path])
    return response


@planted(rules.ISOLATION, "resources")
def one_shelf_for_all(call: Call) -> httpx.Response:
    """All environments share the objects of one of them."""
    if call.parts()[0] != "objects":
        return call.forward()
    return call.forward(key=call.shared.setdefault("first", call.key) if call.key else None)
