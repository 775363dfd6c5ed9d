"""Operations that give way to a later one, and those that do not."""

from __future__ import annotations

import pytest

from contract_tests.explore.operation import Operation
from contract_tests.explore.superseding import standing

ROWS = ("a", "b", "c")


def operation(
    life: str, rows: tuple[str, ...] = ROWS, kind: str = "bulkIdentifyUsers"
) -> Operation:
    made = Operation("id", rows, None, kind)
    made.advance(life)
    made.shown.append(made.status)
    return made


@pytest.mark.parametrize("first", ["failed-queued", "failed-early", "failed-late", "partial"])
def test_one_that_failed_gives_way_to_the_next(first: str) -> None:
    old, new = operation(first), operation("completed")
    seen = [(old, old.last_shown), (new, new.last_shown)]
    assert standing(seen) == [(new, "completed")]


def test_those_rows_that_failed_are_enough() -> None:
    old, new = operation("partial"), operation("completed", ROWS[-1:])
    assert standing([(old, "completed"), (new, "completed")]) == [(new, "completed")]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (operation("completed"), operation("completed"), "completed"),
        (operation("failed-early"), operation("completed", ("a",)), "completed"),
        (operation("failed-early"), operation("completed", kind="bulkDeleteUsers"), "completed"),
        (operation("processing"), operation("completed"), "completed"),
    ],
    ids=["in order", "other rows", "another kind", "not ended"],
)
def test_otherwise_both_count(old: Operation, new: Operation, shown: str) -> None:
    assert len(standing([(old, old.last_shown), (new, shown)])) == 2


def test_one_that_nobody_has_seen_takes_no_place() -> None:
    old, new = operation("failed-early"), operation("completed")
    assert standing([(old, "failed"), (new, None)]) == [(old, "failed")]
    assert standing([(new, None)]) == [(new, None)]
