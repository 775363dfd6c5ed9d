"""The judge of bulk operations: sound histories pass, and each change to one is named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.lifecycle.judgement import Judge, Sent
from contract_tests.rules import Rule
from contract_tests.rules import lifecycle as rules

ROWS = ("a", "b", "c", "d")
SENT = Sent(ROWS, None, "users.identify", len(ROWS))
Answer = dict[str, Any]


def at(second: int) -> str:
    return f"2026-01-05T09:00:{second:02}.000000Z"


def answer(second: int, done: int, failing: set[int], *, ends: str = "completed") -> Answer:
    """What a sound server says after so many rows of four, one a second from the second on."""
    started = second >= 1
    items = [{"id": ROWS[i]} for i in range(done) if i in failing]
    ended = started and (done == len(ROWS) or ends == "failed")
    status = "queued" if not started else ends if ended else "processing"
    return {
        "__typename": "BulkOperation", "id": "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6",
        "name": "users.identify", "status": status, "estimated_total_rows": len(ROWS),
        "processed_rows": done, "success_count": done - len(items), "error_count": len(items),
        "error_items": items, "progress_path": "http://x/v1/bulk_operations/6f1d8c52",
        "started_at": at(1) if started else None,
        "completed_at": at(1 + done) if status == "completed" else None,
        "failed_at": at(1 + done) if status == "failed" else None,
        "inserted_at": at(0), "updated_at": at(1 + done) if started else at(0),
    }  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Answer]:
    """Answers of a sound server, read at any time and any number of times."""
    failing = draw(st.sets(st.integers(0, 3)))
    steps = sorted(draw(st.lists(st.integers(0, 4), min_size=1, max_size=8)))
    told = [answer(0, 0, failing) for _ in range(draw(st.integers(0, 2)))]
    told += [answer(1, done, failing) for done in steps]
    if draw(st.booleans()) and told[-1]["status"] == "processing":
        last = answer(1, told[-1]["processed_rows"], failing, ends="failed")
        told += [last, last]
    return copy.deepcopy(told)


@given(histories())
def test_a_sound_history_has_no_fault(history: list[Answer]) -> None:
    judge = Judge(SENT)
    assert [fault for one in history for fault in judge.take(one)] == []


def broken_by(change: Callable[[list[Answer]], None]) -> set[Rule]:
    """The rules that are broken when a history of six answers is changed so."""
    history = [answer(0, 0, {1})] + [answer(1, done, {1}) for done in range(5)]
    history = [copy.deepcopy(one) for one in (*history, history[-1])]
    change(history)
    judge = Judge(SENT)
    return {rule for one in history for rule, _ in judge.take(one)}


CHANGES: list[tuple[Rule, Callable[[list[Answer]], None]]] = [
    (rules.STATUS_KNOWN, lambda h: h[2].update(status="running")),
    (rules.STATUS_FORWARD, lambda h: h[3].update(status="queued")),
    (rules.ROWS_GROW, lambda h: h[4].update(processed_rows=1, success_count=0)),
    (rules.ROWS_WITHIN_TOTAL, lambda h: h[2].update(processed_rows=9, success_count=9)),
    (rules.COUNTS_ADD_UP, lambda h: h[3].update(success_count=2)),
    (rules.COUNTS_GROW, lambda h: h[5].update(error_count=0, success_count=4)),
    (rules.ERRORS_LISTED, lambda h: h[5].update(error_items=[])),
    (rules.ERRORS_ARE_ROWS, lambda h: h[5].update(error_items=[{"id": "x"}])),
    (rules.ERRORS_ONCE, lambda h: h[5]["error_items"].append({"id": "b"})),
    (rules.ERRORS_STAY, lambda h: h[5].update(error_items=[{"id": "c"}])),
    (rules.ERRORS_COLLECTION, lambda h: h[5]["error_items"][0].update(collection="things")),
    (rules.QUEUED_UNTOUCHED, lambda h: h[0].update(processed_rows=1, success_count=1)),
    (rules.COMPLETED_WHOLE, lambda h: h[4].update(status="completed", completed_at=at(4))),
    (rules.TOTAL_IS_ROWS, lambda h: h[2].update(estimated_total_rows=5)),
    (rules.CONSTANTS, lambda h: h[2].update(name="users.delete")),
    (rules.NAME, lambda h: h[2].update(name="users.delete")),
    (rules.TIMES_BY_STATE, lambda h: h[0].update(started_at=at(0))),
    (rules.TIMES_BY_STATE, lambda h: h[5].update(completed_at=None)),
    (rules.TIMES_IN_ORDER, lambda h: h[5].update(completed_at=at(59))),
    (rules.TIMES_STAY, lambda h: h[3].update(started_at=at(2))),
    (rules.UPDATED_FORWARD, lambda h: h[4].update(updated_at=at(1))),
    (rules.TERMINAL_FINAL, lambda h: h[6].update(updated_at=at(50))),
    (rules.SAME_OPERATION, lambda h: h[3].update(id="another")),
]


@pytest.mark.parametrize(
    ("rule", "change"), CHANGES, ids=[f"{n}-{rule.id}" for n, (rule, _) in enumerate(CHANGES)]
)
def test_each_change_is_named(rule: Rule, change: Callable[[list[Answer]], None]) -> None:
    assert broken_by(lambda history: None) == set()
    assert rule in broken_by(change)


def test_what_cannot_be_read_is_no_history() -> None:
    with pytest.raises(KeyError):
        Judge(SENT).take({"status": "queued"})
    unreadable = {**answer(1, 1, set()), "updated_at": "soon"}
    with pytest.raises(ValueError, match="soon"):
        Judge(SENT).take(unreadable)
