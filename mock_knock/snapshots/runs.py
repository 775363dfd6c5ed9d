"""The section of recipient runs, with their logs."""

from __future__ import annotations

from typing import Any

from mock_knock.snapshots.declared import WorkflowReader, write_workflow
from mock_knock.snapshots.faults import Path, reading
from mock_knock.snapshots.moments import instant
from mock_knock.snapshots.places import check_instants, in_order
from mock_knock.snapshots.recipients import key_of, reference_to
from mock_knock.world.environment import Environment
from mock_knock.world.instants import to_text
from mock_knock.world.recipient_run import RecipientRun, RunEvent
from mock_knock.world.references import recipient_key, reference
from mock_knock.world.trigger import Trigger, TriggerSource
from mock_knock.world.workflow import Workflow

Json = dict[str, Any]


def write_runs(world: Environment) -> Json:
    """`runs`, by id."""
    shown: dict[int, str | Json] = {}
    return {run.id: _write(run, world, shown) for run in world.workflows.runs.rows()}


def read_runs(document: Json, world: Environment, workflows: WorkflowReader) -> None:
    """Put the runs in place, behind the declared workflows."""
    started = document["counters"]["runs"]
    usual: dict[str, Workflow] = {}
    found = []
    for id, given in document["runs"].items():
        path: Path = ("runs", id)
        with reading(*path):
            workflow = given["workflow"]
            if isinstance(workflow, str):
                if workflow not in usual:
                    usual[workflow] = world.workflows.usual(workflow)
                declared = usual[workflow]
            else:
                declared = workflows.read(workflow, (*path, "workflow"))
            found.append((_read(id, given, declared), path))
    runs = in_order(found, started)
    check_instants(runs, "runs")
    world.workflows.runs.put_back(runs, started)


def _write(run: RecipientRun, world: Environment, shown: dict[int, str | Json]) -> Json:
    # Most runs share their workflow, which is compared with the declared one once.
    workflow = shown.get(id(run.workflow))
    if workflow is None:
        whole = write_workflow(run.workflow)
        same = whole == write_workflow(world.workflows.usual(run.workflow.key))
        workflow = shown[id(run.workflow)] = run.workflow.key if same else whole
    return {
        "place": run.place,
        "workflow_run_id": run.workflow_run_id,
        "workflow": workflow,
        "recipient": reference(run.recipient),
        "actor": reference_to(run.actor),
        "tenant": run.tenant,
        "cancellation_key": run.cancellation_key,
        "sandbox": run.sandbox,
        "skip_delay": run.skip_delay,
        "source": {
            "type": run.source.type,
            "schedule_id": run.source.schedule_id,
            "audience_key": run.source.audience_key,
        },
        "data": run.data,
        "subscription": run.subscription,
        "status": run.status,
        "inserted_at": to_text(run.inserted_at),
        "updated_at": to_text(run.updated_at),
        "events": [
            {
                "event": event.event,
                "at": to_text(event.at),
                "data": event.data,
                "step_ref": event.step_ref,
            }
            for event in run.events
        ],
    }


def _read(id: str, given: Json, workflow: Workflow) -> RecipientRun:
    run = RecipientRun(
        id=id,
        workflow_run_id=given["workflow_run_id"],
        workflow=workflow,
        recipient=recipient_key(given["recipient"]),
        trigger=Trigger(
            actor=key_of(given["actor"]),
            tenant=given["tenant"],
            cancellation_key=given["cancellation_key"],
            source=TriggerSource(**given["source"]),
            sandbox=given["sandbox"],
            skip_delay=given["skip_delay"],
        ),
        data=given["data"],
        place=given["place"],
        now=instant(given["inserted_at"]),
        subscription=given["subscription"],
    )
    run.status = given["status"]
    run.updated_at = instant(given["updated_at"])
    run.events = [
        RunEvent(event["event"], instant(event["at"]), event["data"], event["step_ref"])
        for event in given["events"]
    ]
    return run
