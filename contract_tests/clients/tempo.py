"""How long things take, where time is simulated and where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract_tests.clients.scenario import Course


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds.

    queue, work: how long an operation usually is queued, and processing.
    slow: how long a very slow one takes.
    retry_after, long_retry_after: what a 429 or 503 asks for.
    patience: what the client is told; see Task.
    """

    queue: float
    work: float
    slow: float
    retry_after: int
    long_retry_after: int
    patience: float

    def seconds(self, course: Course) -> tuple[float, float]:
        """How long an operation with this course is queued, and processing."""
        if course.speed == "slow":
            return self.slow * 0.2, self.slow * 0.8
        return self.queue * course.queue, self.work * course.work


VIRTUAL: Final = Tempo(
    queue=20.0, work=40.0, slow=1_200.0, retry_after=15, long_retry_after=50, patience=3_600.0
)
"""For clients whose sleeps move the clock."""


def real(patience: float) -> Tempo:
    """For programs, which really wait."""
    return Tempo(
        queue=0.3, work=0.6, slow=patience * 0.4, retry_after=2, long_retry_after=3,
        patience=patience,
    )  # fmt: skip
