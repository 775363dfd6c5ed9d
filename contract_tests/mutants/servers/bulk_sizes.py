"""Broken servers: bulk calls of many rows, and of too many."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, planted
from contract_tests.mutants.servers.telling import Operation, told
from contract_tests.rules import lifecycle as rules


def _cut(call: Call, path: str, member: str, over: int, to: int) -> httpx.Response:
    body = call.body
    rows = body.get(member) if isinstance(body, dict) and call.path.endswith(path) else None
    if isinstance(rows, list) and len(rows) > over:
        return call.forward(body={**body, member: rows[:to]})
    return call.forward()


@planted(rules.TOO_MANY_ROWS)
def too_many_deletions_are_cut_off(call: Call) -> httpx.Response:
    """Of over a thousand users to delete the first thousand are deleted without a word."""
    return _cut(call, "/users/bulk/delete", "user_ids", 1000, 1000)


@planted(rules.TOO_MANY_ROWS)
def too_many_schedules_are_cut_off(call: Call) -> httpx.Response:
    """Of over a thousand schedules the first thousand are made without a word."""
    return _cut(call, "/schedules/bulk/create", "schedules", 1000, 1000)


@planted(rules.TOO_MANY_ROWS)
def too_many_tenants_are_cut_off(call: Call) -> httpx.Response:
    """Of over a thousand tenants to delete the first thousand are deleted without a word."""
    if call.path == "/v1/tenants/bulk/delete" and len(call.query) > 1000:
        return call.forward(query=call.query[:1000])
    return call.forward()


@planted(rules.TOO_MANY_OBJECTS)
def too_many_subscriptions_are_cut_off(call: Call) -> httpx.Response:
    """Of over a thousand objects to subscribe to the first thousand are taken without a word."""
    return _cut(call, "/subscriptions/add", "subscriptions", 1000, 1000)


@planted(rules.TOO_MANY_RECIPIENTS)
def too_many_subscribers_are_cut_off(call: Call) -> httpx.Response:
    """Of over a hundred recipients of an object the first hundred are subscribed."""
    body = call.body
    if call.path.endswith("/subscriptions/add") and isinstance(body, dict) and "bulk" in call.path:
        rows = [{**row, "recipients": row["recipients"][:100]} for row in body["subscriptions"]]
        return call.forward(body={"subscriptions": rows})
    return call.forward()


@planted(rules.TOTAL_IS_ROWS)
def only_so_many_objects_are_set(call: Call) -> httpx.Response:
    """Of the objects of a bulk call the first two hundred are set."""
    return _cut(call, "/bulk/set", "objects", 200, 200)


@planted(rules.EFFECT_WHEN_DONE)
def the_row_after_a_portion_is_lost(call: Call) -> httpx.Response:
    """The 256th of many tenants is counted, and another one stored in its place."""
    body = call.body
    rows = body.get("tenants") if isinstance(body, dict) else None
    if call.path == "/v1/tenants/bulk/set" and isinstance(rows, list) and len(rows) > 255:
        return call.forward(body={"tenants": [*rows[:255], {"id": "lost"}, *rows[256:]]})
    return call.forward()


@planted(rules.PLAN_KEPT)
def few_errors_are_told(call: Call) -> httpx.Response:
    """Of more than fifty rows that fail fifty are told of, and the others count as done."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        over = operation["error_count"] - 50
        if over > 0:
            operation["success_count"] += over
            operation.update(error_count=50, error_items=operation["error_items"][:50])

    return told(call, edit)
