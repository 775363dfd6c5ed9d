"""A naive second model of bulk operations, and the table of the design, line by line.

The model has no state and no event loop: from the plan, the instant of the call and the list of
what was commanded since, it works out for every row, by looking through all moments at which
anything can happen, when that row was done; and from that the answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from mock_knock.world.instants import Instant, to_text
from mock_knock.world.plans import Plan

Json = dict[str, Any]
Moment = tuple[Instant, int]
"""An instant and a rank in it: 0 is what time does, i + 1 is command number i."""

ORDER = {"queued": 0, "processing": 1, "completed": 2, "failed": 2}
CONSTANT = ("__typename", "id", "name", "inserted_at", "estimated_total_rows", "progress_path")


@dataclass(frozen=True)
class Command:
    """Something that was done to the operation: a client's read, or a control call."""

    kind: Literal["read", "move", "finish", "fail"]
    at: Instant
    rows: int = 0


@dataclass(frozen=True)
class Expected:
    """What the model says: a state, and the instants at which the rows were done."""

    status: str
    done_at: tuple[Instant, ...]
    started_at: Instant | None
    ended_at: Instant | None
    inserted_at: Instant

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    def check(self, answer: Json, row_ids: list[str], failing: frozenset[int]) -> None:
        """Assert that an answer says all this, `failing` being the positions of rows that fail."""
        done = len(self.done_at)
        errors = [{"id": row_ids[at]} for at in sorted(failing) if at < done]
        instants = [self.inserted_at, self.started_at, *self.done_at[-1:], self.ended_at]
        said = {key: value for key, value in answer.items() if key not in CONSTANT}
        assert said == {
            "status": self.status,
            "processed_rows": done,
            "success_count": done - len(errors),
            "error_count": len(errors),
            "error_items": errors,
            "updated_at": to_text(max(at for at in instants if at is not None)),
            "started_at": None if self.started_at is None else to_text(self.started_at),
            "completed_at": _text_if(self.status == "completed", self.ended_at),
            "failed_at": _text_if(self.status == "failed", self.ended_at),
        }


class Model:
    """One operation: its plan, the number of its rows, and when it was inserted."""

    def __init__(self, plan: Plan, total: int, inserted: Instant) -> None:
        self.plan = plan
        self.total = total
        self.inserted = inserted
        self.origin = inserted + round(plan.queue_for * 1_000_000)
        self.stops_in_queued = plan.stop_in == "queued"

    @property
    def stop(self) -> int | None:
        """After how many rows the plan stops it; None when it stops at none of them."""
        plan = self.plan
        if plan.outcome == "completed" or self.stops_in_queued:
            return None
        if plan.after_rows is not None:
            return min(plan.after_rows, self.total)
        share = 0.5 if plan.after_fraction is None else plan.after_fraction
        return math.floor(round(self.total * share, 9))

    def due(self, row: int) -> Instant:
        """When time alone has row number `row` (1 is the first) done."""
        if self.plan.duration is not None:
            return self.origin + round(self.plan.duration * 1_000_000) * row // self.total
        return self.origin + math.floor(row * 1_000_000 / self.plan.rows_per_second)

    def expected(self, history: list[Command], now: Instant) -> Expected:
        """The state at `now`, after these commands."""
        moments: set[Moment] = {(self.inserted, 0), (self.origin, 0)}
        moments |= {(self.due(row), 0) for row in range(1, self.total + 1)}
        moments |= {(command.at, at + 1) for at, command in enumerate(history)}
        started: Instant | None = None
        done: list[Instant] = []
        for moment in sorted(m for m in moments if m <= (now, len(history))):
            level = self._level(history, moment)
            if level >= 0 and started is None:
                started = moment[0]
            done += [moment[0]] * (level - len(done))
            end = self._end(history, moment, level)
            if end is not None:
                return Expected(end, tuple(done), started, moment[0], self.inserted)
        status = "queued" if started is None else "processing"
        return Expected(status, tuple(done), started, None, self.inserted)

    def _goal(self, history: list[Command], moment: Moment) -> int:
        """How many rows are done where it stops."""
        stop = self.stop
        return self.total if stop is None or self._overruled(history, moment) else stop

    def _overruled(self, history: list[Command], moment: Moment) -> bool:
        """Whether a control call brought it beyond the stop that was planned."""
        stop = -1 if self.stop is None else self.stop
        return any(
            command.kind == "finish" or (command.kind == "move" and command.rows > stop)
            for command in _until(history, moment)
        )

    def _level(self, history: list[Command], moment: Moment) -> int:
        """How many rows are done at a moment; -1 while the operation is queued."""
        goal = self._goal(history, moment)
        parked = self.stops_in_queued and not self._overruled(history, moment)
        levels = [-1]
        for command in _until(history, moment):
            if command.kind == "move":
                levels.append(command.rows)
            elif command.kind == "finish":
                levels.append(self.total)
        if self.plan.progress == "immediate" and not self.stops_in_queued:
            levels.append(self._goal(history, (self.inserted, 0)))
        if self.plan.progress == "time" and not parked and moment[0] >= self.origin:
            levels.append(sum(self.due(row) <= moment[0] for row in range(1, goal + 1)))
        if self.plan.progress == "polls":
            levels += self._levels_of_reads(history, moment)
        return max(levels)

    def _levels_of_reads(self, history: list[Command], moment: Moment) -> list[int]:
        levels, count = [], 0
        for at, command in enumerate(_until(history, moment)):
            if command.kind != "read":
                continue
            count += 1
            here = (command.at, at + 1)
            goal = self._goal(history, here)
            if self.stops_in_queued and not self._overruled(history, here):
                continue
            if count >= self.plan.reads:
                levels.append(goal)
            elif count > 1 and goal > 0:
                share = goal * (count - 1) // (self.plan.reads - 1)
                levels.append(min(share, goal - 1))
        return levels

    def _end(self, history: list[Command], moment: Moment, level: int) -> str | None:
        commands = _until(history, moment)
        if any(command.kind == "fail" for command in commands):
            return "failed"
        overruled = self._overruled(history, moment)
        if level >= 0 and level >= self._goal(history, moment):
            if overruled or self.plan.outcome == "completed":
                return "completed"
            return "failed" if self.plan.outcome == "failed" else None
        if self.plan.outcome == "failed" and self.stops_in_queued and level < 0:
            reads = sum(command.kind == "read" for command in commands)
            due = {
                "time": moment[0] >= self.origin,
                "polls": reads >= self.plan.reads,
                "immediate": True,
                "manual": False,
            }
            return "failed" if due[self.plan.progress] else None
        return None


def assert_obeys_the_table(answer: Json, previous: Json | None = None) -> None:
    """The table in design.md, "Bulk operations", and the sentences below it."""
    status = answer["status"]
    total, processed = answer["estimated_total_rows"], answer["processed_rows"]
    assert answer["success_count"] + answer["error_count"] == processed
    assert answer["error_count"] == len(answer["error_items"])
    assert 0 <= processed <= total
    moments = {name: answer[name] is not None for name in ("started_at", "completed_at")}
    moments["failed_at"] = answer["failed_at"] is not None
    if status == "queued":
        assert processed == 0
        assert moments == {"started_at": False, "completed_at": False, "failed_at": False}
    elif status == "processing":
        assert moments == {"started_at": True, "completed_at": False, "failed_at": False}
    elif status == "completed":
        assert processed == total
        assert moments == {"started_at": True, "completed_at": True, "failed_at": False}
    else:
        assert status == "failed"
        assert moments["failed_at"]
        assert not moments["completed_at"]
        assert moments["started_at"] or processed == 0
    ends = answer["completed_at"] or answer["failed_at"]
    in_order = [answer["inserted_at"], answer["started_at"], ends]
    given = [text for text in in_order if text is not None]
    assert given == sorted(given)
    assert given[-1] <= answer["updated_at"]
    assert ends is None or answer["updated_at"] == ends
    assert answer["progress_path"].endswith(f"/v1/bulk_operations/{answer['id']}")
    if previous is not None:
        _assert_follows(answer, previous)


def _assert_follows(answer: Json, previous: Json) -> None:
    assert ORDER[answer["status"]] >= ORDER[previous["status"]]
    if previous["status"] in ("completed", "failed"):
        assert answer == previous
    assert all(answer[name] == previous[name] for name in CONSTANT)
    for count in ("processed_rows", "success_count", "error_count"):
        assert answer[count] >= previous[count]
    assert answer["error_items"][: len(previous["error_items"])] == previous["error_items"]
    assert answer["updated_at"] >= previous["updated_at"]
    assert previous["started_at"] in (None, answer["started_at"])


def _until(history: list[Command], moment: Moment) -> list[Command]:
    return [command for at, command in enumerate(history) if (command.at, at + 1) <= moment]


def _text_if(wanted: bool, at: Instant | None) -> str | None:
    return to_text(at) if wanted and at is not None else None
