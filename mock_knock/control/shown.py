"""What several operations of the control plane show, and read, in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.durations import duration_from_text
from mock_knock.world.environment import Environment
from mock_knock.world.errors import invalid_field
from mock_knock.world.instants import Instant, microseconds, to_text
from mock_knock.world.plans import Plan


def shown_instant(instant: Instant | None) -> str | None:
    """An instant as text, None where there is none."""
    return None if instant is None else to_text(instant)


def shown_clock(world: Environment) -> dict[str, Any]:
    """The clock of an environment."""
    return {"now": to_text(world.now), "mode": world.clock.mode, "scale": world.clock.scale}


def shown_plans(plans: tuple[tuple[str, Plan], ...]) -> list[dict[str, Any]]:
    """Plans, each with the names it is for."""
    return [{"name": name, "plan": plan.to_json()} for name, plan in plans]


def step_of(body: Mapping[str, Any]) -> int:
    """How far the body of an advance goes, in microseconds. Raises InvalidParamsError."""
    field = "seconds" if "seconds" in body else "duration"
    try:
        if field == "seconds":
            return microseconds(body["seconds"])
        return duration_from_text(body["duration"])
    except ValueError as error:
        raise invalid_field(field, f"cannot be: {error}") from None
