"""The life of one bulk operation, a poll at a time, as a script has it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from contract_tests.arazzo import Response

JSON = (("Content-Type", "application/json"),)
INSERTED = "2026-01-05T09:00:00.000000Z"
LATER = "2026-01-05T09:00:05.000000Z"
UNKNOWN = "paused"
"""A status that no document knows: what a newer Knock might say."""

_ENDS = ("completed", "partial", "all-rows-failed", "failed-early", "failed-late")
_QUEUED_FIRST = ("queued", "processing", *_ENDS, "failed-queued", "unknown", "stuck")
_QUEUED_THEN = ("processing", "queued", *_ENDS, "failed-queued", "unknown", "stuck")
_PROCESSING = ("completed", "processing", *_ENDS[1:], "rows-done", "unknown", "stuck")
_ROWS_DONE = ("completed", "rows-done", "partial", "stuck")
_UNKNOWN = ("same", "completed")
_SAME = ("same",)
_STATUS = {
    "partial": "completed",
    "all-rows-failed": "completed",
    "failed-early": "failed",
    "failed-late": "failed",
    "failed-queued": "failed",
    "rows-done": "processing",
    "unknown": UNKNOWN,
}


def words() -> set[str]:
    """Every word that a life is told in."""
    return {*_QUEUED_FIRST, *_PROCESSING, *_ROWS_DONE, *_UNKNOWN, *_SAME}


@dataclass
class Operation:
    """One operation. rows: ids of what was submitted. shown: the statuses that were answered.

    kind: what submitted it. life: the last of the life's words; `queued` until the first poll says
    otherwise. processed: rows dealt with, which never grow fewer.
    """

    id: str
    rows: tuple[str, ...]
    body: bytes | None
    kind: str = ""
    life: str = "queued"
    stuck: bool = False
    polls: int = 0
    processed: int = 0
    shown: list[str] = field(default_factory=list)
    _answers: dict[tuple[str, int], Response] = field(default_factory=dict)

    def answer(self) -> Response:
        """The answer to whoever asks now. Equal answers are the same object."""
        key = self.life, self.processed
        if key not in self._answers:
            self._answers[key] = Response(200, JSON, json.dumps(self.to_json()).encode())
        return self._answers[key]

    def options(self) -> tuple[str, ...]:
        """What the next poll may find, the usual first: queued, processing, completed."""
        if self.stuck or self.status in ("completed", "failed"):
            return _SAME
        if self.life == "unknown":
            return _UNKNOWN
        if self.life == "processing":
            return _PROCESSING
        if self.life == "rows-done":
            return _ROWS_DONE
        return _QUEUED_THEN if self.polls else _QUEUED_FIRST

    def advance(self, word: str) -> None:
        """Let the life go on as the word says."""
        self.polls += 1
        if word == "stuck":
            self.stuck = True
        elif word != "same":
            self.life = word
            total = len(self.rows)
            reached = {"processing": total // 2, "failed-late": max(total - 1, 0)}
            whole = self.status == "completed" or word == "rows-done"
            done = total if whole else reached.get(word, 0)
            self.processed = max(self.processed, done)

    @property
    def status(self) -> str:
        """The status as Knock would say it."""
        return _STATUS.get(self.life, self.life)

    @property
    def failed_rows(self) -> tuple[str, ...]:
        """The ids of the rows that failed so far."""
        if self.life == "all-rows-failed":
            return self.rows
        if self.life == "partial":
            return self.rows[-1:]
        return self.rows[:1] if self.life == "failed-late" and len(self.rows) > 1 else ()

    @property
    def last_shown(self) -> str | None:
        """The status that was last answered to a client that got the answer."""
        return self.shown[-1] if self.shown else None

    def to_json(self) -> dict[str, Any]:
        """The BulkOperation object of an answer."""
        errors = [{"id": row, "collection": None} for row in self.failed_rows]
        started = self.life not in ("queued", "failed-queued")
        return {
            "__typename": "BulkOperation",
            "id": self.id,
            "name": "users.identify",
            "status": self.status,
            "estimated_total_rows": len(self.rows),
            "processed_rows": self.processed,
            "success_count": self.processed - len(errors),
            "error_count": len(errors),
            "error_items": errors,
            "progress_path": f"http://knock.test/v1/bulk_operations/{self.id}",
            "started_at": INSERTED if started else None,
            "completed_at": LATER if self.status == "completed" else None,
            "failed_at": LATER if self.status == "failed" else None,
            "inserted_at": INSERTED,
            "updated_at": LATER,
        }
