"""Broken servers: what the rows of bulk operations do, and when."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, changed, planted, shown
from contract_tests.mutants.servers.telling import is_operation
from contract_tests.rules import lifecycle as rules

_CONTROL = "/_mock_knock/bulk_operations"


def _rows(call: Call) -> list[Any]:
    """The rows of a bulk identify, empty for any other call."""
    if call.path == "/v1/users/bulk/identify" and isinstance(call.body, dict):
        rows = call.body.get("users")
        return rows if isinstance(rows, list) else []
    return []


@planted(rules.EFFECT_NOT_EARLY)
def effect_before_its_row(call: Call) -> httpx.Response:
    """Users are identified as soon as the bulk call is taken."""
    response = call.forward()
    if response.status_code == 200:
        for row in _rows(call):
            call.forward("PUT", f"/v1/users/{row['id']}", body=row)
    return response


@planted(rules.EFFECT_NOT_EARLY)
def effects_when_processing_begins(call: Call) -> httpx.Response:
    """All users are there as soon as the operation is processing."""
    response = call.forward()
    body = shown(response)
    if response.status_code == 200 and _rows(call):
        call.memory[body["id"]] = _rows(call)
    for operation in shown(call.forward("GET", _CONTROL))["items"]:
        if operation["status"] == "processing":
            for row in call.memory.pop(operation["id"], []):
                call.forward("PUT", f"/v1/users/{row['id']}", body=row)
    return response


@planted(rules.EFFECT_WHEN_DONE)
def effects_only_at_the_end(call: Call) -> httpx.Response:
    """Users of a bulk identify cannot be read before all of it is completed."""
    response = call.forward()
    body = shown(response)
    if response.status_code == 200 and _rows(call):
        call.memory[body["id"]] = {row["id"] for row in _rows(call)}
    if call.method == "GET" and call.parts()[0] == "users" and len(call.parts()) == 2:
        for operation in shown(call.forward("GET", _CONTROL))["items"]:
            rows = call.memory.get(operation["id"], ())
            if call.parts()[1] in rows and operation["status"] != "completed":
                return call.forward("GET", "/v1/users/somebody-else-entirely")
    return response


@planted(rules.EFFECT_WHEN_DONE)
def deletes_nothing(call: Call) -> httpx.Response:
    """A bulk delete of users counts its rows, and deletes none."""
    if call.path != "/v1/users/bulk/delete" or not isinstance(call.body, dict):
        renamed = call.memory.get("renamed", set())
        response = call.forward()
        body = shown(response)
        if isinstance(body, dict) and body.get("id") in renamed:
            return changed(response, {**body, "name": "users.delete"})
        return response
    ids = call.body.get("user_ids")
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        return call.forward()
    users = {"users": [{"id": id} for id in ids]}
    response = call.forward("POST", "/v1/users/bulk/identify", body=users)
    body = shown(response)
    call.memory.setdefault("renamed", set()).add(body.get("id"))
    return changed(response, {**body, "name": "users.delete"})


@planted(rules.EFFECT_OF_FAILED)
def failed_rows_take_effect(call: Call) -> httpx.Response:
    """Users of rows that failed are there all the same."""
    response = call.forward()
    body = shown(response)
    if response.status_code == 200 and _rows(call):
        call.memory[body["id"]] = {row["id"]: row for row in _rows(call)}
    if isinstance(body, dict) and body.get("__typename") == "BulkOperation":
        rows = call.memory.get(body["id"], {})
        for item in body["error_items"]:
            if item["id"] in rows:
                call.forward("PUT", f"/v1/users/{item['id']}", body=rows[item["id"]])
    return response


@planted(rules.EFFECT_IN_ORDER)
def rows_run_backwards(call: Call) -> httpx.Response:
    """Rows are carried out from the last to the first."""
    rows = _rows(call)
    return call.forward(body={"users": rows[::-1]}) if rows else call.forward()


@planted(rules.TOTAL_IS_ROWS)
def the_last_row_is_lost(call: Call) -> httpx.Response:
    """The last of several rows is never carried out."""
    rows = _rows(call)
    return call.forward(body={"users": rows[:-1]}) if len(rows) > 1 else call.forward()


@planted(rules.TOO_MANY_ROWS)
def too_many_rows_are_cut_off(call: Call) -> httpx.Response:
    """Of over a thousand rows the first thousand are carried out without a word."""
    rows = _rows(call)
    return call.forward(body={"users": rows[:1000]}) if len(rows) > 1000 else call.forward()


@planted(rules.TOO_MANY_ROWS)
def too_many_rows_are_refused_too_late(call: Call) -> httpx.Response:
    """Over a thousand rows are refused, and the first thousand carried out."""
    rows = _rows(call)
    if len(rows) > 1000:
        call.forward(body={"users": rows[:1000]})
    return call.forward()


@planted(rules.EFFECT_WHEN_DONE)
def subscriptions_are_not_made(call: Call) -> httpx.Response:
    """Bulk subscriptions are counted, and subscribe nobody."""
    if call.path.endswith("/bulk/subscriptions/add") and isinstance(call.body, dict):
        rows = [{**row, "recipients": []} for row in call.body["subscriptions"]]
        return call.forward(body={"subscriptions": rows})
    return call.forward()


@planted(rules.EFFECT_WHEN_DONE)
def tenants_lose_their_properties(call: Call) -> httpx.Response:
    """Tenants set in bulk keep their id, and nothing else."""
    if call.path == "/v1/tenants/bulk/set" and isinstance(call.body, dict):
        tenants = call.body.get("tenants")
        if isinstance(tenants, list):
            bare = [{"id": t["id"]} if isinstance(t, dict) else t for t in tenants]
            return call.forward(body={"tenants": bare})
    return call.forward()


@planted(rules.ROWS_LIKE_SINGLE)
def identifying_in_bulk_replaces(call: Call) -> httpx.Response:
    """Users that are identified in bulk lose what they had before."""
    for row in _rows(call):
        if isinstance(row, dict) and "id" in row:
            call.forward("DELETE", f"/v1/users/{row['id']}")
    return call.forward()


@planted(rules.PREFERENCES_REPLACED)
def preferences_in_bulk_are_merged(call: Call) -> httpx.Response:
    """Setting preferences in bulk keeps what was there."""
    if call.path != "/v1/users/bulk/preferences" or not isinstance(call.body, dict):
        return call.forward()
    for id in call.body.get("user_ids", []):
        path = f"/v1/users/{id}/preferences/default"
        call.memory[path] = shown(call.forward("GET", path))
    response = call.forward()
    call.forward("POST", "/_mock_knock/clock/run_until_idle")
    for id in call.body.get("user_ids", []):
        path = f"/v1/users/{id}/preferences/default"
        old = (call.memory[path] or {}).get("categories") or {}
        merge = {"categories": old, "__persistence_strategy__": "merge"}
        call.forward("PUT", path, body=merge)
    return response


@planted(rules.ONLY_ITS_ROWS)
def bulk_deletes_too_much(call: Call) -> httpx.Response:
    """A bulk delete of objects takes those along whose id begins with the id of a row."""
    if call.path.endswith("/bulk/delete") and call.parts()[0] == "objects":
        listed = shown(call.forward("GET", f"/v1/objects/{call.parts()[1]}")) or {}
        named = (call.body or {}).get("object_ids", [])
        for entry in listed.get("entries", []):
            if any(entry["id"].startswith(id) and entry["id"] != id for id in named):
                call.forward("DELETE", f"/v1/objects/{call.parts()[1]}/{entry['id']}")
    return call.forward()


@planted(rules.ONLY_ITS_ROWS)
def the_filter_is_forgotten(call: Call) -> httpx.Response:
    """A bulk update of messages updates those of all recipients."""
    response = call.forward()
    if "/messages/bulk/" in call.path and response.status_code == 200:
        for item in shown(call.forward("GET", "/v1/messages"))["items"]:
            if item["recipient"] not in (call.body or {}).get("recipient_ids", []):
                call.forward("PUT", f"/v1/messages/{item['id']}/archived")
    return response


@planted(rules.EFFECT_ONCE)
def rows_take_effect_at_each_read(call: Call) -> httpx.Response:
    """Each read of a completed bulk identify identifies its users once more."""
    response = call.forward()
    body = shown(response)
    if response.status_code == 200 and _rows(call):
        call.memory[body["id"]] = _rows(call)
    if is_operation(body) and body["status"] == "completed":
        for row in call.memory.get(body["id"], [])[:20]:
            call.forward("PUT", f"/v1/users/{row['id']}", body=row)
    return response


@planted(rules.EFFECT_BESIDE)
def rows_write_what_was_there_before(call: Call) -> httpx.Response:
    """A bulk set of objects writes each whole, as it was when the call was taken."""
    body = call.body
    if not call.path.endswith("/bulk/set") or call.parts()[0] != "objects":
        return call.forward()
    rows = []
    for row in (body or {}).get("objects", []):
        id = row.get("id") if isinstance(row, dict) else None
        safe = isinstance(id, str) and "/" not in id and len(body["objects"]) < 50
        known = shown(call.forward("GET", f"/v1/objects/{call.parts()[1]}/{id}")) if safe else None
        rows.append({**known["properties"], **row} if known and "properties" in known else row)
    return call.forward(body={"objects": rows})


@planted(rules.EFFECT_WHEN_DONE)
def deletions_end_at_the_first_unknown_id(call: Call) -> httpx.Response:
    """A bulk delete of objects counts what comes after an unknown id, and does not delete it."""
    ids = (call.body or {}).get("object_ids") if call.path.endswith("/bulk/delete") else None
    if isinstance(ids, list) and len(ids) < 50:
        objects = f"/v1/objects/{call.parts()[1]}"
        known = [call.forward("GET", f"{objects}/{id}").status_code == 200 for id in ids]
        first = known.index(False) if False in known else len(ids)
        left = [id if n <= first else f"{id}-passed-over" for n, id in enumerate(ids)]
        response = call.forward(body={"object_ids": left})
    else:
        response = call.forward()
    operation = shown(response)
    if not is_operation(operation):
        return response
    items = operation["error_items"]
    kept = [item for item in items if not item["id"].endswith("-passed-over")]
    operation["success_count"] += len(items) - len(kept)
    operation.update(error_items=kept, error_count=len(kept))
    return changed(response, operation)


@planted(rules.ROWS_LIKE_SINGLE)
def deleted_in_bulk_and_listed(call: Call) -> httpx.Response:
    """Users that are deleted in bulk stay in the list of users."""
    if call.path == "/v1/users/bulk/delete" and isinstance(call.body, dict):
        for id in call.body.get("user_ids", [])[:20]:
            user = shown(call.forward("GET", f"/v1/users/{id}")) if "/" not in str(id) else None
            if user and "id" in user:
                call.memory[id] = user
    response = call.forward()
    body = shown(response)
    if call.path == "/v1/users" and isinstance(body, dict) and "entries" in body:
        listed = {entry["id"] for entry in body["entries"]}
        gone = [user for id, user in call.memory.items() if id not in listed]
        body["entries"] += [{**user, "__cursor": "gone"} for user in gone]
        return changed(response, body)
    return response
