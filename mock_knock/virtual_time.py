"""Sleeping without waiting: Python clients that sleep between polls run at once.

While it is on, `time.sleep`, `asyncio.sleep` and `anyio.sleep` move the environment's clock
instead, and the clocks that a client may look at (`time.time`, `time.monotonic`,
`time.perf_counter`, `datetime.now`) show the time slept; for the thread that turned it on and for
no other, or for those that are started meanwhile.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, Literal

from mock_knock.virtual_datetime import virtual_datetime

Threads = Literal["this", "new"]
"""Whose sleeps are covered: this thread's, or those of threads that start within the block."""

_STANDS_FOR = "_mock_knock_stands_for"
_QUIET, _TURNS = 5, 10
"""Nobody is calling when no request has come in so many times so many turns of the event loop: a
call is sent within a few turns, and the server, which is asked in between, answers at once."""

# Test runners time the tests themselves; their clocks stay as they are.
_LEFT_ALONE = frozenset({"_pytest", "pytest", "hypothesis", "xdist", "execnet", "mock_knock"})


@contextmanager
def virtual_time(
    advance: Callable[[float], object],
    *,
    threads: Threads = "this",
    requests: Callable[[], int] = lambda: 0,
) -> Iterator[None]:
    """Within the block a sleep of N seconds calls `advance(N)` and returns at once.

    What `advance` raises, the sleep raises. Concurrent sleeps, of async tasks or of threads, add
    up, as if each had waited for the one before. `requests` lets the server do what there is to do,
    and answers how many requests have come; by that a task that sleeps waits for the calls of
    others, whose timeouts would be over at once when the time jumps.
    """
    own = threading.current_thread()
    there = frozenset(threading.enumerate())
    lock = threading.Lock()
    slept = 0.0
    is_on = True

    def is_covered() -> bool:
        if not is_on:
            return False
        thread = threading.current_thread()
        return thread is own if threads == "this" else thread not in there

    def pass_time(seconds: float) -> None:
        nonlocal slept
        if seconds > 0:
            with lock:
                slept += seconds
            advance(seconds)

    real_sleep, real_async_sleep = time.sleep, asyncio.sleep

    def sleep(seconds: float) -> None:
        if not is_covered():
            real_sleep(seconds)
        elif seconds < 0:
            raise ValueError("sleep length must be non-negative")
        else:
            pass_time(float(seconds))  # retry libraries have numbers of their own

    async def calls_of_others() -> None:
        # Whoever has slept since may be about to call, too.
        quiet, now = 0, (requests(), slept)
        while quiet < _QUIET:
            for _ in range(_TURNS):
                await real_async_sleep(0)
            before, now = now, (requests(), slept)
            quiet = quiet + 1 if now == before else 0

    async def async_sleep(delay: float, result: Any = None) -> Any:
        if not is_covered():
            return await real_async_sleep(delay, result)
        if delay > 0 and len(asyncio.all_tasks()) > 1:
            await calls_of_others()
        pass_time(float(delay))
        return await real_async_sleep(0, result)

    async def anyio_sleep(delay: float) -> None:
        await async_sleep(delay)

    def shift() -> float:
        return slept if is_covered() else 0.0

    def shifted(real: Callable[[], float]) -> Callable[[], float]:
        return lambda: real() + shift()

    def shifted_ns(real: Callable[[], int]) -> Callable[[], int]:
        return lambda: real() + round(shift() * 1e9)

    replacements: dict[int, tuple[Any, Any]] = {}  # what to put there, and back

    def replace(before: Any, replacement: Callable[..., Any]) -> None:
        real = _real(before)  # within another block `before` is what that one has put there
        setattr(replacement, _STANDS_FOR, real)
        replacements[id(real)] = (replacement, before)

    replace(real_sleep, sleep)
    replace(real_async_sleep, async_sleep)
    for clock in (time.time, time.monotonic, time.perf_counter):
        replace(clock, shifted(clock))
    for clock_ns in (time.time_ns, time.monotonic_ns, time.perf_counter_ns):
        replace(clock_ns, shifted_ns(clock_ns))
    anyio = sys.modules.get("anyio")
    if anyio is not None:
        replace(anyio.sleep, anyio_sleep)
    # Whoever wrote `from time import sleep` has a name of its own for it.
    changed = [
        (module, name, *replacements[id(real)])
        for module_name, module in list(sys.modules.items())
        if module_name.partition(".")[0] not in _LEFT_ALONE
        for name, value in list(getattr(module, "__dict__", {}).items())
        if id(real := _real(value)) in replacements
    ]
    try:
        for module, name, replacement, _ in changed:
            setattr(module, name, replacement)
        with virtual_datetime(shift, _LEFT_ALONE):
            yield
    finally:
        is_on = False
        for module, name, _, before in changed:
            setattr(module, name, before)


def _real(value: object) -> object:
    """What a replacement stands for: a module first imported within a block has kept that one."""
    return value.__dict__.get(_STANDS_FOR, value) if type(value) is FunctionType else value
