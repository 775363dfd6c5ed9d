"""The operations of the Knock in memory keep the rules that a real one keeps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contract_tests.explore.operation import Operation

ROWS = ("a", "b", "c")


@given(st.data(), st.integers(1, 1000))
def test_every_life_is_one_that_knock_could_have(data: st.DataObject, count: int) -> None:
    operation = Operation("id", tuple(str(n) for n in range(count)), None)
    seen = [operation.to_json()]
    for _ in range(data.draw(st.integers(0, 8))):
        operation.advance(data.draw(st.sampled_from(operation.options())))
        seen.append(operation.to_json())
    for before, after in pairwise(seen):
        for key in ("id", "name", "estimated_total_rows", "progress_path", "inserted_at"):
            assert before[key] == after[key]
        assert after["processed_rows"] >= before["processed_rows"]
        order = ["queued", "processing", "paused", "completed", "failed"]
        if before["status"] != "paused":
            assert order.index(after["status"]) >= order.index(before["status"])
        if before["status"] in ("completed", "failed"):
            assert after == before
    for body in seen:
        check(body, count)


def check(body: dict[str, Any], count: int) -> None:
    assert body["success_count"] + body["error_count"] == body["processed_rows"] <= count
    assert body["success_count"] >= 0
    assert body["error_count"] == len(body["error_items"])
    assert len({item["id"] for item in body["error_items"]}) == body["error_count"]
    if body["status"] == "completed":
        assert body["processed_rows"] == count
    assert (body["completed_at"] is None) == (body["status"] != "completed")
    assert (body["failed_at"] is None) == (body["status"] != "failed")


def test_the_usual_life_is_queued_processing_completed() -> None:
    operation = Operation("id", ROWS, None)
    lives = []
    for _ in range(5):
        operation.advance(operation.options()[0])
        lives.append(operation.status)
    assert lives == ["queued", "processing", "completed", "completed", "completed"]


def test_one_that_is_stuck_stays_as_it_is() -> None:
    operation = Operation("id", ROWS, None)
    operation.advance("processing")
    operation.advance("stuck")
    assert operation.options() == ("same",)
    operation.advance("same")
    assert operation.status == "processing"
