"""What happened, and what happens."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Any

from mock_knock.api.errors import invalid
from mock_knock.api.exchange import Answer, Exchange, Request, ServerRequest
from mock_knock.api.sent_events import Wanted, follow_environment, follow_server
from mock_knock.api.shown_events import kind_matcher, shown_event
from mock_knock.world.errors import Detail

_LIMIT = 100
_LAST_EVENT_ID = b"last-event-id"


def listEvents(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/events"""
    query, stream = request.query, request.world.events
    after, limit = query.get("after"), query.get("limit", _LIMIT)
    matches = kind_matcher(query.get("kind"))
    found = (e for e in stream.since(after or 0) if not matches or matches(e.kind))
    # One more than wanted tells whether there are more.
    entries = list(islice(found, limit + 1)) if after is not None else list(deque(found, limit))
    return {
        "entries": [shown_event(event) for event in entries[:limit]],
        "oldest": stream.oldest,
        "last": stream.number,
        "more": len(entries) > limit,
    }


def streamEvents(request: Request) -> Answer:
    """GET /_mock_knock/events/stream"""
    return follow_environment(request.exchange, request.environment, _wanted(request))


def streamServerEvents(request: ServerRequest) -> Answer:
    """GET /_mock_knock/server/events/stream"""
    return follow_server(request.exchange, _wanted(request))


def _wanted(request: Request | ServerRequest) -> Wanted:
    """What the client asks for. A browser that connects again says where it was by a header."""
    last = _last_event_id(request.exchange)
    return Wanted(request.query.get("after") if last is None else last, request.query.get("kind"))


def _last_event_id(exchange: Exchange) -> int | None:
    text = (exchange.header(_LAST_EVENT_ID) or b"").decode("latin-1")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        problem = f"is the number of an event, not {text[:40]!r}"
        raise invalid([Detail("Last-Event-ID", problem, "type")])
    return int(text)
