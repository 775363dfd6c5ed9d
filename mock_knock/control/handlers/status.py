"""What an environment holds, and how it begins again."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.control.shown import shown_clock, shown_instant
from mock_knock.version import __version__
from mock_knock.world.environment import Environment


def getStatus(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/status"""
    return shown_status(request.world)


def resetEnvironment(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/reset"""
    service, environment = request.service, request.environment
    service.environments.reset(environment, service.host_clock())
    return shown_status(environment.world)


def shown_status(world: Environment) -> dict[str, Any]:
    """The status of an environment as the control plane shows it."""
    return {
        "version": __version__,
        "clock": shown_clock(world),
        "users": len(world.users),
        "bulk_operations": len(world.bulk_operations),
        "next_event_at": shown_instant(world.timeline.next_due),
    }
