"""The older calls to trigger and cancel."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock


def notify(client: httpx.Client, **fields: Any) -> httpx.Response:
    body = {"name": "hello", "actor": "ann", "recipients": ["bob"], **fields}
    return client.post("/v1/notify", json=body)


@pytest.fixture(autouse=True)
def people(mock_knock: MockKnock) -> None:
    for id in ("ann", "bob", "cat"):
        mock_knock.users.identify(id)


def test_notify_triggers_the_workflow(client: httpx.Client, mock_knock: MockKnock) -> None:
    answer = notify(client, recipients=["bob", "cat", "bob", "nobody"], data={"a": 1})
    assert answer.status_code == 200
    runs = mock_knock.workflows.runs
    assert sorted(run["recipient"] for run in runs) == ["bob", "cat"]
    assert {run["workflow"] for run in runs} == {"hello"}
    assert {run["actor"] for run in runs} == {"ann"}
    assert answer.json() == {"result_id": f"wf_{runs[0]['workflow_run_id']}"}


def test_recipients_are_references_and_nothing_is_stored(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    recipients = [{"id": "bob", "name": "Bob"}, {"id": "dan", "name": "Dan"}, {}, {"id": 5}]
    answer = notify(client, recipients=recipients[:3])
    assert answer.status_code == 200
    assert [run["recipient"] for run in mock_knock.workflows.runs] == ["bob"]
    assert "name" not in client.get("/v1/users/bob").json()
    assert client.get("/v1/users/dan").status_code == 404


@pytest.mark.parametrize("actor", ["nobody", {}, {"id": "nobody", "name": "No"}])
def test_an_unknown_actor_is_missing(client: httpx.Client, actor: Any) -> None:
    answer = notify(client, actor=actor)
    assert (answer.status_code, answer.json()["code"]) == (404, "actor_missing")


def test_an_unknown_workflow_is_missing_and_an_inactive_one_refused(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("other")
    mock_knock.workflows.declare("off", active=False)
    assert notify(client).json()["code"] == "workflow_missing"
    answer = notify(client, name="off")
    assert (answer.status_code, answer.json()["code"]) == (422, "workflow_inactive")


def test_cancel_reaches_the_runs_that_wait(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.workflows.declare("hello", delay=60)
    for recipient in ("bob", "cat"):
        notify(client, recipients=[recipient], cancellation_key="k")

    def cancel(**fields: Any) -> list[str]:
        body = {"name": "hello", "cancellation_key": "k", **fields}
        assert client.post("/v1/notify/cancel", json=body).status_code == 204
        return [run["status"] for run in mock_knock.workflows.runs]

    assert cancel(recipients=[{}]) == ["paused", "paused"]
    assert cancel(recipients=["cat"]) == ["cancelled", "paused"]
    assert cancel() == ["cancelled", "cancelled"]


def test_the_idempotency_key_has_no_effect(client: httpx.Client, mock_knock: MockKnock) -> None:
    client.headers["idempotency-key"] = "same"
    assert notify(client).json() != notify(client).json()
    assert len(mock_knock.workflows.runs) == 2
