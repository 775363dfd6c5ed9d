"""How bulk operations are to go, in an environment and in all."""

from __future__ import annotations

from typing import Any, cast

from mock_knock.client.answers import AllPlans, NamedPlan, PlanAnswer
from mock_knock.client.connection import Connection, segment


class PlanCalls:
    """Calls under `/plans`. The fields of a plan are those of `mock_knock.Plan`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def all(self) -> AllPlans:
        """Every plan, in the order in which they are consulted."""
        return cast(AllPlans, self._call("GET", "/plans"))

    def next(self) -> list[NamedPlan]:
        """The plans for next operations, oldest first."""
        return cast("list[NamedPlan]", self._call("GET", "/plans/next")["items"])

    def put_next(self, name: str = "*", **fields: Any) -> PlanAnswer:
        """Plan the next operation whose name matches; the rest is as in the default plan."""
        body = {"name": name, "plan": fields}
        return cast(PlanAnswer, self._call("POST", "/plans/next", body))

    def remove_next(self, position: int | None = None) -> None:
        """Take back the plan at that position of `next()`, or all of them."""
        path = "/plans/next" if position is None else f"/plans/next/{segment(position)}"
        self._call("DELETE", path)

    def rules(self) -> list[NamedPlan]:
        """The rules, in the order in which they are consulted."""
        return cast("list[NamedPlan]", self._call("GET", "/plans/rules")["items"])

    def put_rule(self, name: str, **fields: Any) -> PlanAnswer:
        """Plan every operation whose name matches; the rest is as in the default plan."""
        return cast(PlanAnswer, self._call("PUT", f"/plans/rules/{segment(name)}", fields))

    def remove_rule(self, name: str) -> None:
        """Take the rule of that very name back."""
        self._call("DELETE", f"/plans/rules/{segment(name)}")

    def default(self) -> PlanAnswer:
        """The default plan."""
        return cast(PlanAnswer, self._call("GET", "/plans/default"))

    def set_default(self, **fields: Any) -> PlanAnswer:
        """Change fields of the default plan."""
        return cast(PlanAnswer, self._call("PUT", "/plans/default", fields))

    def reset_default(self) -> PlanAnswer:
        """Go back to the default plan of the server."""
        return cast(PlanAnswer, self._call("DELETE", "/plans/default"))


class ServerPlanCalls:
    """Calls under `/server/plans/default`: the default plan of all environments."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def default(self) -> PlanAnswer:
        """The default plan of environments to come."""
        return cast(PlanAnswer, self._call("GET", "/server/plans/default"))

    def set_default(self, **fields: Any) -> PlanAnswer:
        """Change it, and let every environment that is open take it as its own."""
        return cast(PlanAnswer, self._call("PUT", "/server/plans/default", fields))

    def reset_default(self) -> PlanAnswer:
        """Go back to the plan that the server started with, everywhere."""
        return cast(PlanAnswer, self._call("DELETE", "/server/plans/default"))
