"""What is still to happen in one environment, in order of its due instants.

Nothing ticks: due events run when the next command comes, each at its own due instant, before the
command itself. An event that goes on (a bulk operation's rows) answers with its next due instant
and keeps its place among events that are due together, so the order never depends on how often
the clock is looked at.
"""

from __future__ import annotations

import heapq
from typing import Protocol

from mock_knock.world.instants import Instant


class Event(Protocol):
    """Something that happens at an instant of the environment's time."""

    def fire(self, due: Instant) -> Instant | None:
        """Happen, at `due`. Answer with the next due instant, or None when there is none."""


class Timeline:
    """A queue of due events. Events due together run in the order in which they were scheduled."""

    __slots__ = ("_heap", "_scheduled")

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, int, Event]] = []
        self._scheduled = 0

    def schedule(self, due: Instant, event: Event) -> None:
        """Let `event` happen at `due`."""
        self._scheduled += 1
        heapq.heappush(self._heap, (due, self._scheduled, event))

    @property
    def next_due(self) -> Instant | None:
        """The instant of the next event; None when nothing is to come."""
        return self._heap[0][0] if self._heap else None

    def run_until(self, now: Instant) -> None:
        """Run every event that is due by `now`, each at its own instant."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            due, order, event = heapq.heappop(heap)
            following = event.fire(due)
            if following is not None:
                heapq.heappush(heap, (following, order, event))
