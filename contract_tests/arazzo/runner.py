"""Runs a linked program: step by step, against a transport and a clock, to a Result.

Synchronous, without globals, without randomness: the same program, inputs, answers and clock give
the same result, to the last field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.arazzo import knock_notes
from contract_tests.arazzo.calling import Caller
from contract_tests.arazzo.clock import Clock, WallClock
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.errors import FlowError, LinkError
from contract_tests.arazzo.execution import Execution
from contract_tests.arazzo.inputs import declared
from contract_tests.arazzo.limits import Limits, Stopped
from contract_tests.arazzo.linking import Program, WorkflowKey
from contract_tests.arazzo.masking import Masks, secret_inputs
from contract_tests.arazzo.result import Result, Status
from contract_tests.arazzo.servers import Servers
from contract_tests.arazzo.transport import Transport


def run(
    program: Program,
    inputs: Mapping[str, Any],
    *,
    transport: Transport,
    clock: Clock | None = None,
    servers: Servers | None = None,
    api_key: str | None = None,
    workflow_id: str | None = None,
) -> Result:
    """Run one workflow of a program; `workflow_id` may be left out when there is only one.

    `api_key` goes into an `Authorization: Bearer` header wherever the document sets none.
    Never raises for what happens in the run: bad inputs, broken requests and criteria that cannot
    be evaluated give a Result of status `error`. Raises LinkError for a workflow that the program
    does not have.
    """
    entry = choose_workflow(program, workflow_id)
    linked = program.workflows[entry]
    properties = declared(linked.document, linked.workflow)
    masks = Masks([api_key] if api_key else [])
    masks.learn(secret_inputs(inputs, properties))
    remarks = Diagnostics()
    remarks.extend(list(program.diagnostics))
    limits = Limits(program.policies, clock or WallClock())
    caller = Caller(
        transport=transport,
        servers=servers or Servers(),
        api_key=api_key,
        policies=program.policies,
        limits=limits,
        remarks=remarks,
    )
    status: Status
    outputs: dict[str, Any] = {}
    try:
        caller.check_servers(program)
        outcome = Execution(program, caller, limits, masks, remarks).workflow(entry, inputs)
        status, reason, outputs = outcome.status, outcome.reason, outcome.outputs
    except Stopped as stop:
        status, reason = "stuck", stop.reason
    except FlowError as error:
        status, reason = "error", str(error)
    visits = caller.trace(masks)
    summaries = knock_notes.summarize(visits)
    return Result(
        status=status,
        reason=masks.text(reason),
        document=program.document.name,
        workflow=entry.workflow_id,
        outputs=masks.value(outputs),
        steps=visits,
        policies=program.policies,
        diagnostics=tuple(remarks),
        bulk_operations=summaries,
        seconds=round(limits.elapsed(), 6),
        notes=tuple(note for summary in summaries for note in summary.notes),
    )


def choose_workflow(program: Program, workflow_id: str | None) -> WorkflowKey:
    """The entry of that id, or the only one. Raises LinkError that lists them."""
    names = ", ".join(key.workflow_id for key in program.entries)
    for key in program.entries:
        if key.workflow_id == workflow_id:
            return key
    if workflow_id is not None:
        raise LinkError(
            f"there is no workflow {workflow_id!r}, only {names}", program.document.name
        )
    if len(program.entries) != 1:
        raise LinkError(f"say which workflow: {names}", program.document.name)
    return program.entries[0]
