"""Servers with rate limits: a sound one, and broken ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, answer, planted, problem, shown
from contract_tests.rules import protocol as rules

_TIER_1 = re.compile(r"/v1/(users|tenants|objects/[^/]+|schedules)/bulk/")
_PER_SECOND = 1
_NUMBERS = count(1)


def _now(call: Call) -> str:
    clock: dict[str, Any] = shown(call.forward("GET", "/_mock_knock/clock"))
    return str(clock.get("now"))[:19]  # a key in a wrong place opens no clock


def limited(
    call: Call,
    *,
    mark: Callable[[Call], str] = lambda call: call.path,
    let_through: int = _PER_SECOND,
    refusal: Callable[[], httpx.Response] | None = None,
    applies: Callable[[Call], bool] = lambda call: bool(_TIER_1.match(call.path)),
) -> httpx.Response:
    """The answer of a server that lets through so many calls in a second of its own time."""
    if not applies(call) or not call.key.startswith("sk_"):
        return call.forward()
    second = f"{mark(call)} {_now(call)}"
    so_far = call.memory.get(second, 0)
    call.memory[second] = so_far + 1
    if so_far < let_through:
        return call.forward()
    return refusal() if refusal else _refused()


def _refused(retry_after: str = "1") -> httpx.Response:
    response = problem(429, "rate_limited")
    response.headers["retry-after"] = retry_after
    response.headers["x-request-id"] = f"limited-{next(_NUMBERS)}"
    return response


def unlimited(call: Call) -> httpx.Response:
    """The answer without the limits that the mock itself may have been told to apply."""
    call.forward("PUT", "/_mock_knock/rate_limits", body={"enabled": False})
    response = call.forward()
    call.forward("PUT", "/_mock_knock/rate_limits", body={"enabled": True})
    return response


def sound_limits(call: Call) -> httpx.Response:
    """A server that applies the limits of tier 1, as documented."""
    return limited(call)


@planted(rules.LIMIT_NOT_EARLY)
def nothing_is_let_through(call: Call) -> httpx.Response:
    """Every bulk call is refused."""
    return limited(call, let_through=0)


@planted(rules.LIMIT_OF_TIER)
def all_tiers_are_the_lowest(call: Call) -> httpx.Response:
    """Single writes are limited like bulk calls."""
    return limited(call, let_through=20, applies=lambda c: c.method == "PUT")


@planted(rules.RETRY_AFTER)
def come_back_soon(call: Call) -> httpx.Response:
    """Retry-After is `soon`."""
    return limited(call, refusal=lambda: _refused("soon"))


@planted(rules.ENVELOPE, "rate-limits")
def refused_in_a_word(call: Call) -> httpx.Response:
    """A 429 is {"error": "slow down"}."""
    return limited(call, refusal=lambda: answer(429, {"error": "slow down"}, _refused()))


@planted(rules.LIMIT_NO_EFFECT)
def limited_and_done(call: Call) -> httpx.Response:
    """A bulk call that is refused with a 429 is carried out."""

    def refusal() -> httpx.Response:
        unlimited(call)
        return _refused()

    return limited(call, refusal=refusal)


@planted(rules.LIMIT_ENDS)
def limits_never_end(call: Call) -> httpx.Response:
    """Once limited, an environment stays so."""
    if call.memory.get("limited") and _TIER_1.match(call.path):
        return _refused()

    def refusal() -> httpx.Response:
        call.memory["limited"] = True
        return _refused()

    return limited(call, refusal=refusal)


@planted(rules.LIMIT_OF_ENDPOINT)
def one_limit_for_all(call: Call) -> httpx.Response:
    """All bulk calls share one limit."""
    return limited(call, mark=lambda c: "all")


@planted(rules.BATCH_HEADER)
def left_are_strangers(call: Call) -> httpx.Response:
    """x-ratelimited-message_ids names messages that were not asked for."""
    response = call.forward()
    if "x-ratelimited-message_ids" in response.headers:
        response.headers["x-ratelimited-message_ids"] = "2,4"
    return response


@planted(rules.BATCH_HEADER)
def left_and_changed(call: Call) -> httpx.Response:
    """Messages that a batch says it left are marked all the same."""
    response = call.forward()
    left = response.headers.get("x-ratelimited-message_ids", "")
    for id in filter(None, left.split(",")):
        call.forward("POST", "/_mock_knock/clock/advance", body={"seconds": 2})
        call.forward("PUT", f"/v1/messages/{id}/read")
    return response


@planted(rules.BATCH_HEADER)
def left_without_a_word(call: Call) -> httpx.Response:
    """Messages that a batch left are not named."""
    response = call.forward()
    response.headers.pop("x-ratelimited-message_ids", None)
    return response


@planted(rules.LIMIT_OF_TIER)
def lists_are_limited_like_writes(call: Call) -> httpx.Response:
    """The list of users lets 60 calls through in a second, and is of tier 4."""
    lists = call.method == "GET" and call.path == "/v1/users"
    return limited(call, let_through=60, applies=lambda c: lists)


@planted(rules.LIMIT_OF_ALL)
def one_call_is_not_limited(call: Call) -> httpx.Response:
    """Deleting users is not limited."""
    one_user = call.method == "DELETE" and len(call.parts()) == 2 and call.parts()[0] == "users"
    return unlimited(call) if one_user else call.forward()


@planted(rules.LIMIT_OF_FEED)
def one_limit_for_all_feeds(call: Call) -> httpx.Response:
    """All feeds of an environment share one limit."""
    feed = call.method == "GET" and call.path.count("/feeds/") == 1
    return limited(call, mark=lambda c: "feeds", let_through=5, applies=lambda c: feed)


@planted(rules.LIMIT_NO_EFFECT)
def limited_tenants_are_set(call: Call) -> httpx.Response:
    """A tenant is set although the call is refused with a 429."""
    response = call.forward()
    if response.status_code == 429 and call.method == "PUT" and call.parts()[0] == "tenants":
        unlimited(call)
    return response
