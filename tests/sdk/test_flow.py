"""Identify -> poll -> trigger with `knockapi`, sync and async."""

from __future__ import annotations

import asyncio

import pytest
from knockapi import AsyncKnock, Knock

from mock_knock import MockKnock

IDS = [f"user-{n}" for n in range(20)]


def test_the_whole_flow(knock: Knock, mock_knock: MockKnock) -> None:
    operation = knock.users.bulk.identify(users=[{"id": id, "name": id.title()} for id in IDS])
    assert operation.status == "queued"
    states = []
    while operation.status not in ("completed", "failed"):
        operation = knock.bulk_operations.get(operation.id)
        states.append(operation.status)
    assert states == ["queued", "processing", "completed"]
    assert (operation.processed_rows, operation.success_count) == (20, 20)
    assert operation.error_items == []
    assert operation.started_at is not None
    assert operation.completed_at is not None

    triggered = knock.workflows.trigger("welcome", recipients=IDS, data={"plan": "team"})
    runs = list(knock.workflow_recipient_runs.list(workflow="welcome", page_size=7))
    assert {run.recipient for run in runs} == set(IDS)
    assert {run.workflow_run_id for run in runs} == {triggered.workflow_run_id}
    assert {run.status for run in runs} == {"completed"}
    detail = knock.workflow_recipient_runs.get(runs[0].id)
    assert detail.events
    sent = [request.operation_id for request in mock_knock.requests]
    assert sent[:5] == ["bulkIdentifyUsers", *["getBulkOperation"] * 3, "triggerWorkflow"]
    assert sent.count("listWorkflowRecipientRuns") == 3


async def test_the_whole_flow_async(async_knock: AsyncKnock, mock_knock: MockKnock) -> None:
    users = async_knock.users
    operation = await users.bulk.identify(users=[{"id": id, "name": id.title()} for id in IDS])
    while operation.status not in ("completed", "failed"):
        operation = await async_knock.bulk_operations.get(operation.id)
    assert (operation.status, operation.success_count) == ("completed", 20)
    triggered = await async_knock.workflows.trigger("welcome", recipients=IDS)
    runs = [run async for run in async_knock.workflow_recipient_runs.list(page_size=7)]
    assert {run.recipient for run in runs} == set(IDS)
    assert {run.workflow_run_id for run in runs} == {triggered.workflow_run_id}
    assert (await async_knock.workflow_recipient_runs.get(runs[0].id)).events


async def test_many_flows_at_once(async_knock: AsyncKnock, mock_knock: MockKnock) -> None:
    async def flow(n: int) -> str:
        operation = await async_knock.users.bulk.identify(users=[{"id": f"u{n}"}])
        while operation.status != "completed":
            operation = await async_knock.bulk_operations.get(operation.id)
        return (await async_knock.workflows.trigger("w", recipients=[f"u{n}"])).workflow_run_id

    run_ids = await asyncio.gather(*map(flow, range(30)))
    assert len(set(run_ids)) == 30
    assert len(mock_knock.workflows.runs) == 30


def test_an_operation_that_fails(knock: Knock, mock_knock: MockKnock) -> None:
    mock_knock.plan_next(outcome="failed", after_rows=5, failing_positions=[1])
    operation = knock.users.bulk.identify(users=[{"id": id} for id in IDS])
    while operation.status not in ("completed", "failed"):
        operation = knock.bulk_operations.get(operation.id)
    assert operation.status == "failed"
    assert operation.failed_at is not None
    assert operation.completed_at is None
    assert (operation.processed_rows, operation.success_count, operation.error_count) == (5, 4, 1)
    assert operation.error_items is not None
    assert [item.id for item in operation.error_items] == ["user-1"]
    assert len(mock_knock.users) == 4


def test_a_thousand_users_and_an_hour(knock: Knock, mock_knock: MockKnock) -> None:
    mock_knock.plan_next(progress="time", queue_for=60, duration=3540)
    operation = knock.users.bulk.identify(users=[{"id": f"u{n}"} for n in range(1_000)])
    mock_knock.clock.run_until(operation.id)
    done = knock.bulk_operations.get(operation.id)
    assert (done.status, done.success_count) == ("completed", 1_000)
    assert done.completed_at is not None
    assert (done.completed_at - done.inserted_at).total_seconds() == 3600


@pytest.mark.parametrize("retries", [0, 2])
def test_automatic_retries_send_one_idempotency_key(mock_knock: MockKnock, retries: int) -> None:
    with Knock(api_key=mock_knock.api_key, base_url=mock_knock.url, max_retries=retries) as knock:
        knock.workflows.trigger("welcome", recipients=[{"id": "a", "name": "A"}])
        knock.workflows.trigger("welcome", recipients=["a"])
    keys = {r.headers["idempotency-key"] for r in mock_knock.requests.of("triggerWorkflow")}
    assert len(keys) == 2
    assert len(mock_knock.workflows.runs) == 2
