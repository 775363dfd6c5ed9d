"""Bulk calls over HTTP: accepted whole or not at all, carried out row by row."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused

IDENTIFY = "/v1/users/bulk/identify"
DELETE = "/v1/users/bulk/delete"
PREFERENCES = "/v1/users/bulk/preferences"


def identify_body(ids: list[str]) -> dict[str, Any]:
    return {"users": [{"id": id, "seen": id} for id in ids]}


def delete_body(ids: list[str]) -> dict[str, Any]:
    return {"user_ids": ids}


def preferences_body(ids: list[str]) -> dict[str, Any]:
    return {"user_ids": ids, "preferences": {"channel_types": {"email": False}}}


CALLS = [
    pytest.param(IDENTIFY, identify_body, "users.identify", "users", id="identify"),
    pytest.param(DELETE, delete_body, "users.delete", "user_ids", id="delete"),
    pytest.param(PREFERENCES, preferences_body, "users.set_preferences", "user_ids", id="prefs"),
]


def poll(client: httpx.Client, operation: dict[str, Any]) -> dict[str, Any]:
    """Read the operation until it has ended; under the fixture's plan that is three times."""
    for _ in range(3):
        operation = client.get(f"/v1/bulk_operations/{operation['id']}").json()
    return operation


@pytest.mark.parametrize(("path", "body", "name", "field"), CALLS)
def test_a_call_is_queued_and_then_carried_out(
    client: httpx.Client, mock_knock: MockKnock, path: str, body: Any, name: str, field: str
) -> None:
    mock_knock.users.identify("a")
    mock_knock.users.identify("b")
    response = client.post(path, json=body(["a", "b"]))
    queued = response.json()
    assert response.status_code == 200
    assert queued["name"] == name
    assert queued["status"] == "queued"
    assert (queued["estimated_total_rows"], queued["processed_rows"]) == (2, 0)
    assert (queued["success_count"], queued["error_count"], queued["error_items"]) == (0, 0, [])
    assert queued["started_at"] is queued["completed_at"] is queued["failed_at"] is None

    seen = [client.get(f"/v1/bulk_operations/{queued['id']}").json() for _ in range(4)]
    assert [operation["status"] for operation in seen] == [
        "queued",
        "processing",
        "completed",
        "completed",
    ]
    assert seen[2] == seen[3]
    assert (seen[3]["processed_rows"], seen[3]["success_count"]) == (2, 2)


@pytest.mark.parametrize(("path", "body", "name", "field"), CALLS)
def test_1001_rows_are_refused_and_nothing_is_applied(
    client: httpx.Client, mock_knock: MockKnock, path: str, body: Any, name: str, field: str
) -> None:
    ids = [f"u{n}" for n in range(1_001)]
    mock_knock.users.identify("u0", kept=True)
    refused = client.post(path, json=body(ids))
    message = assert_refused(refused, 422, "invalid_params", field=field)["message"]
    assert "1000" in message
    assert list(mock_knock.users) == ["u0"]
    assert mock_knock.users["u0"]["kept"] is True
    assert len(mock_knock.bulk_operations) == 0


@pytest.mark.parametrize(("path", "body", "name", "field"), CALLS)
@pytest.mark.parametrize("rows", [0, 1, 1_000])
def test_up_to_1000_rows_are_accepted(
    client: httpx.Client, path: str, body: Any, name: str, field: str, rows: int
) -> None:
    operation = client.post(path, json=body([f"u{n}" for n in range(rows)])).json()
    done = poll(client, operation)
    assert done["status"] == "completed"
    assert done["estimated_total_rows"] == done["processed_rows"] == rows
    failed = 0 if path == IDENTIFY else rows
    assert (done["success_count"], done["error_count"]) == (rows - failed, failed)
    assert len(done["error_items"]) == failed


@pytest.mark.parametrize(("path", "body"), [(DELETE, delete_body), (PREFERENCES, preferences_body)])
def test_a_row_of_an_unknown_user_is_an_error_item(
    client: httpx.Client, mock_knock: MockKnock, path: str, body: Any
) -> None:
    mock_knock.users.identify("known")
    operation = client.post(path, json=body(["nobody", "known", "a/b", ""])).json()
    done = poll(client, operation)
    assert done["status"] == "completed"
    assert [item["id"] for item in done["error_items"]] == ["nobody", "a/b", ""]
    assert (done["success_count"], done["error_count"]) == (1, 3)
    assert set(mock_knock.users) <= {"known"}


def test_a_row_that_identify_would_refuse_is_an_error_item(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    fat = {"id": "fat", "bio": "x" * 300_000}
    users = [{"id": "a"}, {"id": "a/b"}, fat, {"id": "x" * 257}, {"id": "b"}]
    done = poll(client, client.post(IDENTIFY, json={"users": users}).json())
    assert [item["id"] for item in done["error_items"]] == ["a/b", "fat", "x" * 257]
    assert list(mock_knock.users) == ["a", "b"]


def test_a_row_takes_effect_when_it_is_done_and_not_before(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.plan_next(progress="time", queue_for=10, rows_per_second=1)
    client.post(IDENTIFY, json=identify_body(["a", "b", "c"]))
    mock_knock.clock.advance(10)
    assert client.get("/v1/users/a").status_code == 404
    mock_knock.clock.advance(1)
    assert client.get("/v1/users/a").status_code == 200
    assert client.get("/v1/users/b").status_code == 404
    mock_knock.clock.advance(2)
    listed = client.get("/v1/users").json()["entries"]
    assert [user["id"] for user in listed] == ["a", "b", "c"]
    # A user's time is that of its own row, not that of the call that brought it to light.
    assert len({user["updated_at"] for user in listed}) == 3


def test_bulk_preferences_replace_the_set(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.users.identify(
        "a", preferences={"default": {"channel_types": {"sms": False}}, "t1": {"categories": {}}}
    )
    poll(client, client.post(PREFERENCES, json=preferences_body(["a"])).json())
    sets = mock_knock.users["a"]["preferences"]
    assert sets["default"]["channel_types"] == {"email": False}
    assert sets["t1"]["categories"] == {}


def test_bulk_preferences_name_their_set(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a")
    body = {"user_ids": ["a"], "preferences": {"id": "tenant-1", "commercial_subscribed": False}}
    poll(client, client.post(PREFERENCES, json=body).json())
    assert mock_knock.users["a"]["preferences"]["tenant-1"]["commercial_subscribed"] is False


@pytest.mark.parametrize(
    ("plan", "status", "rows", "errors"),
    [
        ({"failing_ids": ["b"]}, "completed", 4, 1),
        ({"failing_positions": [0, 3]}, "completed", 4, 2),
        ({"failing_fraction": 1}, "completed", 4, 4),
        ({"outcome": "failed", "after_rows": 3}, "failed", 3, 0),
        ({"outcome": "failed", "stop_in": "queued"}, "failed", 0, 0),
        ({"outcome": "stuck"}, "processing", 2, 0),
        ({"outcome": "stuck", "stop_in": "queued"}, "queued", 0, 0),
    ],
)
def test_a_plan_decides_how_it_goes(
    client: httpx.Client,
    mock_knock: MockKnock,
    plan: dict[str, Any],
    status: str,
    rows: int,
    errors: int,
) -> None:
    mock_knock.plan_next(**plan)
    end = poll(client, client.post(IDENTIFY, json=identify_body(list("abcd"))).json())
    assert (end["status"], end["processed_rows"], end["error_count"]) == (status, rows, errors)
    assert len(mock_knock.users) == rows - errors


@pytest.mark.parametrize(
    ("id", "status"),
    [
        ("mock_row_fails", "completed"),
        ("mock_operation_fails", "failed"),
        ("mock_operation_fails_from_queued", "failed"),
        ("mock_operation_stuck_in_queued", "queued"),
        ("mock_operation_stuck_in_processing", "processing"),
        ("mock_operation_slow", "queued"),
    ],
)
def test_a_magic_id_asks_for_an_outcome(client: httpx.Client, id: str, status: str) -> None:
    end = poll(client, client.post(IDENTIFY, json=identify_body(["a", id, "b"])).json())
    assert end["status"] == status


def test_the_flow_that_the_project_exists_for(client: httpx.Client, mock_knock: MockKnock) -> None:
    ids = [f"user-{n}" for n in range(1_000)]
    operation = client.post(IDENTIFY, json=identify_body(ids)).json()
    while operation["status"] not in ("completed", "failed"):
        operation = client.get(f"/v1/bulk_operations/{operation['id']}").json()
    trigger = client.post("/v1/workflows/welcome/trigger", json={"recipients": ids})
    run_id = trigger.json()["workflow_run_id"]
    runs = mock_knock.workflows.runs
    assert {run["workflow_run_id"] for run in runs} == {run_id}
    assert {run["recipient"] for run in runs} == set(ids)
    order = [request.operation_id for request in mock_knock.requests]
    assert order == ["bulkIdentifyUsers", *["getBulkOperation"] * 3, "triggerWorkflow"]
