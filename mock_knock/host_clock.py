"""The host's time, as the environments' clocks are fed with it."""

from __future__ import annotations

import time
from collections.abc import Callable

HostClock = Callable[[], int]
"""Answers the host's instant: microseconds since 1970, never going back."""


def monotonic_host_clock() -> HostClock:
    """The wall clock as it is now, carried on by the monotonic one, so that it never goes back."""
    offset = time.time_ns() - time.monotonic_ns()
    now = time.monotonic_ns

    def host_clock() -> int:
        return (now() + offset) // 1000

    return host_clock
