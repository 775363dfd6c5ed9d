"""Judges the answers for one bulk operation, each by itself and against those before it.

Pure: it is given answers and says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from contract_tests.rules import Rule
from contract_tests.rules import lifecycle as rules

STATUSES = ("queued", "processing", "completed", "failed")
TERMINAL = ("completed", "failed")
_STAGE = {"queued": 0, "processing": 1, "completed": 2, "failed": 2}
_CONSTANTS = ("id", "name", "inserted_at", "estimated_total_rows", "progress_path")
_TIMES = ("started_at", "completed_at", "failed_at")

Fault = tuple[Rule, str]


@dataclass(frozen=True)
class Sent:
    """What is known of an operation from its request.

    rows: the ids of its rows, as error items name them.
    collection: of objects and subscriptions, None of the others.
    name: what the operation should be called; None where nothing says so.
    total: how many rows it has; None where only the server knows.
    """

    rows: tuple[str, ...]
    collection: str | None = None
    name: str | None = None
    total: int | None = None


@dataclass
class Judge:
    """Takes the answers for one operation, oldest first."""

    sent: Sent
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> dict[str, Any]:
        """The latest answer."""
        return self.answers[-1]

    @property
    def ended(self) -> bool:
        """Whether the latest answer is a terminal one."""
        return self.last.get("status") in TERMINAL

    def take(self, answer: dict[str, Any]) -> list[Fault]:
        """What is wrong with this answer. It is remembered either way.

        Raises KeyError or TypeError for one that has not the documented members.
        """
        faults = self._by_itself(answer)
        if self.answers:
            faults = _against(self.answers[-1], answer) + faults
        self.answers.append(answer)
        return faults

    def _by_itself(self, answer: dict[str, Any]) -> list[Fault]:
        status = answer["status"]
        if status not in STATUSES:
            return [(rules.STATUS_KNOWN, f"the status is {status!r}")]
        return [
            *self._of_request(answer),
            *_counts(answer, self.sent),
            *_of_state(answer),
            *_times(answer),
        ]

    def _of_request(self, answer: dict[str, Any]) -> list[Fault]:
        faults: list[Fault] = []
        total = answer["estimated_total_rows"]
        if self.sent.total is not None and total != self.sent.total:
            faults.append(
                (rules.TOTAL_IS_ROWS, f"{self.sent.total} rows were sent, the total is {total}")
            )
        if self.sent.name is not None and answer["name"] != self.sent.name:
            faults.append((rules.NAME, f"{answer['name']!r} instead of {self.sent.name!r}"))
        return faults


def _counts(answer: dict[str, Any], sent: Sent) -> list[Fault]:
    faults: list[Fault] = []
    done, good = answer["processed_rows"], answer["success_count"]
    items = answer.get("error_items", [])
    bad = answer.get("error_count", len(items))
    total = answer["estimated_total_rows"]
    if not 0 <= done <= total:
        faults.append((rules.ROWS_WITHIN_TOTAL, f"{done} of {total} rows are processed"))
    if good + bad != done:
        faults.append(
            (rules.COUNTS_ADD_UP, f"{good} + {bad} is not {done} (success, error, processed)")
        )
    if "error_items" in answer and bad != len(items):
        faults.append((rules.ERRORS_LISTED, f"error_count {bad}, but {len(items)} error_items"))
    ids = [item["id"] for item in items]
    strangers = [id for id in ids if id not in sent.rows]
    if strangers:
        faults.append((rules.ERRORS_ARE_ROWS, f"{strangers} were never sent"))
    if len(set(ids)) != len(ids) and len(set(sent.rows)) == len(sent.rows):
        faults.append((rules.ERRORS_ONCE, f"among {ids}"))
    wrong = [item for item in items if item.get("collection") != sent.collection]
    if wrong:
        faults.append(
            (rules.ERRORS_COLLECTION, f"{wrong[0]} where the collection is {sent.collection!r}")
        )
    return faults


def _of_state(answer: dict[str, Any]) -> list[Fault]:
    faults: list[Fault] = []
    status, done = answer["status"], answer["processed_rows"]
    if status == "queued" and done:
        faults.append((rules.QUEUED_UNTOUCHED, f"queued with {done} rows processed"))
    if status == "completed" and done != answer["estimated_total_rows"]:
        faults.append(
            (rules.COMPLETED_WHOLE, f"completed with {done} of {answer['estimated_total_rows']}")
        )
    started, completed, failed = (answer.get(name) is not None for name in _TIMES)
    right = {
        "queued": not started and not completed and not failed,
        "processing": started and not completed and not failed,
        "completed": started and completed and not failed,
        "failed": not completed and failed and (started or not done),
    }[status]
    if not right:
        told = ", ".join(f"{name} {answer.get(name)!r}" for name in _TIMES)
        faults.append((rules.TIMES_BY_STATE, f"{status} with {told}"))
    return faults


def _times(answer: dict[str, Any]) -> list[Fault]:
    names = ("inserted_at", "started_at", "completed_at", "failed_at")
    present = [(name, instant(answer[name])) for name in names if answer.get(name) is not None]
    faults: list[Fault] = []
    for (before, first), (after, second) in pairwise(present):
        if first > second:
            faults.append((rules.TIMES_IN_ORDER, _order(answer, before, after)))
    for name, moment in present:
        if moment > instant(answer["updated_at"]):
            faults.append((rules.TIMES_IN_ORDER, _order(answer, name, "updated_at")))
    return faults[:1]


def _order(answer: dict[str, Any], before: str, after: str) -> str:
    return f"{before} {answer[before]} is after {after} {answer[after]}"


def _against(earlier: dict[str, Any], later: dict[str, Any]) -> list[Fault]:
    faults: list[Fault] = []
    if later["id"] != earlier["id"]:
        return [(rules.SAME_OPERATION, f"{later['id']} was answered for {earlier['id']}")]
    before, after = earlier["status"], later["status"]
    if before in TERMINAL and later != earlier:
        changed = sorted(n for n in {*earlier, *later} if earlier.get(n, ...) != later.get(n, ...))
        if before != after:
            faults.append((rules.STATUS_FORWARD, f"{before}, then {after}"))
        told = ", ".join(f"{n} {earlier.get(n)!r} -> {later.get(n)!r}" for n in changed)
        return [*faults, (rules.TERMINAL_FINAL, f"after {before}: {told}")]
    if _STAGE.get(after, 9) < _STAGE.get(before, 0):
        faults.append((rules.STATUS_FORWARD, f"{before}, then {after}"))
    if later["processed_rows"] < earlier["processed_rows"]:
        faults.append((rules.ROWS_GROW, _change(earlier, later, "processed_rows")))
    for name in ("success_count", "error_count"):
        if later.get(name, 0) < earlier.get(name, 0):
            faults.append((rules.COUNTS_GROW, _change(earlier, later, name)))
    gone = [item for item in earlier.get("error_items", []) if item not in later["error_items"]]
    if gone:
        faults.append((rules.ERRORS_STAY, f"{gone} are listed no more"))
    for name in _CONSTANTS:
        if later.get(name) != earlier.get(name):
            faults.append((rules.CONSTANTS, _change(earlier, later, name)))
    for name in _TIMES:
        if earlier.get(name) is not None and later.get(name) != earlier[name]:
            faults.append((rules.TIMES_STAY, _change(earlier, later, name)))
    was, now = instant(earlier["updated_at"]), instant(later["updated_at"])
    if now < was:
        faults.append((rules.UPDATED_FORWARD, _change(earlier, later, "updated_at")))
    return faults


def _change(earlier: dict[str, Any], later: dict[str, Any], name: str) -> str:
    return f"{name} was {earlier.get(name)!r}, then {later.get(name)!r}"


def instant(text: str) -> datetime:
    """The moment that an ISO 8601 text names. Raises ValueError, TypeError for anything else."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def transitions(answers: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each status with the next different one, in the order in which they were seen."""
    seen = [answer.get("status", "") for answer in answers]
    return [(a, b) for a, b in pairwise(seen) if a != b]
