"""What an import comes to, whoever makes the calls: batches, waits, and the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from knockapi import APIStatusError

from contract_tests.clients import Report, Task

BATCH: Final = 1_000
BETWEEN_BATCHES: Final = 1.0
"""Seconds: bulk calls are of tier 1, one a second."""
TRIES: Final = 5
"""Of a submission that was answered 429."""


def rest(error: APIStatusError) -> float:
    """Seconds that the answer asks for before the next try."""
    return float(error.response.headers.get("retry-after", 1))


@dataclass
class Import:
    """The operations of one import, as far as they are known."""

    task: Task
    statuses: dict[str, str] = field(default_factory=dict)
    failed_rows: list[str] = field(default_factory=list)

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """The users, as many at a time as one call takes."""
        users = [dict(user) for user in self.task.users]
        for start in range(0, len(users), BATCH):
            yield users[start : start + BATCH]

    def pauses(self) -> Iterator[float]:
        """Seconds to sleep before each poll; they grow, and end when patience does."""
        pause, left = 1.0, self.task.patience
        while left > 0:
            pause = min(pause, left)
            yield pause
            left -= pause
            pause = min(pause * 1.5, 30.0)

    def note(self, operation: Any) -> None:
        """Remember what an answer says of its operation."""
        ended = self.statuses.get(operation.id) == "completed"
        self.statuses[operation.id] = operation.status
        if operation.status == "completed" and not ended:
            self.failed_rows += [item.id for item in operation.error_items or ()]

    @property
    def pending(self) -> list[str]:
        """Ids of the operations that have not ended."""
        return [id for id, status in self.statuses.items() if status not in ("completed", "failed")]

    @property
    def recipients(self) -> list[list[str]]:
        """Those whose rows are there, as many at a time as one trigger takes."""
        failed = set(self.failed_rows)
        good = [id for id in self.task.recipients if id not in failed]
        return [good[start : start + BATCH] for start in range(0, len(good), BATCH)]

    def waited(self) -> Report | None:
        """The report when there is nobody to notify after the wait; else None."""
        if "failed" in self.statuses.values():
            return self.report("failed", "an operation failed")
        if self.pending:
            return self.report("gave_up", "an operation had not ended when patience had")
        return None

    def report(self, outcome: Any, message: str = "", notified: Sequence[str] = ()) -> Report:
        """A report with what is known."""
        return Report(outcome, tuple(notified), tuple(self.failed_rows), message)

    def done(self, notified: Sequence[str]) -> Report:
        """The report when every call has been answered."""
        return self.report("partial" if self.failed_rows else "completed", notified=notified)
