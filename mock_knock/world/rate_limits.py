"""Rate limits: so many calls a second for each endpoint, on the environment's clock.

Knock docs, rate limits: tiers 1 to 5 allow 1, 5, 60, 200 and 1,000 calls a second per endpoint.
Knock does not say by which algorithm; here each endpoint has a bucket that holds one second's
calls and fills evenly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mock_knock.world.instants import SECOND, Instant

CALLS_PER_SECOND = {1: 1, 2: 5, 3: 60, 4: 200, 5: 1_000}
"""By tier."""

_MOST_BUCKETS = 10_000


class Standing(NamedTuple):
    """Where a caller stands after a call: `remaining` at once, all `limit` in `reset` seconds.

    `wait` is 0 for a call that is allowed, else how many microseconds to wait for the next one.
    """

    limit: int
    remaining: int
    reset: int
    wait: Instant


class RateLimits:
    """The buckets of one environment. While they are off nothing is counted."""

    __slots__ = ("_buckets", "on")

    def __init__(self, *, on: bool = False) -> None:
        self.on = on
        # By endpoint: the instant at which the bucket is full again. Before `now`, it is full.
        self._buckets: dict[str, Instant] = {}

    @property
    def full_at(self) -> Mapping[str, Instant]:
        """By endpoint: the instant at which its calls are all there again."""
        return self._buckets

    def put_back(self, full_at: Mapping[str, Instant]) -> None:
        """Take over what a snapshot had."""
        self._buckets = dict(full_at)

    def switch(self, *, on: bool) -> None:
        """Turn the limits on or off; every bucket is full then."""
        self.on = on
        self._buckets.clear()

    def call(self, endpoint: str, tier: int, now: Instant) -> Standing:
        """Count one call of an endpoint; one that is over the limit is not counted."""
        limit = CALLS_PER_SECOND[tier]
        one = SECOND // limit
        full_at = max(self._buckets.get(endpoint, now), now)
        after = full_at + one
        allowed = after - now <= SECOND
        if allowed:
            self._make_room(now)
            self._buckets[endpoint] = full_at = after
        missing = full_at - now
        return Standing(
            limit,
            (SECOND - missing) // one,
            -(-missing // SECOND),
            0 if allowed else after - now - SECOND,
        )

    def _make_room(self, now: Instant) -> None:
        """Forget the buckets that are full, when there are many."""
        if len(self._buckets) >= _MOST_BUCKETS:
            self._buckets = {key: at for key, at in self._buckets.items() if at > now}
