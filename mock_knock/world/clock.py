"""The clock of one environment: a straight line from the host's time to simulated time.

A real clock runs at scale 1, a scaled one at N, a manual one at 0. There is no ticking: the
simulated instant is computed from the host instant that comes with each command.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mock_knock.world.errors import InvalidParamsError
from mock_knock.world.instants import DEFAULT_START, LAST, Instant, to_text, within_calendar

_CALENDAR = "a clock goes from the year 1970 to the year 9000"


class ClockError(InvalidParamsError):
    """Raised when a clock is asked for something that time cannot do."""


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """How an environment's clock starts: `scale` simulated seconds pass in one second of the host.

    `start` is the first simulated instant; None starts at the host's own time (and a manual clock
    at `DEFAULT_START`, so that a run can be repeated). Raises ClockError for a scale below 0 or
    over 1,000,000, and for a start outside the calendar.
    """

    scale: float = 1.0
    start: Instant | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.scale) and 0 <= self.scale <= 1_000_000):
            raise ClockError(f"a clock runs at x0 to x1000000, not x{self.scale}")
        if self.start is not None and not within_calendar(self.start):
            raise ClockError(_CALENDAR)

    @classmethod
    def parse(cls, text: str) -> ClockSpec:
        """Read `real`, `manual` or `xN` (for example `x60`: a minute passes in a second).

        Raises ClockError with the three forms for anything else.
        """
        word = text.strip().lower()
        if word in ("real", "manual"):
            return cls(scale=1.0 if word == "real" else 0.0)
        try:
            if not word.startswith("x"):
                raise ValueError
            scale = float(word[1:])
        except ValueError:
            raise ClockError(f"{text!r} is no clock: use real, manual, or xN such as x60") from None
        return cls(scale=scale)

    @property
    def mode(self) -> str:
        """`real`, `manual` or `scaled`."""
        return _mode(self.scale)

    def build(self, host: Instant) -> Clock:
        """The clock that starts now, `host` being the host's time."""
        start = self.start
        if start is None:
            start = DEFAULT_START if self.scale == 0 else host
        return Clock(anchor=start, host=host, scale=self.scale)


def _mode(scale: float) -> str:
    return {0.0: "manual", 1.0: "real"}.get(scale, "scaled")


class Clock:
    """Simulated time of one environment. Never goes backwards."""

    __slots__ = ("_anchor", "_host", "scale")

    def __init__(self, *, anchor: Instant, host: Instant, scale: float) -> None:
        self._anchor = anchor
        self._host = host
        self.scale = scale

    @property
    def mode(self) -> str:
        """`real`, `manual` or `scaled`."""
        return _mode(self.scale)

    def at(self, host: Instant) -> Instant:
        """The simulated instant when the host's clock says `host`."""
        if not self.scale:
            return self._anchor
        elapsed = host - self._host
        if elapsed <= 0:
            return self._anchor
        passed = elapsed if self.scale == 1.0 else int(elapsed * self.scale)
        return min(self._anchor + passed, LAST)

    def reached_at(self, instant: Instant) -> Instant | None:
        """The host's instant from which on `at` answers `instant` or later; None when it stands."""
        if instant <= self._anchor:
            return self._host
        if not self.scale or instant > LAST:
            return None
        host = self._host + math.ceil((instant - self._anchor) / self.scale)
        # The two divide and multiply with rounding, each in its own way.
        while self.at(host) < instant:
            host += 1
        return host

    def set(self, instant: Instant, host: Instant) -> None:
        """Jump to a later instant. Raises ClockError for an earlier one."""
        if not within_calendar(instant):
            raise ClockError(_CALENDAR)
        now = self.at(host)
        if instant < now:
            raise ClockError(
                f"the clock stands at {to_text(now)} and cannot go back to {to_text(instant)}: "
                "reset the environment, or use a new API key for a new one"
            )
        self._anchor = instant
        self._host = host

    def rescale(self, scale: float, host: Instant) -> None:
        """From now on let `scale` simulated seconds pass in a second of the host; 0 freezes."""
        ClockSpec(scale=scale)
        self._anchor = self.at(host)
        self._host = host
        self.scale = scale
