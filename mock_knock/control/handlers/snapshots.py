"""The whole environment as one document, and back again."""

from __future__ import annotations

from typing import Any

from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import Request
from mock_knock.control.handlers.status import shown_status
from mock_knock.world.errors import Detail

# Snapshots are imported when the first one is asked for: a start need not wait for them.


def takeSnapshot(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/snapshot"""
    from mock_knock.snapshots import take

    return take(request.environment)


def restoreSnapshot(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/snapshot"""
    from mock_knock.snapshots import SnapshotError, restore

    environment = request.environment
    try:
        restore(environment, request.body, request.service.host_clock())
    except SnapshotError as error:
        details = [Detail(fault.pointer or "body", fault.message) for fault in error.faults]
        raise ApiError(422, "invalid_params", str(error)[:2000], details=details) from None
    world = environment.world
    world.sync(request.service.host_clock())
    environment.journal.clear()
    world.events.clear()
    world.events.record("environment.restored", environment.id, world.now)
    return shown_status(world)
