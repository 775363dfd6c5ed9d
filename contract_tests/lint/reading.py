"""Reads a document into a Subject, Reusable Objects replaced; says which lead to nothing."""

from __future__ import annotations

from contract_tests.lint.finding import Finding
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import (
    ActionView,
    CriterionView,
    ParameterView,
    StepView,
    Subject,
    WorkflowView,
    action_view,
    criterion_view,
)


def read(root: Spot) -> tuple[Subject, list[Finding]]:
    """The subject, and the references to components that lead to nothing."""
    reader = _Reader(root)
    return Subject(root, reader.workflows(), components_used=reader.used), reader.findings


class _Reader:
    def __init__(self, root: Spot) -> None:
        self._root = root
        self.findings: list[Finding] = []
        self.used: set[tuple[str, str]] = set()

    def workflows(self) -> list[WorkflowView]:
        return [self._workflow(spot) for spot in self._root.items("workflows")]

    def _workflow(self, spot: Spot) -> WorkflowView:
        shared = self._parameters(spot, inherited=True)
        success = self._actions(spot, "successActions", "successActions")
        failure = self._actions(spot, "failureActions", "failureActions")
        steps = [
            self._step(step, n, shared, success, failure)
            for n, step in enumerate(spot.items("steps"))
        ]
        return WorkflowView(spot, spot.text("workflowId") or "", steps)

    def _step(
        self,
        spot: Spot,
        index: int,
        shared: list[ParameterView],
        success: list[ActionView],
        failure: list[ActionView],
    ) -> StepView:
        own = self._parameters(spot, inherited=False)
        names = {(parameter.name, parameter.location) for parameter in own}
        inherited = [each for each in shared if (each.name, each.location) not in names]
        criteria = None
        if spot.at("successCriteria").value:
            criteria = _criteria(spot, "successCriteria")
        return StepView(
            spot=spot,
            index=index,
            id=spot.text("stepId") or "",
            parameters=[*inherited, *own],
            criteria=criteria,
            on_success=_merged(self._actions(spot, "onSuccess", "successActions"), success),
            on_failure=_merged(self._actions(spot, "onFailure", "failureActions"), failure),
        )

    def _parameters(self, owner: Spot, *, inherited: bool) -> list[ParameterView]:
        views, seen = [], set[tuple[str, str | None]]()
        for spot in owner.items("parameters"):
            body = self._resolve(spot, "parameters")
            if body is None or body.text("name") is None:
                continue
            key = (body.text("name") or "", body.text("in"))
            if key in seen:
                self.findings.append(
                    found("duplicate", spot, f"the parameter {key[0]!r} is given twice", "keep one")
                )
            seen.add(key)
            value = spot.at("value") if spot.at("value").present else body.at("value")
            views.append(
                ParameterView(spot, body.text("name") or "", body.text("in"), value, inherited)
            )
        return views

    def _actions(self, owner: Spot, key: str, kind: str) -> list[ActionView]:
        bodies = [(spot, self._resolve(spot, kind)) for spot in owner.items(key)]
        shared = key == kind
        return [
            action_view(spot, body, inherited=shared) for spot, body in bodies if body is not None
        ]

    def _resolve(self, spot: Spot, kind: str) -> Spot | None:
        """The object itself, or the component that it refers to; None where that is not there."""
        if not spot.at("reference").present:
            return spot
        reference, prefix = spot.text("reference") or "", f"$components.{kind}."
        name = reference.removeprefix(prefix)
        known = self._root.at("components").members(kind)
        if reference.startswith(prefix) and name in known:
            self.used.add((kind, name))
            return known[name]
        there = ", ".join(prefix + each for each in known) or "none"
        self.findings.append(
            found(
                "component-unknown",
                spot.at("reference"),
                f"{reference!r} leads to nothing",
                f"refer to one that is there: {there}",
            )
        )
        return None


def _criteria(owner: Spot, key: str) -> list[CriterionView]:
    return [view for spot in owner.items(key) if (view := criterion_view(spot))]


def _merged(own: list[ActionView], shared: list[ActionView]) -> list[ActionView] | None:
    """The step's actions, then the workflow's whose names it does not take; None for none."""
    names = {action.name for action in own}
    return [*own, *(action for action in shared if action.name not in names)] or None
