"""The stage that keeps callers to the rate limits, where they are switched on."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from mock_knock.api.body import keep_body
from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import EXCHANGE, Exchange, Scope
from mock_knock.world.instants import SECOND

_PER_USER = frozenset({"listUserInAppFeedItems"})
"""Endpoints whose limit is each user's own (Knock docs: rate limits)."""


class RateLimits:
    """Counts the calls of each endpoint by the environment's clock, and refuses those over it."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        exchange: Exchange = scope[EXCHANGE]
        environment = exchange.environment
        if environment is not None and environment.world.rate_limits.on and not exchange.is_control:
            try:
                _count(exchange)
            except ApiError as error:
                return _refuse(exchange, receive, error)
        awaited: Coroutine[Any, Any, None] = self.app(scope, receive, send)
        return awaited


def rate_limit_headers(limit: int, remaining: int, reset: int) -> list[tuple[bytes, bytes]]:
    """Calls a second, how many are left at once, and the seconds until all are there again."""
    return [
        (b"x-ratelimit-limit", b"%d" % limit),
        (b"x-ratelimit-remaining", b"%d" % remaining),
        (b"x-ratelimit-reset", b"%d" % reset),
    ]


async def _refuse(exchange: Exchange, receive: Any, error: ApiError) -> None:
    """Refuse the call when its body is there: the journal is to show it."""
    await keep_body(exchange, receive)
    raise error


def _count(exchange: Exchange) -> None:
    """Raises ApiError, a 429, for a call over the limit."""
    assert exchange.environment is not None
    id = exchange.operation_id or ""
    tier = exchange.service.tiers.get(id)
    if tier is None:
        return
    world = exchange.environment.world
    now = world.sync(exchange.service.host_clock())
    endpoint = f"{id} {exchange.scope['path']}" if id in _PER_USER else id
    standing = world.rate_limits.call(endpoint, tier, now)
    headers = rate_limit_headers(standing.limit, standing.remaining, standing.reset)
    if not standing.wait:
        exchange.headers = tuple(headers)
        return
    wait = -(-standing.wait // SECOND)
    exact = -(-standing.wait // 1_000)
    calls = "1 call" if standing.limit == 1 else f"{standing.limit} calls"
    raise ApiError(
        429,
        "rate_limited",
        f"This operation allows {calls} a second (tier {tier}). Wait {exact} ms",
        headers=[*headers, (b"retry-after", b"%d" % wait), (b"retry-after-ms", b"%d" % exact)],
    )
