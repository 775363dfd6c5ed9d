"""Time as a parameter: the runner asks a Clock and never the machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """What the runner needs of time."""

    def now(self) -> float:
        """POSIX seconds; never goes backwards."""

    def sleep(self, seconds: float) -> None:
        """Return when `seconds` (0 or more) have passed."""


class WallClock:
    """The machine's clock, immune to its being set while a run is under way."""

    def __init__(self) -> None:
        self._start = time.time() - time.monotonic()

    def now(self) -> float:
        return self._start + time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class VirtualClock:
    """A clock that moves only when it is slept on.

    `on_sleep(seconds)` is called for each sleep, so a server under a manual clock can be moved
    by the same amount. `sleeps` lists what was slept, in order.
    """

    def __init__(self, start: float = 0.0, on_sleep: Callable[[float], None] | None = None) -> None:
        self._now = start
        self._on_sleep = on_sleep
        self.sleeps: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds
        self.sleeps.append(seconds)
        if self._on_sleep is not None:
            self._on_sleep(seconds)
