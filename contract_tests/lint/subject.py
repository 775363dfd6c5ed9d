"""The document as rules see it: workflows, steps and actions, as far as they can be read.

Unlike the interpreter's model, which refuses what is broken, this leaves out what it cannot read;
that it is broken is for the rules of structure to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contract_tests.arazzo import Document
from contract_tests.lint.spot import Spot
from contract_tests.surface import Described


@dataclass(frozen=True)
class CriterionView:
    """A criterion; `type` is `simple` where the document gives none."""

    spot: Spot
    condition: str
    type: str
    context: str | None
    version: str | None


@dataclass(frozen=True)
class ActionView:
    """An action. spot: where it stands in its list (a reference's place, where it is one).

    body: where its fields stand. inherited: whether the workflow gives it to all of its steps.
    """

    spot: Spot
    body: Spot
    name: str
    type: str
    step_id: str | None
    workflow_id: str | None
    retry_after: float | None
    retry_limit: int | None
    criteria: list[CriterionView]
    inherited: bool


@dataclass(frozen=True)
class ParameterView:
    """A parameter. inherited: whether the workflow gives it to all of its steps."""

    spot: Spot
    name: str
    location: str | None
    value: Spot
    inherited: bool


@dataclass
class StepView:
    """A step; on_success and on_failure are None where neither it nor its workflow has any.

    tried: what `answers` has made for it.
    """

    spot: Spot
    index: int
    id: str
    parameters: list[ParameterView]
    criteria: list[CriterionView] | None
    on_success: list[ActionView] | None
    on_failure: list[ActionView] | None
    described: Described | None = None
    tried: list[Any] | None = None

    @property
    def calls_workflow(self) -> bool:
        """Whether it calls a workflow and no operation."""
        return self.spot.at("workflowId").present

    @property
    def payload(self) -> Spot:
        """The literal request body."""
        return self.spot.at("requestBody").at("payload")

    @property
    def outputs(self) -> Mapping[str, Spot]:
        """Its outputs by name."""
        return self.spot.members("outputs")

    def request_strings(self) -> Iterator[Spot]:
        """Every text that the request is made of."""
        for parameter in self.parameters:
            yield from parameter.value.strings()
        yield from self.payload.strings()
        for replacement in self.spot.at("requestBody").items("replacements"):
            yield from replacement.at("value").strings()

    def all_criteria(self) -> Iterator[CriterionView]:
        """Its success criteria and those of its actions."""
        yield from self.criteria or ()
        for action in (*(self.on_success or ()), *(self.on_failure or ())):
            yield from action.criteria


@dataclass
class WorkflowView:
    """A workflow. successors, reached: what `graph` has worked out of it."""

    spot: Spot
    id: str
    steps: list[StepView]
    successors: list[set[int]] | None = None
    reached: dict[int, set[int]] = field(default_factory=dict)

    def step(self, id: str) -> StepView | None:
        """The step of that id, the first where there are several."""
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, StepView]:
        return {step.id: step for step in reversed(self.steps)}


@dataclass
class Subject:
    """A document under lint. document: the interpreter's model, where it can be made."""

    root: Spot
    workflows: list[WorkflowView]
    document: Document | None = None
    components_used: set[tuple[str, str]] = field(default_factory=set)

    @property
    def components(self) -> Spot:
        """The Components Object."""
        return self.root.at("components")


def criterion_view(spot: Spot) -> CriterionView | None:
    """A criterion that can be read."""
    condition, kind, version = spot.text("condition"), spot.at("type"), None
    if condition is None:
        return None
    text = kind.value if isinstance(kind.value, str) else "simple"
    if isinstance(kind.value, dict):
        text, version = kind.text("type") or "simple", kind.text("version")
    return CriterionView(spot, condition, text, spot.text("context"), version)


def action_view(spot: Spot, body: Spot, *, inherited: bool) -> ActionView:
    """An action as far as it can be read."""
    after, limit = body.at("retryAfter").value, body.at("retryLimit").value
    return ActionView(
        spot=spot,
        body=body,
        name=body.text("name") or "",
        type=body.text("type") or "",
        step_id=body.text("stepId"),
        workflow_id=body.text("workflowId"),
        retry_after=float(after) if _is_number(after) else None,
        retry_limit=int(limit) if _is_number(limit) else None,
        criteria=[view for each in body.items("criteria") if (view := criterion_view(each))],
        inherited=inherited,
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
