"""Control calls, limits, and single documented facts of bulk operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.bulk_operations import MAX_ROWS
from mock_knock.world.errors import ConflictError, InvalidParamsError, MissingError
from mock_knock.world.instants import SECOND, to_text
from mock_knock.world.plans import Plan

from .bulk_model import assert_obeys_the_table
from .worlds import BASE, START, environment

UNKNOWN = "11111111-1111-4111-8111-111111111111"
MANUAL = Plan(progress="manual")
FAILS_FROM_QUEUED = Plan(progress="manual", outcome="failed", stop_in="queued")


def rows(count: int) -> list[Mapping[str, Any]]:
    return [{"id": f"u{at}"} for at in range(count)]


def ids(count: int) -> list[str]:
    return [f"u{at}" for at in range(count)]


def test_the_answer_of_the_call_is_queued_with_nothing_done() -> None:
    operation = environment().bulk_identify(rows(2), BASE)
    assert operation.to_json() == {
        "__typename": "BulkOperation",
        "id": operation.id,
        "name": "users.identify",
        "status": "queued",
        "estimated_total_rows": 2,
        "processed_rows": 0,
        "success_count": 0,
        "error_count": 0,
        "error_items": [],
        "progress_path": f"{BASE}/v1/bulk_operations/{operation.id}",
        "inserted_at": to_text(START),
        "updated_at": to_text(START),
        "started_at": None,
        "completed_at": None,
        "failed_at": None,
    }


def test_each_kind_has_the_name_that_knock_gives_it() -> None:
    world = environment()
    assert world.bulk_identify([], BASE).to_json()["name"] == "users.identify"
    assert world.bulk_delete_users([], BASE).to_json()["name"] == "users.delete"
    preferences = world.bulk_set_preferences([], {}, BASE)
    assert preferences.to_json()["name"] == "users.set_preferences"


def test_a_thousand_rows_are_taken_and_one_more_is_refused_with_nothing_applied() -> None:
    world = environment(Plan(progress="immediate"))
    world.bulk_identify(rows(MAX_ROWS), BASE)
    assert len(world.users) == MAX_ROWS
    world.plans.put_next(Plan(progress="manual"))
    with pytest.raises(InvalidParamsError) as refused:
        world.bulk_delete_users(ids(MAX_ROWS + 1), BASE)
    assert [detail.field for detail in refused.value.details] == ["user_ids"]
    assert len(world.users) == MAX_ROWS
    assert len(world.bulk_operations) == 1
    # The refused call has not used up the plan that was put up for the next one.
    assert world.bulk_delete_users(ids(1), BASE).plan_reason == "next"


def test_a_call_with_no_rows_ends_completed() -> None:
    world = environment()
    operation = world.bulk_identify([], BASE)
    world.advance(1)
    answer = operation.to_json()
    assert_obeys_the_table(answer)
    assert (answer["status"], answer["completed_at"]) == ("completed", to_text(world.now))


@given(st.integers(0, 60), st.integers(0, 8))
def test_a_failing_fraction_picks_that_share_of_the_rows_exactly(total: int, eighths: int) -> None:
    plan = Plan(progress="immediate", failing_fraction=eighths / 8)
    answer = environment(plan).bulk_identify(rows(total), BASE).to_json()
    assert answer["error_count"] == round(total * eighths / 8)


@given(st.integers(1, 99))
def test_a_fraction_written_in_percent_stops_after_that_many_of_a_hundred_rows(
    percent: int,
) -> None:
    plan = Plan(progress="immediate", outcome="failed", after_fraction=percent / 100)
    answer = environment(plan).bulk_identify(rows(100), BASE).to_json()
    assert answer["processed_rows"] == percent


def test_a_bulk_set_replaces_the_set_and_the_inline_identify_merges_into_it() -> None:
    world = environment(Plan(progress="immediate"))
    world.users.identify("u", {"preferences": {"t": {"categories": {"a": True}}}}, world.now)
    world.bulk_identify([{"id": "u", "preferences": {"t": {"workflows": {"w": False}}}}], BASE)
    merged = world.users.get("u").preferences.one("t")
    assert (merged["categories"], merged["workflows"]) == ({"a": True}, {"w": False})
    world.bulk_set_preferences(["u"], {"id": "t", "channels": {"c": True}}, BASE)
    replaced = world.users.get("u").preferences.one("t")
    assert replaced["channels"] == {"c": True}
    assert (replaced["categories"], replaced["workflows"]) == (None, None)


def test_reading_moving_finishing_or_failing_an_unknown_operation_says_it_is_missing() -> None:
    operations = environment().bulk_operations
    assert operations.find(UNKNOWN) is None
    refused: list[Callable[[], object]] = [
        lambda: operations.read(UNKNOWN, START),
        lambda: operations.move(UNKNOWN, 1, START),
        lambda: operations.finish(UNKNOWN, START),
        lambda: operations.fail(UNKNOWN, START),
    ]
    for act in refused:
        with pytest.raises(MissingError):
            act()


@pytest.mark.parametrize("plan", [MANUAL, FAILS_FROM_QUEUED, Plan(outcome="stuck")])
def test_a_move_to_0_rows_only_starts_the_operation(plan: Plan) -> None:
    world = environment(plan)
    operation = world.bulk_identify(rows(3), BASE)
    world.bulk_operations.move(operation.id, 0, world.now)
    answer = operation.to_json()
    assert (answer["status"], answer["processed_rows"]) == ("processing", 0)


@pytest.mark.parametrize("seconds_before_the_move", [2.5, 30.0])
def test_an_operation_moved_beyond_its_rest_goes_on_whether_or_not_it_rested_already(
    seconds_before_the_move: float,
) -> None:
    world = environment(Plan(queue_for=1, rows_per_second=1, outcome="stuck", after_rows=3))
    operation = world.bulk_identify(rows(8), BASE)
    world.advance(seconds_before_the_move)
    world.bulk_operations.move(operation.id, 5, world.now)
    assert operation.will_reach("completed")
    world.advance(60)
    assert operation.to_json()["status"] == "completed"


def test_rows_overdue_when_an_operation_is_moved_on_are_done_at_that_instant() -> None:
    world = environment(Plan(queue_for=1, rows_per_second=1, outcome="stuck", after_rows=3))
    operation = world.bulk_identify(rows(10), BASE)
    world.advance(9.5)
    world.bulk_operations.move(operation.id, 5, world.now)
    world.advance(60)
    seconds = [(world.users.get(id).updated_at - START) / SECOND for id in ids(10)]
    assert seconds == [2, 3, 4, 9.5, 9.5, 9.5, 9.5, 9.5, 10, 11]
    assert operation.to_json()["completed_at"] == to_text(START + 11 * SECOND)


def test_an_operation_moved_beyond_its_planned_failure_is_known_to_complete() -> None:
    world = environment(Plan(outcome="failed", after_rows=2))
    operation = world.bulk_identify(rows(5), BASE)
    world.bulk_operations.move(operation.id, 3, world.now)
    assert not operation.will_reach("failed")
    with pytest.raises(ConflictError):
        world.run_until_operation(operation.id, "failed")
    done = world.run_until_operation(operation.id, "completed").to_json()
    assert (done["status"], done["processed_rows"]) == ("completed", 5)


@given(
    st.sampled_from(("completed", "failed", "stuck")),
    st.sampled_from(("queued", "processing")),
    st.sampled_from(("processing", "completed", "failed")),
    st.integers(0, 5),
)
def test_running_until_a_state_gets_there_or_is_refused_with_the_clock_standing_still(
    outcome: str, stop_in: str, wanted: str, total: int
) -> None:
    fields = {"outcome": outcome, "rows_per_second": 2}
    if outcome != "completed":
        fields["stop_in"] = stop_in
    world = environment(Plan.from_json(fields))
    operation = world.bulk_identify(rows(total), BASE)
    reachable = {
        "processing": outcome == "completed" or stop_in == "processing",
        "completed": outcome == "completed",
        "failed": outcome == "failed",
    }
    if reachable[wanted]:
        answer = world.run_until_operation(operation.id, wanted).to_json()
        instant = answer["started_at" if wanted == "processing" else f"{wanted}_at"]
        assert instant == to_text(world.now)
        assert answer["status"] == wanted or (wanted == "processing" and total < 2)
    else:
        with pytest.raises(ConflictError):
            world.run_until_operation(operation.id, wanted)
        assert world.now == START
        assert operation.to_json()["status"] == "queued"


def test_running_until_idle_ends_every_operation_that_moves_by_time() -> None:
    world = environment()
    timed = world.bulk_identify(rows(4), BASE)
    world.plans.put_next(MANUAL)
    manual = world.bulk_identify(rows(4), BASE)
    ended = world.run_until_idle()
    assert timed.to_json()["completed_at"] == to_text(ended)
    assert manual.to_json()["status"] == "queued"
    assert world.run_until_idle() == ended
