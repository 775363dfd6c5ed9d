"""The events of every environment of a server in one row, for those who follow all of them.

Each environment numbers its own events, and its clock may stand in another year; so the row has
numbers of its own, by the order in which things happened. It is kept while somebody follows it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from mock_knock.api.environments import ApiEnvironment, Environments
from mock_knock.world.events import Event

MOST = 10_000
"""How many events of all environments are kept."""


class LoggedEvent(NamedTuple):
    """An event with the id of its environment, and its number in the row."""

    number: int
    environment_id: str
    event: Event

    @property
    def kind(self) -> str:
        """The event's kind."""
        return self.event.kind


class EventLog:
    """The latest events of all environments. Filled between `begin` and `end`."""

    def __init__(self, environments: Environments) -> None:
        self._environments = environments
        self._kept: deque[LoggedEvent] = deque(maxlen=MOST)
        self._stop: Callable[[], None] | None = None
        self.number = 0

    @property
    def oldest(self) -> int:
        """The number of the oldest event that is kept, or of the next one when none is."""
        return self.number - len(self._kept) + 1

    def begin(self) -> None:
        """Take in events from now on, and those that the environments keep; again has no effect."""
        if self._stop is not None:
            return
        if self.number:
            self.number += 1  # who was there before sees by it that events were missed
        self._stop = self._environments.watch(self._heard)
        for environment in self._environments:
            for event in environment.world.events:
                self._heard(environment, event)

    def end(self) -> None:
        """Let go of what is kept, and take in nothing more until `begin`."""
        if self._stop is not None:
            self._stop()
            self._stop = None
            self._kept.clear()

    def since(self, number: int) -> list[LoggedEvent]:
        """The kept events after that number, oldest first. Costs what it answers."""
        count = min(len(self._kept), max(self.number - number, 0))
        found = [entry for entry, _ in zip(reversed(self._kept), range(count), strict=False)]
        found.reverse()
        return found

    def _heard(self, environment: ApiEnvironment, event: Event) -> None:
        self.number += 1
        self._kept.append(LoggedEvent(self.number, environment.id, event))
