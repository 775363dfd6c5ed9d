"""How bulk operations are to go."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.control.shown import shown_plans
from mock_knock.world.environment import Environment
from mock_knock.world.plans import Plan


def listPlans(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/plans"""
    plans = request.world.plans
    return {
        "next": shown_plans(plans.upcoming),
        "rules": shown_plans(plans.rules),
        "magic_ids": plans.magic_ids,
        "default": plans.default.to_json(),
    }


def getDefaultPlan(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/plans/default"""
    return request.world.plans.default.to_json()


def setDefaultPlan(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/plans/default"""
    plans = request.world.plans
    plans.default = _plan(request.world, request.body)
    return plans.default.to_json()


def resetDefaultPlan(request: Request) -> dict[str, Any]:
    """DELETE /_mock_knock/plans/default"""
    plans = request.world.plans
    plans.default = request.service.environments.world.plan
    return plans.default.to_json()


def listNextPlans(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/plans/next"""
    return {"items": shown_plans(request.world.plans.upcoming)}


def planNext(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/plans/next"""
    plan = _plan(request.world, request.body.get("plan", {}))
    request.world.plans.put_next(plan, request.body.get("name", "*"))
    return plan.to_json()


def clearNextPlans(request: Request) -> None:
    """DELETE /_mock_knock/plans/next"""
    request.world.plans.remove_next()


def removeNextPlan(request: Request) -> None:
    """DELETE /_mock_knock/plans/next/{position}"""
    request.world.plans.remove_next(int(request.path["position"]))


def listPlanRules(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/plans/rules"""
    return {"items": shown_plans(request.world.plans.rules)}


def planKind(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/plans/rules/{name}"""
    plan = _plan(request.world, request.body)
    request.world.plans.put_rule(request.path["name"], plan)
    return plan.to_json()


def removePlanRule(request: Request) -> None:
    """DELETE /_mock_knock/plans/rules/{name}"""
    request.world.plans.remove_rule(request.path["name"])


def _plan(world: Environment, fields: dict[str, Any]) -> Plan:
    """The default plan with these fields in place of its own."""
    return Plan.from_json({**world.plans.default.to_json(), **fields})
