"""Bulk creation of schedules: rows apply one by one."""

from __future__ import annotations

from typing import Any

import httpx

from mock_knock import MockKnock

RULE = {"frequency": "daily", "hours": 8}


def submit(client: httpx.Client, rows: list[dict[str, Any]]) -> dict[str, Any]:
    answer = client.post("/v1/schedules/bulk/create", json={"schedules": rows})
    assert answer.status_code == 200, answer.text
    operation: dict[str, Any] = answer.json()
    return operation


def listed(client: httpx.Client) -> list[str]:
    answer = client.get("/v1/schedules", params={"workflow": "digest"})
    return [schedule["recipient"]["id"] for schedule in answer.json()["entries"]]


def row(recipient: Any, **fields: Any) -> dict[str, Any]:
    return {"workflow": "digest", "recipient": recipient, "repeats": [RULE], **fields}


def test_rows_take_effect_one_by_one(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.plan_next("schedules.*", progress="time", queue_for=10, duration=30)
    operation = submit(client, [row({"id": f"u{n}"}) for n in range(3)])
    assert (operation["name"], operation["status"]) == ("schedules.create_schedules", "queued")
    assert operation["estimated_total_rows"] == 3
    mock_knock.clock.advance(30)
    assert listed(client) == ["u1", "u0"]
    mock_knock.clock.run_until(operation["id"])
    assert listed(client) == ["u2", "u1", "u0"]


def test_the_same_recipient_may_come_again(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.plan_next(progress="immediate")
    submit(client, [row({"id": "ann"}), row("ann"), row("ann", tenant="acme")])
    assert listed(client) == ["ann"] * 3


def test_rows_that_cannot_be_become_error_items(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("digest")
    rows = [
        row({"id": "good"}),
        row("nobody"),
        {"workflow": "digest"},
        row({"id": "lost"}, workflow="other"),
        row({"id": "late"}, repeats=[{"frequency": "daily", "hours": 30}]),
        row({"id": "mock_row_fails"}),
        row({"id": "p1", "collection": "projects", "x": 1}),
    ]
    id = submit(client, rows)["id"]
    for _ in range(3):
        operation = client.get(f"/v1/bulk_operations/{id}").json()
    assert operation["status"] == "completed"
    failed = [item["id"] for item in operation["error_items"]]
    assert failed == ["nobody", "2", "lost", "late", "mock_row_fails"]
    assert listed(client) == ["p1", "good"]
    assert client.get("/v1/users/lost").status_code == 404


def test_an_actor_that_can_be_nobody_is_refused_at_once(client: httpx.Client) -> None:
    body = {"schedules": [row({"id": "ann"}), row("ann", actor=[])]}
    answer = client.post("/v1/schedules/bulk/create", json=body)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == "schedules[1].actor"


def test_over_a_thousand_rows_nothing_is_applied(client: httpx.Client) -> None:
    body = {"schedules": [row({"id": "ann"})] * 1001}
    answer = client.post("/v1/schedules/bulk/create", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "schedules"
    assert listed(client) == []
