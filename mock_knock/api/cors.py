"""Cross-origin requests: browsers may call the API from anywhere, as they may call Knock's.

The control plane is not for other sites: it answers no preflight, and its answers name no origin.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from mock_knock.api.exchange import EXCHANGE, Answer, Exchange, Scope

_EXPOSED = (
    b"x-request-id, idempotent-replayed, original-x-request-id, retry-after, "
    b"x-ratelimited-message_ids"
)
_METHODS = b"GET, HEAD, POST, PUT, DELETE, OPTIONS"
_DAY = b"86400"


class Cors:
    """Answers preflight requests, ahead of routing and of authentication."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        exchange: Exchange = scope[EXCHANGE]
        if (
            scope["method"] == "OPTIONS"
            and not exchange.is_control
            and exchange.header(b"access-control-request-method") is not None
        ):
            return _answer_preflight(exchange)
        awaited: Coroutine[Any, Any, None] = self.app(scope, receive, send)
        return awaited


async def _answer_preflight(exchange: Exchange) -> None:
    exchange.answer = _preflight(exchange)


def _preflight(exchange: Exchange) -> Answer:
    headers = [
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-max-age", _DAY),
    ]
    wanted = exchange.header(b"access-control-request-headers")
    if wanted is not None:
        headers.append((b"access-control-allow-headers", wanted))
    return Answer(204, headers=headers)


def cors_headers(exchange: Exchange) -> list[tuple[bytes, bytes]]:
    """What every answer to a cross-origin request carries. No cookies, so any origin may read."""
    if exchange.header(b"origin") is None or exchange.is_control:
        return []
    return [
        (b"access-control-allow-origin", b"*"),
        (b"access-control-expose-headers", _EXPOSED),
        (b"vary", b"origin"),
    ]
