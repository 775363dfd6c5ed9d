"""Time and plans of all environments at once: those that are open, and those to come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.exchange import ServerRequest
from mock_knock.control.shown import shown_clock, shown_instant, step_of
from mock_knock.world.clock import ClockError
from mock_knock.world.instants import LAST, Instant, from_text, to_text, within_calendar
from mock_knock.world.plans import Plan


def getAllClocks(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/server/clock"""
    return _shown_clocks(request, _present(request))


def setAllClocks(request: ServerRequest) -> dict[str, Any]:
    """PUT /_mock_knock/server/clock"""
    environments, body = _present(request), request.body
    to_come = request.service.environments
    clock = to_come.world.clock
    if "now" in body:
        now = from_text(body["now"])
        _check_not_past(environments, now)
        for environment in environments:
            environment.world.set_clock(now)
        clock = replace(clock, start=now)
    if "scale" in body:
        for environment in environments:
            environment.world.rescale(body["scale"])
        clock = replace(clock, scale=body["scale"])
    to_come.world = replace(to_come.world, clock=clock)
    return _shown_clocks(request, environments)


def advanceAllClocks(request: ServerRequest) -> dict[str, Any]:
    """POST /_mock_knock/server/clock/advance"""
    environments, step = _present(request), step_of(request.body)
    for environment in environments:
        if environment.world.now + step > LAST:
            raise ClockError(
                f"the environment {environment.id} ({environment.label}) would go beyond the year "
                "9000, where clocks end; no clock was moved"
            )
    for environment in environments:
        environment.world.set_clock(environment.world.now + step)
    return _shown_clocks(request, environments)


def freezeAllClocks(request: ServerRequest) -> dict[str, Any]:
    """POST /_mock_knock/server/clock/freeze"""
    environments, to_come = _present(request), request.service.environments
    for environment in environments:
        environment.world.rescale(0)
    to_come.world = replace(to_come.world, clock=replace(to_come.world.clock, scale=0.0))
    return _shown_clocks(request, environments)


def getServerPlan(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/server/plans/default"""
    return request.service.environments.world.plan.to_json()


def setServerPlan(request: ServerRequest) -> dict[str, Any]:
    """PUT /_mock_knock/server/plans/default"""
    present = request.service.environments.world.plan
    return _plan_everywhere(request, Plan.from_json({**present.to_json(), **request.body}))


def resetServerPlan(request: ServerRequest) -> dict[str, Any]:
    """DELETE /_mock_knock/server/plans/default"""
    return _plan_everywhere(request, request.service.settings.world.plan)


def _plan_everywhere(request: ServerRequest, plan: Plan) -> dict[str, Any]:
    environments = request.service.environments
    environments.world = replace(environments.world, plan=plan)
    for environment in environments:
        environment.world.plans.default = plan
    return plan.to_json()


def _present(request: ServerRequest) -> list[ApiEnvironment]:
    """Every environment, brought to now."""
    host = request.service.host_clock()
    environments = list(request.service.environments)
    for environment in environments:
        environment.world.sync(host)
    return environments


def _check_not_past(environments: list[ApiEnvironment], now: Instant) -> None:
    if not within_calendar(now):
        raise ClockError("a clock goes from the year 1970 to the year 9000")
    for environment in environments:
        if environment.world.now > now:
            raise ClockError(
                f"the environment {environment.id} ({environment.label}) stands at "
                f"{to_text(environment.world.now)} and cannot go back to {to_text(now)}; no clock "
                "was moved"
            )


def _shown_clocks(request: ServerRequest, environments: list[ApiEnvironment]) -> dict[str, Any]:
    start = request.service.environments.world.clock
    return {
        "environments": [
            {"id": one.id, "label": one.label, "clock": shown_clock(one.world)}
            for one in environments
        ],
        "to_come": {
            "mode": start.mode,
            "scale": start.scale,
            "start": shown_instant(start.start),
        },
    }
