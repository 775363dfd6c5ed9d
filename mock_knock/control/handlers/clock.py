"""The clock of an environment."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.control.shown import shown_clock, step_of
from mock_knock.world.instants import from_text


def getClock(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/clock"""
    return shown_clock(request.world)


def setClock(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/clock"""
    world, body = request.world, request.body
    if "now" in body:
        world.set_clock(from_text(body["now"]))
    if "scale" in body:
        world.rescale(body["scale"])
    return shown_clock(world)


def advanceClock(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/clock/advance"""
    world = request.world
    world.set_clock(world.now + step_of(request.body))
    return shown_clock(world)


def freezeClock(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/clock/freeze"""
    request.world.rescale(0)
    return shown_clock(request.world)


def runUntilIdle(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/clock/run_until_idle"""
    request.world.run_until_idle()
    return shown_clock(request.world)
