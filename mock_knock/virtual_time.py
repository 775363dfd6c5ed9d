"""Sleeping without waiting: Python clients that sleep between polls run at once.

While it is on, `time.sleep`, `asyncio.sleep` and `anyio.sleep` move the environment's clock
instead, and the clocks that a client may look at (`time.time`, `time.monotonic`,
`time.perf_counter`) show the time slept; for the thread that turned it on, and for no other.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Test runners time the tests themselves; their clocks stay as they are.
_LEFT_ALONE = frozenset({"_pytest", "pytest", "hypothesis", "xdist", "execnet", "mock_knock"})


@contextmanager
def virtual_time(advance: Callable[[float], object]) -> Iterator[None]:
    """Within the block a sleep of N seconds calls `advance(N)` and returns at once.

    Concurrent sleeps of async tasks add up, as if each had waited for the one before.
    """
    thread = threading.get_ident()
    slept = 0.0

    def pass_time(seconds: float) -> None:
        nonlocal slept
        if seconds > 0:
            slept += seconds
            advance(seconds)

    real_sleep, real_async_sleep = time.sleep, asyncio.sleep

    def sleep(seconds: float) -> None:
        if threading.get_ident() != thread:
            real_sleep(seconds)
        elif seconds < 0:
            raise ValueError("sleep length must be non-negative")
        else:
            pass_time(seconds)

    async def async_sleep(delay: float, result: Any = None) -> Any:
        if threading.get_ident() != thread:
            return await real_async_sleep(delay, result)
        pass_time(delay)
        return await real_async_sleep(0, result)

    def shifted(real: Callable[[], float]) -> Callable[[], float]:
        return lambda: real() + (slept if threading.get_ident() == thread else 0.0)

    replacements: dict[int, Any] = {id(real_sleep): sleep, id(real_async_sleep): async_sleep}
    for clock in (time.time, time.monotonic, time.perf_counter):
        replacements[id(clock)] = shifted(clock)
    anyio = sys.modules.get("anyio")
    if anyio is not None:
        replacements[id(anyio.sleep)] = async_sleep
    # Whoever wrote `from time import sleep` has a name of its own for it.
    changed = [
        (module, name, value)
        for module_name, module in list(sys.modules.items())
        if module_name.partition(".")[0] not in _LEFT_ALONE
        for name, value in list(getattr(module, "__dict__", {}).items())
        if id(value) in replacements
    ]
    try:
        for module, name, value in changed:
            setattr(module, name, replacements[id(value)])
        yield
    finally:
        for module, name, value in changed:
            setattr(module, name, value)
