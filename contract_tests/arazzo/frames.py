"""A workflow under way, and the ways in which it can end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from contract_tests.arazzo.context import Context
from contract_tests.arazzo.linking import LinkedWorkflow, WorkflowKey
from contract_tests.arazzo.visits import OpenVisit


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a workflow ended."""

    status: Literal["completed", "failed"]
    reason: str
    outputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A goto to another workflow: control does not come back."""

    key: WorkflowKey


@dataclass(slots=True)
class Frame:
    """A workflow under way.

    steps: step id -> {"outputs": ...} of the last visit. entered: the steps visited so far.
    retries: retries made, by action, since control arrived at the current step. workflows: what
    `$workflows` shows, shared by all frames of a run. sources: what `$sourceDescriptions` shows.
    """

    linked: LinkedWorkflow
    inputs: dict[str, Any]
    depth: int
    workflows: Mapping[str, Any]
    steps: dict[str, Any] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    retries: Counter[str] = field(default_factory=Counter)
    sources: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        described = self.linked.document.sources.values()
        self.sources = {s.name: {"name": s.name, "url": s.url, "type": s.type} for s in described}

    def arrive(self, position: int) -> int:
        """Control arrives at a step anew, so its retries count from 0. Gives the position."""
        self.retries.clear()
        return position

    def context(self, visit: OpenVisit | None = None) -> Context:
        """What expressions see: before a call without a visit, after it with one.

        In a step that called a workflow, that workflow's outputs are `$outputs` too.
        """
        return Context(
            inputs=self.inputs,
            outputs={**visit.returned, **visit.outputs} if visit else {},
            steps=self.steps,
            workflows=self.workflows,
            sources=self.sources,
            components=self.linked.document.raw.get("components") or {},
            exchange=visit.exchange if visit else None,
        )
