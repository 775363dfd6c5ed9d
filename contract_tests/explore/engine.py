"""Runs histories of one program, prepared once and as often as asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contract_tests.arazzo import FlowError, Program, Result, Servers, VirtualClock, run
from contract_tests.arazzo.calling import Caller
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.execution import Execution
from contract_tests.arazzo.limits import Limits, Stopped
from contract_tests.arazzo.linking import WorkflowKey
from contract_tests.arazzo.masking import Masks
from contract_tests.explore.inputs import ROWS
from contract_tests.explore.knock import API_KEY, BASE, Catalogue, ScriptedKnock
from contract_tests.explore.memory import Memory, with_remembered_checks
from contract_tests.explore.record import Record
from contract_tests.explore.script import Script
from contract_tests.surface import Surface

MAX_SECONDS = 24 * 3600.0
MAX_REQUESTS = 1000
_SLACK = 16


class Engine:
    """One workflow of a program, to be run through histories.

    A step may be visited as often as its own retries allow, and for every answer that the script
    varies, and a few times more; whoever goes on after that has no bound of his own.

    other: the same workflow with the inputs of another run, where those could be made up. first:
    the number that the ids of its operations begin with.
    """

    other: Engine | None = None

    def __init__(
        self,
        program: Program,
        entry: WorkflowKey,
        surface: Surface,
        inputs: Mapping[str, Any],
        *,
        depth: int,
        max_requests: int = MAX_REQUESTS,
        max_seconds: float = MAX_SECONDS,
        first: int = 1,
    ) -> None:
        visits = min(_retries(program) + depth + _SLACK, max_requests + 1)
        policies = replace(program.policies, max_visits=visits, max_seconds=max_seconds)
        self.program = with_remembered_checks(replace(program, policies=policies))
        self.entry = entry
        self.depth = depth
        self.max_requests = max_requests
        self._first = first
        self.inputs = dict(inputs)
        described = {
            (step.operation.source, step.operation.label): surface.describe(step.operation)
            for workflow in program.workflows.values()
            for step in workflow.steps
            if step.operation is not None
        }
        self.catalogue = Catalogue(described.values())
        self._memory = Memory(self.program)

    def run(self, given: tuple[str, ...] = ()) -> tuple[Record, Script]:
        """Run one history. Raises NoSuchAnswer for one that asks for what cannot be answered."""
        clock, script = VirtualClock(), Script(given, self.depth)
        knock = ScriptedKnock(self.catalogue, script, clock, ROWS, self._first, self.max_requests)
        policies, remarks, masks = self.program.policies, Diagnostics(), Masks()
        limits = Limits(policies, clock)
        caller = Caller(
            transport=knock,
            servers=Servers(BASE),
            api_key=API_KEY,
            policies=policies,
            limits=limits,
            remarks=remarks,
            build=self._memory.build,
            parse=self._memory.parse,
        )
        execution = Execution(self.program, caller, limits, masks, remarks, self._memory.complete)
        outputs: dict[str, Any] = {}
        status: str
        try:
            outcome = execution.workflow(self.entry, self.inputs)
            status, reason, outputs = outcome.status, outcome.reason, outcome.outputs
        except Stopped as stop:
            status, reason = "stuck", stop.reason
        except FlowError as error:
            status, reason = "error", str(error)
        visits = caller.visits
        last = visits[-1].action if visits else None
        return Record(
            history=script.history(),
            made=tuple(script.made),
            surprises=len(script.surprises()),
            status=status,
            reason=reason,
            outputs=outputs,
            seconds=limits.elapsed(),
            events=knock.events,
            places=[v.linked.step.place for v in visits if v.exchange is not None],
            operations=list(knock.operations.values()),
            ended_by=last.type if last is not None else None,
        ), script

    def replay(self, given: tuple[str, ...]) -> Result:
        """Run one history with the interpreter's full trace."""
        clock = VirtualClock()
        script = Script(given, self.depth)
        knock = ScriptedKnock(self.catalogue, script, clock, ROWS, self._first, self.max_requests)
        return run(
            self.program,
            self.inputs,
            transport=knock,
            clock=clock,
            servers=Servers(BASE),
            api_key=API_KEY,
            workflow_id=self.entry.workflow_id,
        )


def _retries(program: Program) -> int:
    """The most retries that the actions of one step allow together."""
    return max(
        (
            sum(
                1 if linked.action.retry_limit is None else linked.action.retry_limit
                for linked in step.on_failure or ()
                if linked.action.type == "retry"
            )
            for workflow in program.workflows.values()
            for step in workflow.steps
        ),
        default=0,
    )
