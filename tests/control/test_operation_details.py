"""One operation with its plan and rows; cancelling it, and letting it get stuck."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import ControlError, MockKnock

BULK = "/v1/users/bulk/identify"
START = "2026-01-05T09:00:00.000000Z"
UNKNOWN = "3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10"


def submit(mock_knock: MockKnock, count: int = 4, **plan: Any) -> str:
    mock_knock.plan_next(**plan)
    with mock_knock.client() as client:
        rows = [{"id": f"user-{n}"} for n in range(count)]
        id: str = client.post(BULK, json={"users": rows}).json()["id"]
    return id


def states(mock_knock: MockKnock, id: str) -> list[tuple[str, bool]]:
    rows = mock_knock.control.bulk_operations.get(id)["rows"]
    return [(row["state"], row["will_fail"]) for row in rows]


def test_rows_are_shown_with_what_became_of_them(mock_knock: MockKnock) -> None:
    id = submit(mock_knock, progress="manual", failing_positions=[1, 3])
    pending, doomed, done = ("pending", False), ("pending", True), ("done", False)
    assert states(mock_knock, id) == [pending, doomed, pending, doomed]
    mock_knock.bulk_operations.move(id, 2)
    assert states(mock_knock, id) == [done, ("failed", False), pending, doomed]
    details = mock_knock.control.bulk_operations.get(id)
    assert details["operation"] == mock_knock.bulk_operations.get(id)
    assert (details["plan_reason"], details["plan"]["progress"]) == ("next", "manual")


def test_of_two_rows_with_one_id_the_right_one_failed(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a")
    mock_knock.plan_next(progress="immediate")
    with mock_knock.client() as client:
        id = client.post("/v1/users/bulk/delete", json={"user_ids": ["a", "a"]}).json()["id"]
    assert states(mock_knock, id) == [("done", False), ("failed", False)]


def test_a_part_of_the_rows_can_be_asked_for(mock_knock: MockKnock) -> None:
    id = submit(mock_knock, 5, progress="manual")
    get = mock_knock.control.bulk_operations.get
    assert [row["id"] for row in get(id, offset=3, limit=10)["rows"]] == ["user-3", "user-4"]
    assert get(id, offset=9)["rows"] == get(id, limit=0)["rows"] == []


@pytest.mark.parametrize(
    ("plan", "start", "end"),
    [
        ({"progress": "time", "queue_for": 10, "duration": 8}, 10, 18),
        ({"progress": "time", "queue_for": 10, "rows_per_second": 2}, 10, 12),
        ({"progress": "time", "queue_for": 10, "duration": 8, "outcome": "failed"}, 10, 14),
        ({"progress": "time", "queue_for": 10, "outcome": "failed", "stop_in": "queued"}, None, 10),
        ({"progress": "time", "queue_for": 10, "outcome": "stuck"}, 10, None),
        ({"progress": "time", "outcome": "stuck", "stop_in": "queued"}, None, None),
        ({"progress": "polls"}, None, None),
        ({"progress": "manual"}, None, None),
    ],
    ids=str,
)
def test_it_says_when_time_starts_and_ends_it(
    mock_knock: MockKnock, plan: dict[str, Any], start: int | None, end: int | None
) -> None:
    id = submit(mock_knock, **plan)
    details = mock_knock.control.bulk_operations.get(id, limit=0)

    def at(second: int | None) -> str | None:
        return None if second is None else START.replace(":00.", f":{second:02}.")

    assert (details["expected_start_at"], details["expected_end_at"]) == (at(start), at(end))
    mock_knock.clock.run_until_idle()
    after = mock_knock.control.bulk_operations.get(id, limit=0)
    assert after["operation"]["started_at"] == at(start)
    ended = after["operation"]["completed_at"] or after["operation"]["failed_at"]
    assert ended == after["expected_end_at"] == at(end)


def test_cancelling_what_is_queued_lets_it_never_start(mock_knock: MockKnock) -> None:
    id = submit(mock_knock, progress="time", queue_for=10)
    cancelled = mock_knock.bulk_operations.cancel(id)
    assert (cancelled["status"], cancelled["started_at"]) == ("failed", None)
    mock_knock.clock.run_until_idle()
    assert mock_knock.bulk_operations.get(id) == cancelled
    assert list(mock_knock.users) == []


def test_cancelling_what_is_under_way_keeps_what_is_done(mock_knock: MockKnock) -> None:
    id = submit(mock_knock, progress="time", queue_for=0, duration=4)
    mock_knock.clock.advance(2)
    cancelled = mock_knock.bulk_operations.cancel(id)
    assert (cancelled["status"], cancelled["processed_rows"]) == ("failed", 2)
    mock_knock.clock.run_until_idle()
    assert list(mock_knock.users) == ["user-0", "user-1"]
    with pytest.raises(ControlError, match="never changes again"):
        mock_knock.bulk_operations.cancel(id)


def test_the_event_of_a_cancelled_operation_says_so(mock_knock: MockKnock) -> None:
    first, second = (submit(mock_knock, progress="manual") for _ in range(2))
    mock_knock.bulk_operations.cancel(first)
    mock_knock.bulk_operations.fail(second)
    events = mock_knock.call(lambda world: list(world.events))
    told = {e.subject: e.data for e in events if e.kind == "bulk_operation.failed"}
    assert told[first] == {"by": "cancel"}
    assert told[second] != told[first]


@pytest.mark.parametrize("plan", [{"progress": "time", "duration": 4}, {"progress": "polls"}])
@pytest.mark.parametrize("rows", [None, 0, 2])
def test_a_stuck_operation_stays_until_it_is_moved(
    mock_knock: MockKnock, client: httpx.Client, plan: dict[str, Any], rows: int | None
) -> None:
    id = submit(mock_knock, queue_for=1, **plan)
    if rows is not None:
        mock_knock.bulk_operations.move(id, rows)
    stuck = mock_knock.bulk_operations.stick(id)
    mock_knock.clock.advance(3600)
    for _ in range(5):
        assert client.get(f"/v1/bulk_operations/{id}").json() == stuck
    assert stuck["processed_rows"] == (rows or 0)
    assert stuck["status"] == ("queued" if rows is None else "processing")
    details = mock_knock.control.bulk_operations.get(id)
    assert (details["plan"]["outcome"], details["plan_reason"]) == ("stuck", "control")
    assert mock_knock.bulk_operations.finish(id)["status"] == "completed"
    with pytest.raises(ControlError, match="never changes again"):
        mock_knock.bulk_operations.stick(id)


def test_operations_are_found_by_status_and_name(mock_knock: MockKnock) -> None:
    first = submit(mock_knock, progress="manual")
    second = submit(mock_knock, progress="immediate")
    find = mock_knock.control.bulk_operations.list
    assert [o["id"] for o in find(status="queued")["items"]] == [first]
    assert [o["id"] for o in find(status="completed", name="users.*")["items"]] == [second]
    assert find(name="objects.*")["items"] == []
    page = find(status="queued", limit=1)
    mock_knock.bulk_operations.finish(first)
    # What the page ended with has moved on; the next page goes on behind it all the same.
    assert find(status="completed", after=page["items"][0]["id"])["items"][0]["id"] == second


@pytest.mark.parametrize("call", ["get", "cancel", "stick", "finish", "fail"])
def test_unknown_operations_are_a_404(mock_knock: MockKnock, call: str) -> None:
    with pytest.raises(ControlError, match="There is no bulk operation") as caught:
        getattr(mock_knock.control.bulk_operations, call)(UNKNOWN)
    assert caught.value.status == 404


@pytest.fixture
def client(mock_knock: MockKnock) -> Any:
    with mock_knock.client() as client:
        yield client
