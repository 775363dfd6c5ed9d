"""The control plane's operations, each function named by its operation id."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.version import __version__
from mock_knock.world.environment import Environment
from mock_knock.world.instants import from_text, to_text
from mock_knock.world.plans import Plan


def getStatus(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/status"""
    world = request.world
    return {
        "version": __version__,
        "clock": _clock(world),
        "users": len(world.users),
        "bulk_operations": len(world.bulk_operations),
        "next_event_at": _text(world.timeline.next_due),
    }


def getClock(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/clock"""
    return _clock(request.world)


def setClock(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/clock"""
    world, body = request.world, request.body
    if "now" in body:
        world.set_clock(from_text(body["now"]))
    if "scale" in body:
        world.rescale(body["scale"])
    return _clock(world)


def advanceClock(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/clock/advance"""
    request.world.advance(request.body["seconds"])
    return _clock(request.world)


def runUntilIdle(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/clock/run_until_idle"""
    request.world.run_until_idle()
    return _clock(request.world)


def runUntilOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/run_until"""
    world, id = request.world, request.path["id"].lower()
    return world.run_until_operation(id, request.body["status"]).to_json()


def getDefaultPlan(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/plans/default"""
    return request.world.plans.default.to_json()


def setDefaultPlan(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/plans/default"""
    plans = request.world.plans
    plans.default = _plan(request.world, request.body)
    return plans.default.to_json()


def planNext(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/plans/next"""
    plan = _plan(request.world, request.body.get("plan", {}))
    request.world.plans.put_next(plan, request.body.get("name", "*"))
    return plan.to_json()


def planKind(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/plans/rules/{name}"""
    plan = _plan(request.world, request.body)
    request.world.plans.put_rule(request.path["name"], plan)
    return plan.to_json()


def listBulkOperations(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/bulk_operations"""
    return {"items": [operation.to_json() for operation in request.world.bulk_operations]}


def moveBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/move"""
    world, id = request.world, request.path["id"].lower()
    return world.bulk_operations.move(id, request.body["rows"], world.now).to_json()


def finishBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/finish"""
    world, id = request.world, request.path["id"].lower()
    return world.bulk_operations.finish(id, world.now).to_json()


def failBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/fail"""
    world, id = request.world, request.path["id"].lower()
    return world.bulk_operations.fail(id, world.now).to_json()


def _clock(world: Environment) -> dict[str, Any]:
    return {"now": to_text(world.now), "mode": world.clock.mode, "scale": world.clock.scale}


def _text(instant: int | None) -> str | None:
    return None if instant is None else to_text(instant)


def _plan(world: Environment, fields: dict[str, Any]) -> Plan:
    """The default plan with these fields in place of its own."""
    return Plan.from_json({**world.plans.default.to_json(), **fields})
