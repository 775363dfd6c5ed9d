"""Lets what is due happen while somebody watches and no request comes.

Nothing ticks: one timer of the event loop is set to the next due instant of the environments that
are watched, and to none when nothing is to come or their clocks stand still.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mock_knock.api.environments import ApiEnvironment, Environments
from mock_knock.host_clock import HostClock
from mock_knock.world.events import Event
from mock_knock.world.instants import SECOND, Instant

REST = 0.05
"""Seconds that lie between two times that the alarm goes off: at most 20 times a second."""

_LOOK_AFTER = 0.01
"""Seconds in which events are collected before the timelines are looked at again."""

_AFTER_ERROR = 60.0
"""Seconds without an alarm after something went wrong: what is due may stay due."""


class Alarm:
    """Brings watched environments to now whenever something is due in them.

    `record_error` is told what goes wrong meanwhile. Used on the event loop only.
    """

    def __init__(
        self,
        environments: Environments,
        host_clock: HostClock,
        record_error: Callable[[BaseException], None],
    ) -> None:
        self._environments = environments
        self._host_clock = host_clock
        self._record_error = record_error
        self._watched: Counter[str | None] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0  # the loop's time at which the timer goes off
        self._rested_at = 0.0  # the loop's time from which on it may go off again
        self._look: asyncio.Handle | None = None
        self._stop: Callable[[], None] | None = None

    @property
    def armed(self) -> bool:
        """Whether something is due by itself, and a timer set for it."""
        return self._timer is not None

    @contextmanager
    def watching(self, environment: ApiEnvironment | None) -> Iterator[None]:
        """A block in which what is due in the environment (None: in any) happens by itself."""
        id = environment.id if environment else None
        self._watched[id] += 1
        if self._stop is None:
            self._stop = self._environments.watch(self._heard)
        self._arm()
        try:
            yield
        finally:
            self._watched[id] -= 1
            self._watched += Counter()  # forgets those that nobody watches
            if not self._watched:
                self._disarm()

    def _disarm(self) -> None:
        if self._stop is not None:
            self._stop()
            self._stop = None
        for handle in (self._timer, self._look):
            if handle is not None:
                handle.cancel()
        self._timer = self._look = None

    def _heard(self, environment: ApiEnvironment, event: Event) -> None:
        # Whatever puts something on a timeline is told by an event; many come in one command.
        if self._look is None and (environment.id in self._watched or None in self._watched):
            self._look = asyncio.get_running_loop().call_later(_LOOK_AFTER, self._looked)

    def _looked(self) -> None:
        self._look = None
        self._arm()

    def _arm(self) -> None:
        """Set the timer to the next due instant."""
        due = min(self._due(), default=None)
        if due is None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            return
        loop = asyncio.get_running_loop()
        at = max(loop.time() + (due - self._host_clock()) / SECOND, self._rested_at, loop.time())
        if self._timer is not None:
            if abs(self._timer_at - at) < REST / 50:
                return
            self._timer.cancel()
        self._timer = loop.call_at(at, self._go_off)
        self._timer_at = at

    def _go_off(self) -> None:
        self._timer = None
        self._rested_at = asyncio.get_running_loop().time() + REST
        host = self._host_clock()
        for environment in self._meant():
            try:
                environment.world.sync(host)
            except Exception as error:
                self._record_error(error)
                self._rested_at += _AFTER_ERROR
        self._arm()

    def _due(self) -> Iterator[Instant]:
        """When, by the host's clock, something is due next in each environment."""
        for environment in self._meant():
            world = environment.world
            due = world.timeline.next_due
            at = None if due is None else world.clock.reached_at(due)
            if at is not None:
                yield at

    def _meant(self) -> list[ApiEnvironment]:
        everything = None in self._watched
        return [found for found in self._environments if everything or found.id in self._watched]
