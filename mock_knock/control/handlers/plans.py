"""How bulk operations are to go."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.world.environment import Environment
from mock_knock.world.plans import Plan


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


def _plan(world: Environment, fields: dict[str, Any]) -> Plan:
    """The default plan with these fields in place of its own."""
    return Plan.from_json({**world.plans.default.to_json(), **fields})
