"""Row ids that ask for an outcome, in the manner of test card numbers.

They let a client in any language see every outcome with no control call. Each id may be followed
by more text (`mock_row_fails_7`), so that one request can hold several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

PREFIX = "mock_"
ROW_FAILS = "mock_row_fails"
FAILS = "mock_operation_fails"
FAILS_FROM_QUEUED = "mock_operation_fails_from_queued"
STUCK_IN_QUEUED = "mock_operation_stuck_in_queued"
STUCK_IN_PROCESSING = "mock_operation_stuck_in_processing"
SLOW = "mock_operation_slow"

TABLE: tuple[tuple[str, str], ...] = (
    (ROW_FAILS, "this row fails and becomes an error item; the operation goes on"),
    (FAILS, "the operation fails when it reaches this row; the rows before it keep their effect"),
    (FAILS_FROM_QUEUED, "the operation fails without having started"),
    (STUCK_IN_QUEUED, "the operation stays queued for ever"),
    (STUCK_IN_PROCESSING, "the operation stays processing for ever when it reaches this row"),
    (SLOW, "the operation waits an hour of simulated time before it starts"),
)
"""Every magic id with what it asks for; docs/behaviour.md prints this table."""

SLOW_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class MagicWish:
    """What the row ids of one request ask for together."""

    failing_ids: tuple[str, ...] = ()
    outcome: Literal["failed", "stuck"] | None = None
    stop_in: Literal["queued", "processing"] = "processing"
    after_rows: int | None = None
    queue_for: float | None = None

    @classmethod
    def of(cls, row_ids: Sequence[str]) -> MagicWish | None:
        """What the ids ask for, None when none is magic. The first one about the whole decides."""
        magic = [(at, id) for at, id in enumerate(row_ids) if id.startswith(PREFIX)]
        if not magic:
            return None
        failing = tuple(id for _, id in magic if id.startswith(ROW_FAILS))
        for at, id in magic:
            if id.startswith(FAILS_FROM_QUEUED):
                return cls(failing, "failed", "queued")
            if id.startswith(FAILS):
                return cls(failing, "failed", "processing", at)
            if id.startswith(STUCK_IN_QUEUED):
                return cls(failing, "stuck", "queued")
            if id.startswith(STUCK_IN_PROCESSING):
                return cls(failing, "stuck", "processing", at)
            if id.startswith(SLOW):
                return cls(failing, queue_for=SLOW_SECONDS)
        return cls(failing) if failing else None
