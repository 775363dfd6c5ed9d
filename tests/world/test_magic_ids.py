"""Every magic id does what magic_ids.TABLE says, under every way of making progress."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world import magic_ids
from mock_knock.world.bulk_operations import BulkOperation
from mock_knock.world.environment import Environment
from mock_knock.world.plans import Plan, Progress

from .bulk_model import assert_obeys_the_table
from .worlds import BASE, START, Json, environment

LONG = 300 * 86_400.0
Says = Callable[[Json], object]


def row_fails(answer: Json) -> None:
    assert (answer["status"], answer["processed_rows"]) == ("completed", 4)
    assert [item["id"][:14] for item in answer["error_items"]] == ["mock_row_fails"]


def fails_there(answer: Json) -> None:
    assert (answer["status"], answer["success_count"]) == ("failed", 2)
    assert answer["started_at"] is not None


def fails_unstarted(answer: Json) -> None:
    assert (answer["status"], answer["processed_rows"]) == ("failed", 0)
    assert answer["started_at"] is None


def stays_queued(answer: Json) -> None:
    assert answer["status"] == "queued"


def stays_processing(answer: Json) -> None:
    assert (answer["status"], answer["success_count"]) == ("processing", 2)


def completes(answer: Json) -> None:
    assert (answer["status"], answer["success_count"]) == ("completed", 4)


SAYS: dict[str, tuple[Says, int, list[str]]] = {
    magic_ids.ROW_FAILS: (row_fails, 4, ["a", "b", "c"]),
    magic_ids.FAILS: (fails_there, 2, ["a", "b"]),
    magic_ids.FAILS_FROM_QUEUED: (fails_unstarted, 0, []),
    magic_ids.STUCK_IN_QUEUED: (stays_queued, 0, []),
    magic_ids.STUCK_IN_PROCESSING: (stays_processing, 2, ["a", "b"]),
    magic_ids.SLOW: (completes, 4, ["a", "b", "c"]),
}
"""What the end of a call with the rows a, b, the magic one, c is, and who of a, b, c is there."""

every_id = pytest.mark.parametrize("id", [id for id, _ in magic_ids.TABLE])


def run(world: Environment, magic: str) -> BulkOperation[object]:
    rows = [{"id": id} for id in ("a", "b", magic, "c")]
    operation = world.bulk_identify([*rows], BASE)
    for _ in range(5):
        assert_obeys_the_table(operation.to_json())
        world.bulk_operations.read(operation.id, world.now)
        world.advance(LONG / 5)
    return operation


def test_the_table_has_every_magic_id_once() -> None:
    assert [id for id, _ in magic_ids.TABLE] == list(SAYS)


@every_id
@pytest.mark.parametrize("suffix", ["", "_7", "2", " and more"])
@pytest.mark.parametrize("progress", ["time", "polls", "immediate"])
def test_a_magic_id_does_what_the_table_says(id: str, suffix: str, progress: Progress) -> None:
    world = environment(Plan(progress=progress))
    operation = run(world, id + suffix)
    says, processed, there = SAYS[id]
    answer = operation.to_json()
    says(answer)
    assert answer["processed_rows"] == processed
    assert [user for user in world.users if len(user) == 1] == there


@every_id
def test_magic_ids_are_plain_ids_once_turned_off(id: str) -> None:
    operation = run(environment(magic_ids=False), id)
    completes(operation.to_json())
    assert operation.plan_reason == "default"


@every_id
def test_a_magic_id_works_in_every_kind_of_bulk_call(id: str) -> None:
    world = environment()
    for user in ("a", "b", id, "c"):
        world.users.identify(user, {}, START)
    deleting = world.bulk_delete_users(["a", "b", id, "c"], BASE)
    assert deleting.plan_reason == "magic_ids"
    setting = world.bulk_set_preferences(["a", "b", id, "c"], {}, BASE)
    assert setting.plan_reason == "magic_ids"
    world.advance(LONG)
    SAYS[id][0](deleting.to_json())


@given(st.text(max_size=8).filter(lambda text: not text.startswith(("_", "mock"))))
def test_an_id_that_only_looks_like_a_magic_one_is_a_plain_one(text: str) -> None:
    plain = ["x" + id for id, _ in magic_ids.TABLE]
    plain += [f"mock_{text}", "mock", "mock_row", "MOCK_ROW_FAILS", f"row_fails{text}"]
    assert magic_ids.MagicWish.of(plain) is None


def test_the_slow_one_waits_an_hour_before_it_starts() -> None:
    world = environment()
    operation = world.bulk_identify([{"id": magic_ids.SLOW}], BASE)
    world.advance(3599.999999)
    assert operation.to_json()["status"] == "queued"
    world.advance(0.000001)
    assert operation.to_json()["status"] == "processing"


def test_a_failing_row_goes_together_with_a_wish_about_the_whole() -> None:
    world = environment(Plan(progress="immediate"))
    ids = ["mock_row_fails_1", "a", "mock_operation_fails", "mock_row_fails_2"]
    answer = world.bulk_identify([{"id": id} for id in ids], BASE).to_json()
    assert (answer["status"], answer["processed_rows"]) == ("failed", 2)
    assert answer["error_items"] == [{"id": "mock_row_fails_1"}]


@given(st.permutations([id for id, _ in magic_ids.TABLE if id != magic_ids.ROW_FAILS]))
def test_of_several_wishes_about_the_whole_the_first_one_decides(ids: list[str]) -> None:
    world = environment()
    operation = world.bulk_identify([{"id": id} for id in ("a", "b", *ids)], BASE)
    world.advance(LONG)
    if ids[0] == magic_ids.SLOW:
        assert operation.to_json()["status"] == "completed"
    else:
        SAYS[ids[0]][0](operation.to_json())


def test_the_rows_that_the_default_plan_lets_fail_fail_beside_the_magic_ones() -> None:
    world = environment(Plan(progress="immediate", failing_ids=("b",)))
    rows = [{"id": "a"}, {"id": "b"}, {"id": "mock_row_fails"}]
    answer = world.bulk_identify([*rows], BASE).to_json()
    assert answer["error_items"] == [{"id": "b"}, {"id": "mock_row_fails"}]
