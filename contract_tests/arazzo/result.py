"""What a run came to: status, outputs, and a trace of every visit of every step."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from contract_tests.arazzo.diagnostics import Diagnostic
from contract_tests.arazzo.knock_notes import BulkOperationSummary
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.policies import Policies

Status = Literal["completed", "failed", "stuck", "error"]


@dataclass(frozen=True, slots=True)
class RequestTrace:
    """A request as it was sent, secrets masked. `body` is MISSING where there was none."""

    method: str
    url: str
    headers: dict[str, str]
    body: Any = MISSING


@dataclass(frozen=True, slots=True)
class ResponseTrace:
    """A response as it came, secrets masked. `body` is JSON where it could be read as such."""

    status: int
    headers: dict[str, str]
    body: Any = MISSING


@dataclass(frozen=True, slots=True)
class CriterionTrace:
    """A criterion and its value; None where it was not looked at.

    used_by: `successCriteria`, or the name of an action.
    """

    used_by: str
    condition: str
    type: str
    value: bool | None
    place: str


@dataclass(frozen=True, slots=True)
class ActionTrace:
    """What came after a visit.

    type: `end`, `goto`, `retry`, `next` (the next step), `fail`. name: the action's, or None where
    a default applied. target: a step or a workflow. delay: seconds waited before it.
    """

    type: str
    name: str | None = None
    target: str | None = None
    delay: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of one step.

    number: of the visit in the run; visit: of this step, both from 1. at: clock seconds since
    the run began. depth: 0 in the workflow that was asked for. operation: id, method and path
    template; None for a step that calls a workflow, which `called` names.
    """

    number: int
    workflow: str
    step: str
    visit: int
    depth: int
    at: float
    operation: dict[str, str | None] | None
    called: str | None
    request: RequestTrace | None
    response: ResponseTrace | None
    error: str | None
    success: bool | None
    criteria: tuple[CriterionTrace, ...]
    outputs: dict[str, Any]
    action: ActionTrace | None

    def to_json(self) -> dict[str, Any]:
        """The visit as a JSON value."""
        shown = _members(self)
        for key in ("request", "response", "action"):
            shown[key] = None if shown[key] is None else _members(shown[key])
        shown["criteria"] = [_members(criterion) for criterion in self.criteria]
        return shown


def _members(value: Any) -> dict[str, Any]:
    """A dataclass as a mapping, without what is MISSING; unlike `asdict` it copies no bodies."""
    members = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: member for name, member in members.items() if member is not MISSING}


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a run.

    status: `completed`; `failed` (a step failed, or a policy stopped the run); `stuck` (a limit
    of visits, time or depth was reached); `error` (the flow could not be run, or not on).
    reason: one sentence for a person. seconds: clock time.
    """

    status: Status
    reason: str
    document: str
    workflow: str
    outputs: dict[str, Any]
    steps: tuple[Visit, ...]
    policies: Policies
    diagnostics: tuple[Diagnostic, ...]
    bulk_operations: tuple[BulkOperationSummary, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def unreachable(self) -> bool:
        """Whether requests were made and nothing ever answered."""
        asked = [visit for visit in self.steps if visit.request is not None]
        return bool(asked) and all(visit.response is None for visit in asked)

    def to_json(self) -> dict[str, Any]:
        """The result as a JSON value."""
        return {
            "status": self.status,
            "reason": self.reason,
            "document": self.document,
            "workflow": self.workflow,
            "outputs": self.outputs,
            "notes": list(self.notes),
            "bulk_operations": [summary.to_json() for summary in self.bulk_operations],
            "steps": [visit.to_json() for visit in self.steps],
            "seconds": self.seconds,
            "policies": self.policies.to_json(),
            "diagnostics": [diagnostic.to_json() for diagnostic in self.diagnostics],
        }
