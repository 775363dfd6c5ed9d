"""What happens in one environment, in order: requests, transitions, effects, faults.

Each event knows the one that caused it, so that a message leads back to its run, the run to its
trigger, and the trigger to the request. Whoever shows or counts what happens listens here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from mock_knock.world.instants import DAY, Instant

NOTHING = 0
"""The cause of what nobody in this environment set off."""


class Event(NamedTuple):
    """Something that happened, at `at` in the environment's time.

    number: 1, 2, 3, ... in the order of happening.
    kind: what it was: `request`, `bulk_operation.completed`, `message.sent`, ...
    subject: the id of what it happened to.
    cause: the number of the event that set it off, `NOTHING` when there is none.
    data: what else is worth telling, as JSON, or an object that its readers know.
    weight: the bytes that the event keeps in memory by its data; 0 for small ones.
    """

    number: int
    at: Instant
    kind: str
    subject: str
    cause: int
    data: Any
    weight: int


_new: Any = tuple.__new__

Listener = Callable[[Event], object]


class Recorder(Protocol):
    """Whoever is told what happens; see `EventStream.record`."""

    def record(self, kind: str, subject: str, at: Instant, data: Any = None, /) -> int:
        """Note that something happened; its number."""


class _Silence:
    """Tells nobody."""

    __slots__ = ()

    def record(self, kind: str, subject: str, at: Instant, data: Any = None, /) -> int:
        """Note nothing."""
        return NOTHING


SILENCE: Recorder = _Silence()
"""Where things are told that stand outside of an environment."""


class EventStream:
    """The events of one environment: the latest ones, bounded by count, age and weight.

    `cause` is the number of the event under which things happen just now; what is recorded, or
    put on the timeline, names it as its cause. `counts` has how many there ever were, by kind.
    """

    __slots__ = (
        "_events",
        "_listeners",
        "_max_age",
        "_max_weight",
        "_weight",
        "cause",
        "counts",
        "number",
    )

    def __init__(
        self,
        *,
        max_count: int = 10_000,
        max_age: Instant = 30 * DAY,
        max_weight: int = 64 * 1024 * 1024,
    ) -> None:
        self._events: deque[Event] = deque(maxlen=max_count)
        self._max_age = max_age
        self._max_weight = max_weight
        self._weight = 0
        self._listeners: tuple[Listener, ...] = ()
        self.cause = NOTHING
        self.counts: dict[str, int] = {}
        self.number = 0

    def __len__(self) -> int:
        """How many events are kept."""
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        """The events that are kept, oldest first."""
        return iter(self._events)

    @property
    def oldest(self) -> int:
        """The number of the oldest event that is kept, or of the next one when none is."""
        return self.number - len(self._events) + 1

    def record(
        self, kind: str, subject: str, at: Instant, data: Any = None, weight: int = 0
    ) -> int:
        """Note that something happened, by the present cause; its number."""
        self.number = number = self.number + 1
        counts = self.counts
        counts[kind] = counts.get(kind, 0) + 1
        events = self._events
        # Made as a tuple: half the time that the class itself takes, and this is on every path.
        event: Event = _new(Event, (number, at, kind, subject, self.cause, data, weight))
        if events:
            # A full deque lets its oldest go by itself: what that one weighed has to be known.
            self._weight += weight
            _, oldest_at, _, _, _, _, oldest_weight = events[0]
            if oldest_weight or oldest_at < at - self._max_age or self._weight > self._max_weight:
                self._make_room(at)
        else:
            self._weight = weight
        events.append(event)
        for listener in self._listeners:
            listener(event)
        return number

    def since(self, number: int) -> list[Event]:
        """The kept events after that number, oldest first. Costs what it answers."""
        count = min(len(self._events), max(self.number - number, 0))
        if not count:
            return []
        found = [event for event, _ in zip(reversed(self._events), range(count), strict=False)]
        found.reverse()
        return found

    def find(self, number: int) -> Event | None:
        """The event of that number; None when it is not kept any more, or never was."""
        at = number - self.oldest
        return self._events[at] if 0 <= at < len(self._events) else None

    def chain(self, number: int) -> list[Event]:
        """The event of that number and what led to it, the first cause last, as far as kept."""
        found = []
        event = self.find(number)
        while event is not None:
            found.append(event)
            event = self.find(event.cause)
        return found

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each event from now on; call the answer to end that.

        A listener runs in the midst of a command: it must neither raise nor touch the world.
        """
        self._listeners = (*self._listeners, listener)

        def stop() -> None:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

        return stop

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A block in which another world is built: what is recorded there never happened here."""
        kept = self._events, self._weight, self._listeners, self.number, self.cause, self.counts
        self._events, self._weight, self._listeners = deque(maxlen=self._events.maxlen), 0, ()
        self.cause, self.counts = NOTHING, {}
        try:
            yield
        finally:
            (
                self._events,
                self._weight,
                self._listeners,
                self.number,
                self.cause,
                self.counts,
            ) = kept

    def clear(self) -> None:
        """Forget what is kept; numbers go on."""
        self._events.clear()
        self._weight = 0

    def _make_room(self, at: Instant) -> None:
        events = self._events
        oldest_kept = at - self._max_age
        while events and (
            len(events) == events.maxlen
            or self._weight > self._max_weight
            or events[0].at < oldest_kept
        ):
            self._weight -= events.popleft().weight
