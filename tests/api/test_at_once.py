"""Requests run at once as far as they can, and go on as tasks where they have to wait."""

from __future__ import annotations

import asyncio

import pytest

from mock_knock.at_once import run_at_once

Steps = list[str]


async def waits(steps: Steps, *, times: int = 1) -> None:
    steps.append("begun")
    for _ in range(times):
        await asyncio.sleep(0)
    gate = asyncio.Event()
    asyncio.get_running_loop().call_soon(gate.set)
    await gate.wait()
    steps.append("ended")


async def test_what_waits_for_nothing_ends_at_once() -> None:
    steps: Steps = []

    async def work() -> None:
        steps.append("done")

    assert run_at_once(work(), asyncio.get_running_loop()) is None
    assert steps == ["done"]


async def test_what_waits_begins_at_once_and_goes_on_as_a_task() -> None:
    steps: Steps = []
    task = run_at_once(waits(steps, times=3), asyncio.get_running_loop())
    assert steps == ["begun"]
    assert task is not None
    await task
    assert steps == ["begun", "ended"]


async def test_an_error_before_the_first_wait_is_raised_and_one_after_it_is_the_tasks() -> None:
    async def at_once() -> None:
        raise KeyError

    async def later() -> None:
        await asyncio.sleep(0)
        raise KeyError

    with pytest.raises(KeyError):
        run_at_once(at_once(), asyncio.get_running_loop())
    task = run_at_once(later(), asyncio.get_running_loop())
    assert task is not None
    with pytest.raises(KeyError):
        await task


async def test_it_can_be_cancelled_and_sees_to_its_end() -> None:
    steps: Steps = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    task = run_at_once(work(), asyncio.get_running_loop())
    assert task is not None
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["cleaned up"]


async def test_timeouts_hold_after_the_first_wait() -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        async with asyncio.timeout(0):
            await asyncio.Event().wait()

    task = run_at_once(work(), asyncio.get_running_loop())
    assert task is not None
    with pytest.raises(TimeoutError):
        await task
