"""The clock of an environment, and those of all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from mock_knock.client.answers import Clock, ServerClocks
from mock_knock.client.connection import Connection

Duration = float | timedelta | str
"""Seconds, a timedelta, or ISO 8601 such as `PT1H30M`."""


class ClockCalls:
    """Calls under `/clock`. Each answers the clock as it is then."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def read(self) -> Clock:
        """The clock."""
        return cast(Clock, self._call("GET", "/clock"))

    def set(self, now: datetime | str) -> Clock:
        """Jump to a later moment. Raises ValueError for a datetime without a time zone."""
        return cast(Clock, self._call("PUT", "/clock", {"now": moment(now)}))

    def scale(self, factor: float) -> Clock:
        """From now on let `factor` seconds pass in one second of the host."""
        return cast(Clock, self._call("PUT", "/clock", {"scale": factor}))

    def freeze(self) -> Clock:
        """Let time stand still."""
        return cast(Clock, self._call("POST", "/clock/freeze"))

    def advance(self, duration: Duration) -> Clock:
        """Let the duration pass at once."""
        return cast(Clock, self._call("POST", "/clock/advance", step(duration)))

    def run_until_idle(self) -> Clock:
        """Jump to where nothing is left to happen but schedules that recur."""
        return cast(Clock, self._call("POST", "/clock/run_until_idle"))


class ServerClockCalls:
    """Calls under `/server/clock`, for all environments. Each answers every clock."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def read(self) -> ServerClocks:
        """Every clock."""
        return cast(ServerClocks, self._call("GET", "/server/clock"))

    def set(self, now: datetime | str) -> ServerClocks:
        """Jump to a later moment everywhere; clocks to come start there."""
        return cast(ServerClocks, self._call("PUT", "/server/clock", {"now": moment(now)}))

    def scale(self, factor: float) -> ServerClocks:
        """Let `factor` seconds pass in one second of the host, also for those to come."""
        return cast(ServerClocks, self._call("PUT", "/server/clock", {"scale": factor}))

    def freeze(self) -> ServerClocks:
        """Let time stand still, also for those to come."""
        return cast(ServerClocks, self._call("POST", "/server/clock/freeze"))

    def advance(self, duration: Duration) -> ServerClocks:
        """Let the duration pass at once in each environment that is open."""
        return cast(ServerClocks, self._call("POST", "/server/clock/advance", step(duration)))


def moment(given: datetime | str) -> str:
    """The moment as text. Raises ValueError for a datetime without a time zone."""
    if isinstance(given, str):
        return given
    if given.tzinfo is None:
        raise ValueError("the datetime has no time zone: say which one, for example UTC")
    return given.isoformat()


def step(duration: Duration) -> dict[str, float | str]:
    """The body that lets a duration pass."""
    if isinstance(duration, str):
        return {"duration": duration}
    if isinstance(duration, timedelta):
        return {"seconds": duration.total_seconds()}
    return {"seconds": duration}
