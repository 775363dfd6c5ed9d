"""Waiting for something to happen: in one environment, or in any of a server.

Whoever waits is rung, not told: it looks at the stream of events itself, when it comes to it. So an
event costs the same with a slow follower as with a quick one, and nothing when there is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mock_knock.api.environments import ApiEnvironment, Environments
from mock_knock.world.events import Event


class Follower:
    """Somebody who waits. Used as a context, whose end detaches it.

    `rung`: something happened that it has not looked at yet.
    """

    __slots__ = ("_following", "_waiter", "environment_id", "rung")

    def __init__(self, following: Following, environment_id: str | None) -> None:
        self._following = following
        self._waiter: asyncio.Future[None] | None = None
        self.rung = False
        self.environment_id = environment_id

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, *exception: object) -> None:
        self._following.leave(self)

    @property
    def ended(self) -> bool:
        """Whether the server stops, so that there is nothing to wait for any more."""
        return self._following.closed

    def ring(self) -> None:
        """Something happened."""
        self.rung = True
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def wait(self, seconds: float) -> bool:
        """Wait until something happens, or happened since the last wait. False after `seconds`."""
        if not self.rung and not self.ended:
            loop = asyncio.get_running_loop()
            waiter = self._waiter = loop.create_future()
            patience = loop.call_later(seconds, _give_up, waiter)
            try:
                await waiter
            finally:
                patience.cancel()
                self._waiter = None
        rung, self.rung = self.rung, False
        return rung


def _give_up(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


class Following:
    """Every follower of one server."""

    def __init__(self, environments: Environments) -> None:
        self._environments = environments
        self._followers: dict[str | None, set[Follower]] = {}
        self._stop: Callable[[], None] | None = None
        self.closed = False

    def __len__(self) -> int:
        return sum(map(len, self._followers.values()))

    def anybody(self, environment_id: str | None) -> bool:
        """Whether an environment is followed, or with None whether somebody follows all."""
        return environment_id in self._followers

    def follow(self, environment: ApiEnvironment | None) -> Follower:
        """Begin to follow an environment, or with None all of them."""
        follower = Follower(self, environment.id if environment else None)
        self._followers.setdefault(follower.environment_id, set()).add(follower)
        if self._stop is None:
            self._stop = self._environments.watch(self._heard)
        return follower

    def leave(self, follower: Follower) -> None:
        """Detach a follower; with the last one nobody listens to events any more."""
        group = self._followers.get(follower.environment_id, set())
        group.discard(follower)
        if not group:
            self._followers.pop(follower.environment_id, None)
        if not self._followers and self._stop is not None:
            self._stop()
            self._stop = None

    def open(self) -> None:
        """Let followers wait: the server serves."""
        self.closed = False

    def close(self) -> None:
        """Let every follower come to its end: the server stops."""
        self.closed = True
        for follower in [one for group in self._followers.values() for one in group]:
            follower.ring()

    def _heard(self, environment: ApiEnvironment, event: Event) -> None:
        for group in (self._followers.get(environment.id), self._followers.get(None)):
            if group:
                for follower in group:
                    if not follower.rung:
                        follower.ring()
