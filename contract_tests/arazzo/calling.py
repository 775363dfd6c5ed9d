"""One visit of a step: the call to an operation or a workflow, and whether it succeeded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from contract_tests.arazzo.actions import all_hold
from contract_tests.arazzo.bodies import parse_body
from contract_tests.arazzo.context import Exchange
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.errors import FlowError
from contract_tests.arazzo.frames import Frame, Outcome
from contract_tests.arazzo.limits import Limits
from contract_tests.arazzo.linking import LinkedStep, Program, WorkflowKey
from contract_tests.arazzo.masking import Masks
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.openapi import Operation
from contract_tests.arazzo.outputs import collect_outputs, note_missing
from contract_tests.arazzo.policies import Policies
from contract_tests.arazzo.request import SILENT, build_exchange
from contract_tests.arazzo.result import Visit
from contract_tests.arazzo.servers import Servers
from contract_tests.arazzo.templates import fill
from contract_tests.arazzo.transport import Response, Transport, TransportError
from contract_tests.arazzo.visits import OpenVisit

CallWorkflow = Callable[[Frame, WorkflowKey, dict[str, Any]], Outcome]


@dataclass(kw_only=True)
class Caller:
    """Makes the calls of one run, and keeps its trace.

    `build` makes a step's exchange and `parse` reads a body; one who makes many runs that are
    alike may remember their answers.
    """

    transport: Transport
    servers: Servers
    api_key: str | None
    policies: Policies
    limits: Limits
    remarks: Diagnostics
    build: Callable[..., Exchange] = build_exchange
    parse: Callable[[Response], Any] = parse_body
    _visits: list[OpenVisit] = field(default_factory=list)

    @property
    def visits(self) -> list[OpenVisit]:
        """The visits so far as they stand, secrets and all."""
        return self._visits

    def trace(self, masks: Masks) -> tuple[Visit, ...]:
        """The visits so far, in the order in which they began."""
        return tuple(visit.close(masks) for visit in self._visits)

    def check_servers(self, program: Program) -> None:
        """Raise RequestError, before any request, if some operation has no server."""
        for workflow in program.workflows.values():
            for linked in workflow.steps:
                if linked.operation is not None:
                    self.servers.base_url(linked.operation)

    def visit(self, frame: Frame, linked: LinkedStep, call_workflow: CallWorkflow) -> OpenVisit:
        """Make a step's call once and judge it.

        A network failure fails the step. Raises Stopped at a limit, FlowError where no request can
        be made or a criterion cannot be evaluated.
        """
        visit = self._open(frame, linked)
        try:
            if linked.operation is not None:
                self._call(frame, linked, linked.operation, visit)
            elif linked.workflow is not None:
                inputs = self._inputs(frame, linked)
                outcome = call_workflow(frame, linked.workflow, inputs)
                visit.returned = outcome.outputs
                if outcome.status != "completed":
                    visit.error = f"workflow {linked.workflow.workflow_id!r}: {outcome.reason}"
            self._judge(frame, linked, visit)
        except FlowError as error:
            visit.error = str(error)
            raise
        return visit

    def _open(self, frame: Frame, linked: LinkedStep) -> OpenVisit:
        step_id = linked.step.step_id
        count = self.limits.visit((frame.linked.key, step_id), step_id)
        frame.entered.add(step_id)
        visit = OpenVisit(
            number=len(self._visits) + 1,
            workflow=frame.linked.key.workflow_id,
            linked=linked,
            visit=count,
            depth=frame.depth,
            at=self.limits.elapsed(),
        )
        self._visits.append(visit)
        return visit

    def _call(
        self, frame: Frame, linked: LinkedStep, operation: Operation, visit: OpenVisit
    ) -> None:
        exchange = self.build(
            linked,
            operation,
            frame.context(),
            base_url=self.servers.base_url(operation),
            api_key=self.api_key,
            policies=self.policies,
            remarks=self.remarks,
        )
        visit.exchange = exchange
        try:
            response = self.transport.send(exchange.request)
        except TransportError as error:
            visit.error = f"no response: {error}"
        else:
            visit.exchange = replace(exchange, response=response, body=self.parse(response))

    def _inputs(self, frame: Frame, linked: LinkedStep) -> dict[str, Any]:
        """The inputs of a called workflow: the step's parameters by name (Parameter Object)."""
        inputs: dict[str, Any] = {}
        for parameter in linked.parameters:
            note = partial(self.remarks.add, "absent-value", SILENT, parameter.place)
            value = fill(parameter.value, frame.context(), self.policies, note)
            if value is not MISSING:
                inputs[parameter.name] = value
        return inputs

    def _judge(self, frame: Frame, linked: LinkedStep, visit: OpenVisit) -> None:
        """Take the outputs, and decide on success (Step Object, outputs and successCriteria).

        Outputs are taken of failed answers too: a later step may report them. Those of an earlier
        visit are dropped, whatever comes now.
        """
        step = linked.step
        if visit.error is None:
            context = frame.context(visit)
            visit.outputs = collect_outputs(step.outputs, context, bare=self.policies.bare)
        frame.steps[step.step_id] = {"outputs": visit.outputs}
        if visit.error is not None:
            for check in linked.checks or ():
                visit.record("successCriteria", check, None)
            visit.success = False
            return
        response = visit.exchange.response if visit.exchange else None
        if linked.checks is not None:
            checks, context = linked.checks, frame.context(visit)
            visit.success = all_hold(checks, context, "successCriteria", visit.record)
        else:
            visit.success = response is None or 200 <= response.status < 300
        if visit.success:
            note_missing(step.outputs, visit.outputs, step.place, self.remarks)
        else:
            visit.error = _why(visit)


def _why(visit: OpenVisit) -> str:
    """A failed step in a few words: the status, what did not hold, what the server said."""
    exchange = visit.exchange
    said = "it gave no answer"
    if exchange is not None and exchange.response is not None:
        said = f"the answer was {exchange.response.status}"
        if isinstance(exchange.body, dict) and isinstance(exchange.body.get("message"), str):
            said += f" ({exchange.body['message']})"
    unmet = next((c.condition for c in visit.criteria if c.value is False), None)
    return said if unmet is None else f"{said}, and {unmet} does not hold"
