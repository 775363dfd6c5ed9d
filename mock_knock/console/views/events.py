"""The stream of events: its latest ones, and one with what led to it and what followed."""

from __future__ import annotations

from typing import Any

from flask import request

from mock_knock.api.environments import ApiEnvironment
from mock_knock.console.chains import MOST_LOOKED_AT, chain, following, gathered, shown_event
from mock_knock.console.desk import Desk
from mock_knock.console.time_line import time_line

_PAGE = 100


def listed(desk: Desk, id: str) -> str:
    """The events before a number, or the latest ones, the newest first."""
    before = request.args.get("before", type=int)

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        stream = found.world.events
        last = stream.number if before is None else before - 1
        looked_at = stream.since(max(last - MOST_LOOKED_AT, 0))
        rows = gathered((e for e in reversed(looked_at) if e.number <= last), _PAGE)
        oldest = rows[-1]["last"] if rows else 0
        return {
            "rows": rows,
            "before": oldest if stream.find(oldest - 1) else None,
            "newest": before is None,
            "total": stream.number,
        }

    return desk.page("events.html", id, extract)


def one(desk: Desk, id: str, number: int) -> str:
    """One event."""

    def extract(found: ApiEnvironment) -> dict[str, Any] | None:
        stream = found.world.events
        event = stream.find(number)
        if event is None:
            return None
        return {
            "event": shown_event(event),
            "chain": chain(stream, number),
            "following": following(stream, number),
        }

    return desk.page("event.html", id, extract)


def time(desk: Desk, id: str) -> str:
    """The clock and the time line."""

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        return {"line": time_line(found.world, request.args.get("span", type=int))}

    return desk.page("time.html", id, extract)


ROUTES = {
    "/environments/<id>/events": listed,
    "/environments/<id>/events/<int:number>": one,
    "/environments/<id>/time": time,
}
