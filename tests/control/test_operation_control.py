"""Plans and single operations over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from mock_knock import FIXTURE_SETTINGS, KnockServer, MockKnock

UNKNOWN = "3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10"


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def submit(client: httpx.Client, count: int = 4) -> dict[str, Any]:
    rows = [{"id": f"user-{n}"} for n in range(count)]
    operation: dict[str, Any] = client.post("/v1/users/bulk/identify", json={"users": rows}).json()
    return operation


def test_a_planned_operation_goes_as_planned_once(client: httpx.Client) -> None:
    plan = {"progress": "immediate", "outcome": "failed", "after_rows": 1}
    client.post("/_mock_knock/plans/next", json={"name": "users.identify", "plan": plan})
    assert submit(client)["status"] == "failed"
    assert submit(client)["status"] == "queued"


def test_a_rule_holds_for_its_kind_only(client: httpx.Client) -> None:
    client.put("/_mock_knock/plans/rules/users.delete", json={"progress": "immediate"})
    assert submit(client)["status"] == "queued"
    deleted = client.post("/v1/users/bulk/delete", json={"user_ids": ["nobody"]}).json()
    assert (deleted["status"], deleted["error_items"]) == ("completed", [{"id": "nobody"}])


def test_the_default_plan_can_be_read_and_changed(client: httpx.Client) -> None:
    changed = client.put("/_mock_knock/plans/default", json={"progress": "immediate"}).json()
    assert changed == client.get("/_mock_knock/plans/default").json()
    assert changed["reads"] == 3
    assert submit(client)["status"] == "completed"


def test_an_operation_is_moved_by_hand(client: httpx.Client) -> None:
    client.put("/_mock_knock/plans/default", json={"progress": "manual"})
    id = submit(client)["id"]
    path = f"/_mock_knock/bulk_operations/{id}"
    assert client.get(f"/v1/bulk_operations/{id}").json()["status"] == "queued"
    assert client.post(f"{path}/move", json={"rows": 0}).json()["status"] == "processing"
    assert client.post(f"{path}/move", json={"rows": 3}).json()["processed_rows"] == 3
    assert client.get("/v1/users/user-2").status_code == 200
    assert client.get("/v1/users/user-3").status_code == 404
    assert client.post(f"{path}/move", json={"rows": 2}).status_code == 422
    assert client.post(f"{path}/move", json={"rows": 5}).status_code == 422
    assert client.post(f"{path}/finish").json()["status"] == "completed"
    assert client.post(f"{path}/finish").status_code == 409


def test_an_operation_is_failed_by_hand(client: httpx.Client) -> None:
    id = submit(client)["id"]
    failed = client.post(f"/_mock_knock/bulk_operations/{id}/fail").json()
    assert (failed["status"], failed["started_at"]) == ("failed", None)
    assert client.get(f"/v1/bulk_operations/{id}").json() == failed


def test_looking_through_the_control_plane_is_no_read(client: httpx.Client) -> None:
    id = submit(client)["id"]
    for _ in range(5):
        listed = client.get("/_mock_knock/bulk_operations").json()["items"]
        assert [o["status"] for o in listed] == ["queued"]
    assert client.get(f"/v1/bulk_operations/{id}").json()["status"] == "queued"
    assert client.get(f"/v1/bulk_operations/{id}").json()["status"] == "processing"


def test_control_calls_are_not_in_the_log_of_requests(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    submit(client)
    client.get("/_mock_knock/status")
    assert [r.operation_id for r in mock_knock.requests] == ["bulkIdentifyUsers"]


@pytest.mark.parametrize("action", ["finish", "fail"])
def test_unknown_operations_are_a_404(client: httpx.Client, action: str) -> None:
    answer = client.post(f"/_mock_knock/bulk_operations/{UNKNOWN}/{action}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "resource_missing"


def test_the_control_plane_answers_no_examples() -> None:
    server = KnockServer(replace(FIXTURE_SETTINGS, unknown="example"))
    with MockKnock(server, "lenient").client() as client:
        assert client.get("/v1/users/nobody").status_code == 200
        answer = client.post(f"/_mock_knock/bulk_operations/{UNKNOWN}/finish")
    assert answer.status_code == 404


def test_a_parameter_that_a_call_does_not_have_is_refused(client: httpx.Client) -> None:
    answer = client.get("/_mock_knock/bulk_operations?stauts=queued&limit=1")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "stauts"
    assert "limit, after, order, status, name" in error["message"]
    assert client.get("/_mock_knock/clock?x").status_code == 422
    assert client.get("/v1/users?stauts=queued").status_code == 200


def test_status_counts_what_there_is(client: httpx.Client) -> None:
    client.put("/v1/users/ellie", json={})
    submit(client)
    status = client.get("/_mock_knock/status").json()
    assert (status["users"], status["bulk_operations"]) == (1, 1)
    assert status["next_event_at"] is None


def test_other_sites_may_not_ask(client: httpx.Client) -> None:
    preflight = client.request(
        "OPTIONS",
        "/_mock_knock/clock/advance",
        headers={"origin": "https://evil.example", "access-control-request-method": "POST"},
    )
    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in preflight.headers
    answer = client.get("/_mock_knock/clock", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_a_key_is_needed(client: httpx.Client) -> None:
    answer = client.get("/_mock_knock/clock", headers={"authorization": ""})
    assert answer.status_code == 401
