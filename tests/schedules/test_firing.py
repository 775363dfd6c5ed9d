"""Schedules really run: their occurrences trigger the workflow as time passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import MockKnock
from mock_knock.world.clock import ClockSpec
from mock_knock.world.environment import Environment, WorldSettings
from mock_knock.world.instants import DAY, DEFAULT_START, SECOND, to_text
from mock_knock.world.listing import PageRequest
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.workflow import Workflow

DAILY = {"frequency": "daily", "hours": 8}


def create(client: httpx.Client, *recipients: Any, **fields: Any) -> list[dict[str, Any]]:
    body = {"workflow": "digest", "recipients": list(recipients), **fields}
    schedules: list[dict[str, Any]] = client.post("/v1/schedules", json=body).json()
    return schedules


def run_times(mock_knock: MockKnock) -> list[str]:
    return [run["inserted_at"] for run in reversed(mock_knock.workflows.runs)]


def test_each_occurrence_triggers_the_workflow(client: httpx.Client, mock_knock: MockKnock) -> None:
    (schedule,) = create(
        client, {"id": "ann"}, repeats=[DAILY], data={"a": 1}, tenant="acme", actor={"id": "bob"}
    )
    mock_knock.clock.advance(timedelta(days=2))
    assert run_times(mock_knock) == ["2026-01-06T08:00:00.000000Z", "2026-01-07T08:00:00.000000Z"]
    run = mock_knock.workflows.runs[0]
    assert (run["recipient"], run["actor"], run["tenant"]) == ("ann", "bob", "acme")
    assert run["trigger_source"] == {
        "type": "schedule",
        "schedule_id": schedule["id"],
        "cancellation_key": None,
        "audience_key": None,
    }
    (after,) = client.get("/v1/users/ann/schedules").json()["entries"]
    assert after["last_occurrence_at"] == "2026-01-07T08:00:00.000000Z"
    assert after["next_occurrence_at"] == "2026-01-08T08:00:00.000000Z"
    assert after["updated_at"] == schedule["updated_at"]
    assert client.get(f"/v1/workflow_recipient_runs/{run['id']}").json() == run


def test_a_single_schedule_runs_once_and_stays_in_lists(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    (schedule,) = create(client, {"id": "ann"}, scheduled_at="2026-01-05T10:00:00Z")
    mock_knock.clock.advance(timedelta(days=30))
    assert run_times(mock_knock) == ["2026-01-05T10:00:00.000000Z"]
    one = {"schedule_ids": [schedule["id"]]}
    (after,) = client.request("PUT", "/v1/schedules", json={**one, "data": {"x": 1}}).json()
    assert after["next_occurrence_at"] is None
    assert after["last_occurrence_at"] == "2026-01-05T10:00:00.000000Z"
    later = {**one, "ending_at": None}
    assert client.request("PUT", "/v1/schedules", json=later).json() == [after]
    body = {**one, "scheduled_at": "2026-03-01T00:00:00Z"}
    (again,) = client.request("PUT", "/v1/schedules", json=body).json()
    assert again["next_occurrence_at"] == "2026-03-01T00:00:00.000000Z"


def test_a_time_that_has_passed_is_due_at_once(client: httpx.Client, mock_knock: MockKnock) -> None:
    (schedule,) = create(client, {"id": "ann"}, scheduled_at="2020-01-01T00:00:00Z")
    assert schedule["next_occurrence_at"] == "2026-01-05T09:00:00.000000Z"
    assert run_times(mock_knock) == ["2026-01-05T09:00:00.000000Z"]


def test_a_recurrence_that_began_in_the_past_catches_nothing_up(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    rule = {"frequency": "daily", "interval": 2, "hours": 8}
    create(client, {"id": "ann"}, scheduled_at="2026-01-01T00:00:00Z", repeats=[rule])
    mock_knock.clock.advance(timedelta(days=4))
    assert run_times(mock_knock) == ["2026-01-07T08:00:00.000000Z", "2026-01-09T08:00:00.000000Z"]


def test_nothing_runs_from_the_ending_on(client: httpx.Client, mock_knock: MockKnock) -> None:
    create(client, {"id": "ann"}, repeats=[DAILY], ending_at="2026-01-08T08:00:00Z")
    mock_knock.clock.advance(timedelta(days=10))
    assert run_times(mock_knock) == ["2026-01-06T08:00:00.000000Z", "2026-01-07T08:00:00.000000Z"]
    (after,) = client.get("/v1/users/ann/schedules").json()["entries"]
    assert after["next_occurrence_at"] is None


def test_deleting_cancels_what_is_to_come_but_not_what_runs(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("digest", delay=3600)
    (schedule,) = create(client, {"id": "ann"}, repeats=[DAILY])
    mock_knock.clock.advance(timedelta(days=1))
    body = {"schedule_ids": [schedule["id"]]}
    client.request("DELETE", "/v1/schedules", json=body)
    mock_knock.clock.advance(timedelta(days=5))
    assert [run["status"] for run in mock_knock.workflows.runs] == ["completed"]


def test_local_time_is_kept_when_the_clocks_change(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    rule = {"frequency": "weekly", "days": ["sun"], "hours": 8}
    start = "2026-03-01T00:00:00Z"
    user = {"id": "ann", "timezone": "America/New_York"}
    create(client, user, repeats=[rule], scheduled_at=start, ending_at="2026-03-20T00:00:00Z")
    mock_knock.clock.advance(timedelta(days=80))
    assert run_times(mock_knock) == [
        "2026-03-01T13:00:00.000000Z",
        "2026-03-08T12:00:00.000000Z",  # clocks went forward that night
        "2026-03-15T12:00:00.000000Z",
    ]


def test_a_new_time_zone_counts_from_the_occurrence_after_the_next(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    create(client, {"id": "ann"}, repeats=[DAILY])
    mock_knock.users.identify("ann", timezone="Asia/Tokyo")
    mock_knock.clock.advance(timedelta(days=3))
    assert run_times(mock_knock) == [
        "2026-01-06T08:00:00.000000Z",
        "2026-01-06T23:00:00.000000Z",
        "2026-01-07T23:00:00.000000Z",
    ]


def test_an_occurrence_passes_without_a_run_while_the_workflow_is_inactive(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("digest", active=False)
    create(client, {"id": "ann"}, repeats=[DAILY])
    mock_knock.clock.advance(timedelta(days=1))
    assert run_times(mock_knock) == []
    mock_knock.workflows.declare("digest")
    mock_knock.clock.advance(timedelta(days=1))
    assert run_times(mock_knock) == ["2026-01-07T08:00:00.000000Z"]


def test_objects_get_a_run_of_their_own(client: httpx.Client, mock_knock: MockKnock) -> None:
    project = {"id": "p1", "collection": "projects", "timezone": "Asia/Kolkata"}
    create(client, project, repeats=[DAILY])
    mock_knock.clock.advance(timedelta(days=1))
    (run,) = mock_knock.workflows.runs
    assert run["recipient"] == {"id": "p1", "collection": "projects"}
    assert run["inserted_at"] == "2026-01-06T02:30:00.000000Z"


def test_run_until_idle_waits_for_single_schedules_and_not_for_recurring_ones(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("digest", delay=36 * 3600)
    create(client, {"id": "ann"}, repeats=[DAILY])
    assert mock_knock.clock.run_until_idle() == mock_knock.clock.now
    assert run_times(mock_knock) == []
    create(client, "ann", scheduled_at="2026-01-07T12:00:00Z")
    now = mock_knock.clock.run_until_idle()
    # The single one ran, and its delay of a day and a half is over; so did the daily one meanwhile.
    assert now.isoformat() == "2026-01-09T00:00:00+00:00"
    assert run_times(mock_knock) == [
        "2026-01-06T08:00:00.000000Z",
        "2026-01-07T08:00:00.000000Z",
        "2026-01-07T12:00:00.000000Z",
        "2026-01-08T08:00:00.000000Z",
    ]
    assert mock_knock.workflows.runs[0]["status"] == "paused"
    # What runs by now is waited for, once somebody waits again.
    assert mock_knock.clock.run_until_idle().isoformat() == "2026-01-09T20:00:00+00:00"


def test_a_deleted_schedule_does_not_keep_the_world_from_being_idle(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    (far,) = create(client, {"id": "ann"}, scheduled_at="2027-01-01T00:00:00Z")
    create(client, "ann", scheduled_at="2026-01-05T10:00:00Z")
    client.request("DELETE", "/v1/schedules", json={"schedule_ids": [far["id"]]})
    assert mock_knock.clock.run_until_idle().isoformat() == "2026-01-05T10:00:00+00:00"


# However the clock gets there, the same has happened at the same instants.

rules = st.fixed_dictionaries(
    {
        "frequency": st.sampled_from(("hourly", "daily", "weekly", "monthly")),
        "interval": st.integers(1, 30),
        "hours": st.integers(0, 23),
        "minutes": st.integers(0, 11).map(lambda n: n * 5),
    }
)
bodies = st.fixed_dictionaries(
    {"repeats": st.lists(rules, max_size=2)},
    optional={"scheduled_at": st.integers(-5, 20).map(lambda d: to_text(DEFAULT_START + d * DAY))},
)


def history(plan: list[dict[str, Any]], steps: list[int]) -> list[tuple[str, Any]]:
    world = Environment("e", WorldSettings(clock=ClockSpec(scale=0)), 0)
    world.workflows.declare(Workflow("digest", delay=60))
    for at, body in enumerate(plan):
        recipient = {"id": f"u{at}", "timezone": "Europe/London"}
        world.schedules.create({"workflow": "digest", "recipients": [recipient], **body}, world.now)
    for step in steps:
        world.advance(step / SECOND)
    runs = world.workflows.page(PageRequest(), RunFilter()).rows
    return [(run.to_json()["updated_at"], run.to_json()) for run in runs]


@given(
    plan=st.lists(bodies, min_size=1, max_size=3),
    steps=st.lists(st.integers(0, 3 * DAY), min_size=1, max_size=5),
)
def test_one_jump_is_the_same_as_many_small_ones(
    plan: list[dict[str, Any]], steps: list[int]
) -> None:
    assert history(plan, steps) == history(plan, [sum(steps)])
