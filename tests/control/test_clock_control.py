"""The clock over HTTP: read, jump, advance, change pace, run until something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

START = "2026-01-05T09:00:00.000000Z"


@pytest.fixture
def control(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        client.base_url = httpx.URL("http://mock-knock/_mock_knock")
        yield client


def submit(mock_knock: MockKnock, count: int = 2, **plan: Any) -> str:
    mock_knock.plan_next(progress="time", queue_for=10, duration=100, **plan)
    with mock_knock.client() as client:
        rows = [{"id": f"user-{n}"} for n in range(count)]
        id: str = client.post("/v1/users/bulk/identify", json={"users": rows}).json()["id"]
    return id


def test_a_manual_clock_stands_still(control: httpx.Client) -> None:
    first, second = control.get("/clock").json(), control.get("/clock").json()
    assert first == second == {"now": START, "mode": "manual", "scale": 0.0}


def test_advance_moves_the_clock_and_what_falls_due(
    control: httpx.Client, mock_knock: MockKnock
) -> None:
    id = submit(mock_knock)
    assert (
        control.post("/clock/advance", json={"seconds": 60})
        .json()["now"]
        .startswith("2026-01-05T09:01:00")
    )
    operation = mock_knock.bulk_operations.get(id)
    assert (operation["status"], operation["processed_rows"]) == ("processing", 1)
    assert operation["started_at"] == "2026-01-05T09:00:10.000000Z"
    assert operation["updated_at"] == "2026-01-05T09:01:00.000000Z"


def test_set_jumps_to_a_later_moment_and_never_back(control: httpx.Client) -> None:
    later = control.put("/clock", json={"now": "2026-01-06T00:00:00+01:00"})
    assert later.json()["now"] == "2026-01-05T23:00:00.000000Z"
    back = control.put("/clock", json={"now": START})
    assert back.status_code == 422
    assert "cannot go back" in back.json()["message"]
    assert control.get("/clock").json() == later.json()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_moments_beyond_the_calendar_are_refused(control: httpx.Client, moment: str) -> None:
    answer = control.put("/clock", json={"now": moment})
    assert answer.status_code == 422
    assert "1970" in answer.json()["message"]


def test_scale_changes_the_pace(control: httpx.Client) -> None:
    assert control.put("/clock", json={"scale": 60}).json()["mode"] == "scaled"
    assert control.put("/clock", json={"scale": 1}).json()["mode"] == "real"
    frozen = control.put("/clock", json={"scale": 0}).json()
    assert frozen == control.get("/clock").json()


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/clock/advance", {"seconds": -1}, "seconds"),
        ("/clock/advance", {}, "seconds"),
        ("/clock/advance", {"seconds": "5"}, "seconds"),
        ("/plans/next", {"plan": {"outcome": "exploded"}}, "plan.outcome"),
        ("/plans/next", {"plan": {"reads": 0}}, "plan.reads"),
        ("/plans/next", {"plan": {"colour": "red"}}, "plan.colour"),
        ("/plans/next", {"plan": {"after_rows": 1}}, "outcome"),
    ],
)
def test_illegal_requests_name_the_field(
    control: httpx.Client, path: str, body: dict[str, Any], field: str
) -> None:
    answer = control.post(path, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_run_until_idle_ends_every_operation(control: httpx.Client, mock_knock: MockKnock) -> None:
    submit(mock_knock, 2)
    submit(mock_knock, 3)
    assert control.post("/clock/run_until_idle").json()["now"] == "2026-01-05T09:01:50.000000Z"
    assert [o["status"] for o in mock_knock.bulk_operations] == ["completed", "completed"]


def test_run_until_stops_at_the_instant_of_the_status(
    control: httpx.Client, mock_knock: MockKnock
) -> None:
    id = submit(mock_knock)
    path = f"/bulk_operations/{id}/run_until"
    started = control.post(path, json={"status": "processing"}).json()
    assert (started["status"], started["processed_rows"]) == ("processing", 0)
    assert control.get("/clock").json()["now"] == "2026-01-05T09:00:10.000000Z"
    assert control.post(path, json={"status": "completed"}).json()["status"] == "completed"


def test_run_until_refuses_what_time_will_not_bring(
    control: httpx.Client, mock_knock: MockKnock
) -> None:
    id = submit(mock_knock, outcome="stuck")
    answer = control.post(f"/bulk_operations/{id}/run_until", json={"status": "completed"})
    assert answer.status_code == 409
    assert answer.headers["x-should-retry"] == "false"
    assert control.get("/clock").json()["now"] == START


def test_each_key_has_a_clock_of_its_own(control: httpx.Client, mock_knock: MockKnock) -> None:
    control.post("/clock/advance", json={"seconds": 5})
    other = MockKnock(mock_knock.server, "another")
    try:
        with other.client() as client:
            assert client.get("/_mock_knock/clock").json()["now"] == START
    finally:
        other.close()
