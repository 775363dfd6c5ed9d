"""What an environment holds."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.control.handlers.clock import shown_clock
from mock_knock.version import __version__
from mock_knock.world.instants import to_text


def getStatus(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/status"""
    world = request.world
    return {
        "version": __version__,
        "clock": shown_clock(world),
        "users": len(world.users),
        "bulk_operations": len(world.bulk_operations),
        "next_event_at": _text(world.timeline.next_due),
    }


def _text(instant: int | None) -> str | None:
    return None if instant is None else to_text(instant)
