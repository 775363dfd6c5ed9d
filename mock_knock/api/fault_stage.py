"""The stage at which requests meet their faults: those of rules, and those that they ask for.

The control plane has no faults: whoever sets them has to be able to take them away.
"""

from __future__ import annotations

from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any

import orjson

from mock_knock.api.body import keep_body
from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import EXCHANGE, Answer, Exchange, Scope
from mock_knock.api.rate_limit_stage import rate_limit_headers
from mock_knock.api.wishes import HEADERS, wishes_of
from mock_knock.world.fault_book import Fault, together
from mock_knock.world.faults import Body, RequestFacts, Status
from mock_knock.world.rate_limits import CALLS_PER_SECOND

_CODES = {
    401: "authentication_required",
    404: "resource_missing",
    422: "invalid_params",
    429: "rate_limited",
    500: "internal_error",
}
"""Knock's codes; other statuses bear a code made of their name."""


class Faults:
    """Finds out what is to go wrong, and keeps a call from being carried out that must not be.

    Like the stages before it, it hands on what the next one returns: a frame less for each request.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        exchange: Exchange = scope[EXCHANGE]
        environment = exchange.environment
        if environment is not None and not exchange.is_control:
            fault = None
            if environment.world.faults.rules or exchange.service.faults.rules:
                fault = _ruled(exchange)
            if not HEADERS.isdisjoint(exchange.given):
                fault = together(_asked(exchange), fault)
            if fault is not None:
                exchange.fault = fault
                _tell(exchange, fault)
                if not fault.carried_out:
                    return _answer_instead(exchange, receive, fault)
        awaited: Coroutine[Any, Any, None] = self.app(scope, receive, send)
        return awaited


def altered(answer: Answer, exchange: Exchange, fault: Fault) -> Answer:
    """What is answered in place of `answer`."""
    if fault.status is not None:
        return _status_answer(exchange, fault.status)
    if fault.body is not None and answer.status < 300 and answer.body:
        return Answer(answer.status, _edited(answer.body, fault.body), answer.headers)
    return answer


def _ruled(exchange: Exchange) -> Fault | None:
    """What the rules say: the environment's first, then the server's."""
    assert exchange.environment is not None
    scope = exchange.scope
    facts = RequestFacts(exchange.operation_id or "", scope["method"], scope["path"])
    return together(
        exchange.environment.world.faults.strike(facts), exchange.service.faults.strike(facts)
    )


def _asked(exchange: Exchange) -> Fault | None:
    wishes = wishes_of(exchange.given)
    if wishes is None:
        return None
    exchange.plan = wishes.plan
    return wishes.fault


def _tell(exchange: Exchange, fault: Fault) -> None:
    environment = exchange.environment
    assert environment is not None
    world = environment.world
    now = world.sync(exchange.service.host_clock())
    told, events = fault.to_json(), world.events
    before = events.cause
    events.cause = exchange.tell_request(world, now)
    events.record(f"fault.{fault.kind}", exchange.request_id, now, told)
    events.cause = before
    exchange.explain("fault", fault.sentence(), **told)


async def _answer_instead(exchange: Exchange, receive: Any, fault: Fault) -> None:
    """Answer a call that is not carried out; nobody sees it when the connection is cut."""
    await keep_body(exchange, receive)
    exchange.answer = _status_answer(exchange, fault.status or Status(status=503))


def _status_answer(exchange: Exchange, wanted: Status) -> Answer:
    status = wanted.status
    phrase = next((known.phrase for known in HTTPStatus if known == status), f"Status {status}")
    code = wanted.code or _CODES.get(status) or phrase.lower().replace(" ", "_").replace("'", "")
    message = wanted.message or f"{phrase}: a fault that was asked for, not the server's own"
    headers = [(name.lower().encode(), text.encode()) for name, text in wanted.headers.items()]
    wait = wanted.retry_after
    if wait is None and status == 429:
        wait = 1.0
    if wait is not None:
        headers.append((b"retry-after", f"{wait:g}".encode()))
    tier = exchange.service.tiers.get(exchange.operation_id or "")
    if status == 429 and tier is not None:
        headers += rate_limit_headers(CALLS_PER_SECOND[tier], 0, int(-(-(wait or 0) // 1)))
    error = ApiError(status, code, message)
    return Answer.json(status, error.to_json(), headers)


def _edited(body: bytes, changes: Body) -> bytes:
    value = orjson.loads(body)
    for pointer in changes.remove:
        for container, key in _places(value, _parts(pointer)):
            if isinstance(container, dict):
                container.pop(key, None)
            elif isinstance(key, int) and key < len(container):
                del container[key]
    for pointer, new in changes.set.items():
        for container, key in _places(value, _parts(pointer)):
            if isinstance(container, dict) or (isinstance(key, int) and key < len(container)):
                container[key] = new
            elif key == "-":
                container.append(new)
    return orjson.dumps(value)


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def _places(value: Any, parts: list[str]) -> list[tuple[Any, Any]]:
    """The containers that the pointer leads to, each with the key in it; the last entries first."""
    first, rest = parts[0], parts[1:]
    if isinstance(value, dict):
        keys: list[Any] = [first]
    elif isinstance(value, list):
        if first == "*":
            keys = list(reversed(range(len(value))))
        elif first.isascii() and first.isdigit():
            keys = [int(first[:9])]
        else:
            keys = [first]
    else:
        return []
    if not rest:
        return [(value, key) for key in keys]
    found = []
    for key in keys:
        inside = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, list) and isinstance(key, int) and key < len(value):
            inside = value[key]
        found += _places(inside, rest)
    return found
