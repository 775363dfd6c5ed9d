"""What is still to happen in one environment, in order of its due instants.

Nothing ticks: due events run when the next command comes, each at its own due instant, before the
command itself. An event that goes on (a bulk operation's rows) answers with its next due instant
and keeps its place among events that are due together, so the order never depends on how often
the clock is looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from mock_knock.world.events import NOTHING, EventStream
from mock_knock.world.instants import Instant


class Event(Protocol):
    """Something that happens at an instant of the environment's time."""

    def fire(self, due: Instant) -> Instant | None:
        """Happen, at `due`. Answer with the next due instant, or None when there is none."""


class Pending(NamedTuple):
    """An event that is to come, with its place among those that are due together."""

    due: Instant
    place: int
    event: Event
    recurring: bool


class Upcoming(NamedTuple):
    """What is to happen at `due`; `cause` is the number of the event that set it off."""

    due: Instant
    event: Event
    cause: int


class Timeline:
    """A queue of due events. Events due together run in the order in which they were scheduled.

    What an event does is told to `events` as caused by what set it off when it was scheduled.
    """

    __slots__ = (
        "_cancelled",
        "_causes",
        "_firing",
        "_heap",
        "_recurring",
        "_scheduled",
        "_unawaited",
        "events",
    )

    def __init__(self, events: EventStream | None = None) -> None:
        self.events = EventStream() if events is None else events
        self._heap: list[tuple[Instant, int, Event]] = []
        self._scheduled = 0
        # Places (the second member of a heap entry) of entries that are on the heap.
        self._cancelled: set[int] = set()
        self._recurring: set[int] = set()
        self._unawaited: set[int] = set()
        self._causes: dict[int, int] = {}
        self._firing = 0  # the place of the event that happens just now

    def __len__(self) -> int:
        """How many entries it has, those that were taken back but not swept yet among them."""
        return len(self._heap)

    def schedule(self, due: Instant, event: Event, *, recurring: bool = False) -> int:
        """Let `event` happen at `due`. The answer is its place, for `cancel`.

        A `recurring` event may go on for ever, so nobody waits for it to end; see `idle`.
        """
        self._scheduled += 1
        place = self._scheduled
        heapq.heappush(self._heap, (due, place, event))
        if self.events.cause:
            self._causes[place] = self.events.cause
        if recurring:
            self._recurring.add(place)
        if recurring or self._firing in self._unawaited:
            self._unawaited.add(place)
        return place

    def cancel(self, place: int) -> None:
        """Take back what `schedule` put at `place`; it must not have come to its end."""
        self._forget(place)
        self._cancelled.add(place)
        # Those deep in the heap are swept when they are the half of it.
        if len(self._cancelled) > 64 and len(self._cancelled) * 2 > len(self._heap):
            self._heap[:] = [entry for entry in self._heap if entry[1] not in self._cancelled]
            heapq.heapify(self._heap)
            self._cancelled &= {self._firing}
        self._drop_cancelled()

    @property
    def scheduled(self) -> int:
        """How many events were ever scheduled: the last place that was given away."""
        return self._scheduled

    def pending(self) -> list[Pending]:
        """Everything that is to come, in the order in which it will."""
        return [
            Pending(due, place, event, place in self._recurring)
            for due, place, event in sorted(self._heap, key=lambda entry: entry[:2])
            if place not in self._cancelled
        ]

    def put_back(self, pending: Iterable[Pending], scheduled: int) -> None:
        """Take over what a snapshot had; this timeline must be a new one."""
        for due, place, event, recurring in pending:
            self._heap.append((due, place, event))
            if recurring:
                self._recurring.add(place)
                self._unawaited.add(place)
        heapq.heapify(self._heap)
        self._scheduled = scheduled

    @property
    def next_due(self) -> Instant | None:
        """The instant of the next event; None when nothing is to come."""
        return self._heap[0][0] if self._heap else None

    def upcoming(self, most: int) -> list[Upcoming]:
        """The next events to come, at most so many, in the order in which they will happen."""
        there = [entry for entry in self._heap if entry[1] not in self._cancelled]
        # A place is there only once, so two entries never come to be compared by their events.
        return [
            Upcoming(due, event, self._causes.get(place, NOTHING))
            for due, place, event in heapq.nsmallest(most, there)
        ]

    @property
    def idle(self) -> bool:
        """Whether all that was to come at the last `await_present`, and all that followed from it,
        has happened: what recurs, and what recurring events set off since, is left aside."""
        return len(self._heap) == len(self._unawaited) + len(self._cancelled)

    def await_present(self) -> None:
        """Begin to wait, in the sense of `idle`, for everything to come but what recurs."""
        self._unawaited = set(self._recurring)

    def run_until(self, now: Instant) -> None:
        """Run every event that is due by `now`, each at its own instant."""
        heap = self._heap
        if not heap or heap[0][0] > now:
            return
        events, before = self.events, self.events.cause
        while heap and heap[0][0] <= now:
            due, place, event = heapq.heappop(heap)
            self._firing = place
            events.cause = self._causes.get(place, NOTHING)
            following = event.fire(due)
            self._firing = 0
            if following is not None and place not in self._cancelled:
                heapq.heappush(heap, (following, place, event))
            else:
                self._forget(place)
            self._drop_cancelled()
        events.cause = before

    def _drop_cancelled(self) -> None:
        # Those deeper in the heap wait until they come to its top.
        heap = self._heap
        while heap and heap[0][1] in self._cancelled:
            self._forget(heapq.heappop(heap)[1])

    def _forget(self, place: int) -> None:
        for places in (self._cancelled, self._recurring, self._unawaited):
            places.discard(place)
        self._causes.pop(place, None)
