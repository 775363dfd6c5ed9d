"""Broken servers: values that come back otherwise than they went."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, changed, planted, shown
from contract_tests.rules import resources as rules

_NOT_THEIRS = ("id", "__typename", "updated_at", "created_at", "settings", "collection")


def _leaves(node: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(node, dict):
        return {name: _leaves(value, change) for name, value in node.items()}
    if isinstance(node, list):
        return [_leaves(value, change) for value in node]
    return change(node)


def _sent(call: Call, change: Callable[[Any], Any], *members: str) -> httpx.Response:
    """The call with the values of some members of its body changed; of all where none is named."""
    if not isinstance(call.body, dict):
        return call.forward()
    changed_body = {
        name: _leaves(value, change) if name in members or not members else value
        for name, value in call.body.items()
    }
    return call.forward(body=changed_body)


def _puts(call: Call, kind: str) -> bool:
    length = 3 if kind == "objects" else 2
    return call.method == "PUT" and call.parts()[0] == kind and len(call.parts()) == length


@planted(rules.OBJECT_READ_BACK)
def fractions_are_rounded(call: Call) -> httpx.Response:
    """Fractions among the properties of objects keep three digits."""
    if _puts(call, "objects"):
        return _sent(call, lambda v: round(v, 3) if isinstance(v, float) else v)
    return call.forward()


@planted(rules.TENANT_READ_BACK)
def great_numbers_are_rounded(call: Call) -> httpx.Response:
    """Whole numbers of tenants become fractions of 64 bits on their way through."""
    if _puts(call, "tenants"):
        return _sent(call, lambda v: int(float(v)) if type(v) is int else v)
    return call.forward()


@planted(rules.USER_READ_BACK)
def texts_are_composed(call: Call) -> httpx.Response:
    """Texts that come by a bulk call are brought into Unicode's normal form C."""

    def composed(value: Any) -> Any:
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    if call.path == "/v1/users/bulk/identify":
        return _sent(call, composed)
    return call.forward()


@planted(rules.SCHEDULES_KEPT)
def empty_texts_become_null(call: Call) -> httpx.Response:
    """Empty texts in the data of a schedule become null when it is changed."""
    if call.method == "PUT" and call.path == "/v1/schedules":
        return _sent(call, lambda value: None if value == "" else value, "data")
    return call.forward()


@planted(rules.SUBSCRIPTIONS_KEPT)
def whether_becomes_a_number(call: Call) -> httpx.Response:
    """True and false in the properties of a subscription become 1 and 0."""
    if call.method == "POST" and call.path.endswith("/subscriptions"):
        return _sent(call, lambda v: int(v) if isinstance(v, bool) else v, "properties")
    return call.forward()


@planted(rules.TRIGGER_KEPT)
def long_texts_of_triggers_are_cut(call: Call) -> httpx.Response:
    """Texts in the data of a trigger are cut at 200 characters."""
    if call.path.endswith("/trigger"):
        return _sent(call, lambda v: v[:200] if isinstance(v, str) else v, "data")
    return call.forward()


@planted(rules.USER_READ_BACK)
def addresses_are_in_small_letters(call: Call) -> httpx.Response:
    """Email addresses lose their capitals."""
    if _puts(call, "users"):
        return _sent(call, lambda v: v.lower() if isinstance(v, str) else v, "email")
    return call.forward()


@planted(rules.USER_READ_BACK)
def ids_are_in_small_letters(call: Call) -> httpx.Response:
    """The ids of users are not told apart by their capitals."""
    parts = call.parts()
    if parts[0] != "users" or len(parts) != 2 or parts[1] == parts[1].lower():
        return call.forward()
    response = call.forward(call.method, f"/v1/users/{parts[1].lower()}", body=call.body)
    body = shown(response)
    if response.status_code == 200:
        return changed(response, {**body, "id": parts[1]})
    return response


@planted(rules.MERGED)
def objects_are_merged_at_the_top_alone(call: Call) -> httpx.Response:
    """A map among the properties of an object is replaced as a whole."""
    if _puts(call, "objects") and isinstance(call.body, dict):
        maps = {name: None for name, value in call.body.items() if isinstance(value, dict)}
        if maps:
            call.forward(body=maps)
    return call.forward()


@planted(rules.MERGED)
def inline_tenants_are_replaced(call: Call) -> httpx.Response:
    """A tenant that a schedule brings inline loses what it had."""
    tenant = call.body.get("tenant") if isinstance(call.body, dict) else None
    if call.method == "POST" and call.path == "/v1/schedules" and isinstance(tenant, dict):
        call.forward("DELETE", f"/v1/tenants/{tenant.get('id')}")
    return call.forward()


@planted(rules.UPDATED_MOVES)
def updated_at_is_when_it_was_made(call: Call) -> httpx.Response:
    """updated_at of a user stays as it was first."""
    response = call.forward()
    if call.parts()[0] == "users" and len(call.parts()) == 2 and response.status_code == 200:
        body = shown(response)
        first = call.memory.setdefault(call.path, body["updated_at"])
        return changed(response, {**body, "updated_at": first})
    return response


@planted(rules.MERGED)
def lists_show_what_was_first(call: Call) -> httpx.Response:
    """The list of users shows each as it was when it was listed first."""
    response = call.forward()
    if call.method == "PUT" and _puts(call, "users") and response.status_code == 200:
        call.memory.setdefault(call.path, {**shown(response), "name": "of before"})
    if call.method == "GET" and call.path == "/v1/users" and response.status_code == 200:
        body = shown(response)
        body["entries"] = [
            call.memory.get(f"/v1/users/{one['id']}", one) for one in body["entries"]
        ]
        return changed(response, body)
    return response
