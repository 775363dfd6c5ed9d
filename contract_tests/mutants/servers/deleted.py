"""Broken servers: deletions that take too much, or too little."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from contract_tests.mutants.servers.planted import Call, answer, changed, planted, shown
from contract_tests.rules import resources as rules


def _one(call: Call, kind: str) -> bool:
    length = 3 if kind == "objects" else 2
    return call.method == "DELETE" and call.parts()[0] == kind and len(call.parts()) == length


def _reference(recipient: dict[str, Any]) -> Any:
    collection = recipient.get("collection")
    return {"id": recipient["id"], "collection": collection} if collection else recipient["id"]


@planted(rules.NEIGHBOURS)
def deleting_an_object_takes_the_user(call: Call) -> httpx.Response:
    """Deleting an object deletes the user with the same id."""
    if _one(call, "objects"):
        call.forward("DELETE", f"/v1/users/{quote(call.parts()[2], safe='')}")
    return call.forward()


@planted(rules.NEIGHBOURS)
def deleting_takes_the_id_in_every_collection(call: Call) -> httpx.Response:
    """Objects are deleted by their id, whatever their collection."""
    seen: dict[str, None] = call.memory.setdefault("collections", {})
    if call.parts()[0] == "objects" and len(call.parts()) == 3:
        seen[call.parts()[1]] = None
        if call.method == "DELETE":
            for collection in seen:
                call.forward("DELETE", f"/v1/objects/{collection}/{call.parts()[2]}")
            return answer(204)
    return call.forward()


@planted(rules.NEIGHBOURS)
def deleting_a_user_unsubscribes_the_others(call: Call) -> httpx.Response:
    """Deleting a user empties the objects that it was subscribed to."""
    if not _one(call, "users"):
        return call.forward()
    own = shown(call.forward("GET", f"{call.path}/subscriptions")) or {}
    response = call.forward()
    for entry in own.get("entries", []):
        path = f"/v1/objects/{entry['object']['collection']}/{entry['object']['id']}/subscriptions"
        left = (shown(call.forward("GET", path)) or {}).get("entries", [])
        everybody = [_reference(one["recipient"]) for one in left]
        if everybody:
            call.forward("DELETE", path, body={"recipients": everybody})
    return response


@planted(rules.NEIGHBOURS)
def deleting_tenants_in_bulk_takes_the_users(call: Call) -> httpx.Response:
    """Deleting tenants in bulk deletes the users with the same ids."""
    if call.path == "/v1/tenants/bulk/delete":
        ids = [value for name, value in call.query if name.startswith("tenant_ids")]
        call.forward("POST", "/v1/users/bulk/delete", body={"user_ids": ids})
    return call.forward()


@planted(rules.NEIGHBOURS)
def unsetting_one_channel_unsets_the_others(call: Call) -> httpx.Response:
    """Deleting the channel data of one channel deletes those of every channel."""
    if call.method == "DELETE" and "channel_data" in call.parts():
        root = call.path.rpartition("/")[0]
        for channel in call.memory.get(root, ()):
            if not call.path.endswith(channel):
                call.forward("DELETE", f"{root}/{channel}")
    if call.method == "PUT" and "channel_data" in call.parts():
        root, _, channel = call.path.rpartition("/")
        call.memory.setdefault(root, {})[channel] = None
    return call.forward()


@planted(rules.NEIGHBOURS)
def deleting_one_set_deletes_all(call: Call) -> httpx.Response:
    """Deleting one preference set of a recipient deletes the others, too."""
    if call.method == "DELETE" and call.parts()[-2:-1] == ["preferences"]:
        root = call.path.rpartition("/")[0]
        for one in shown(call.forward("GET", root)) or []:
            call.forward("DELETE", f"{root}/{one['id']}")
    return call.forward()


@planted(rules.DELETE_CASCADES)
def deleted_tenants_stay_objects(call: Call) -> httpx.Response:
    """A tenant that was deleted is still read as an object."""
    path = call.path.replace("/v1/tenants/", "/v1/objects/$tenants/")
    if _one(call, "tenants"):
        call.memory[path] = shown(call.forward("GET", path))
    response = call.forward()
    kept = call.memory.get(call.path)
    if call.method == "GET" and response.status_code == 404 and kept:
        return answer(200, kept, response)
    return response


@planted(rules.DELETE_CASCADES)
def deleted_users_keep_their_schedules(call: Call) -> httpx.Response:
    """The schedules of a deleted user are still listed."""
    if _one(call, "users"):
        own = shown(call.forward("GET", f"{call.path}/schedules")) or {}
        call.memory.setdefault("left", []).extend(own.get("entries", []))
    response = call.forward()
    body = shown(response)
    if call.method == "GET" and call.path == "/v1/schedules" and response.status_code == 200:
        body["entries"] += call.memory.get("left", [])
        return changed(response, body)
    return response


@planted(rules.SCHEDULES_DELETED)
def one_schedule_is_deleted_of_many(call: Call) -> httpx.Response:
    """Of the schedules that a call names only the first is deleted."""
    if call.method == "DELETE" and call.path == "/v1/schedules" and isinstance(call.body, dict):
        return call.forward(body={"schedule_ids": call.body.get("schedule_ids", [])[:1]})
    return call.forward()
