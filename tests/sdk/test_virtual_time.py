"""Polling loops that sleep: with virtual time the clock moves, and nobody waits."""

from __future__ import annotations

import asyncio
import importlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import Literal

import anyio
import httpx
import pytest
from knockapi import AsyncKnock, Knock
from knockapi.types import BulkOperation

from mock_knock import MockKnock
from tests.sdk.calls import TLS

ENDED = ("completed", "failed")
USERS = [{"id": "a"}, {"id": "b"}]


@pytest.fixture(autouse=True)
def an_hour(mock_knock: MockKnock) -> None:
    """Every operation of these tests takes an hour."""
    mock_knock.plan_all(progress="time", queue_for=600, duration=3000)


def poll(knock: Knock, wait: Callable[[float], object]) -> BulkOperation:
    """What many a client does."""
    operation = knock.users.bulk.identify(users=[{"id": "a"}, {"id": "b"}])
    while operation.status not in ENDED:
        wait(60)
        operation = knock.bulk_operations.get(operation.id)
    return operation


# `sleep` was imported by name, before virtual time was turned on.
WAYS: dict[str, Callable[[float], object]] = {
    "time.sleep": lambda seconds: time.sleep(seconds),
    "sleep": lambda seconds: sleep(seconds),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("mock_knock_virtual_time")
def test_an_hour_of_polling(knock: Knock, mock_knock: MockKnock, way: str) -> None:
    start = mock_knock.clock.now
    operation = poll(knock, WAYS[way])
    assert operation.status == "completed"
    assert mock_knock.clock.now - start == timedelta(hours=1)
    assert len(mock_knock.requests.of("getBulkOperation")) == 60


@pytest.mark.parametrize("way", [asyncio.sleep, anyio.sleep], ids=["asyncio", "anyio"])
async def test_an_hour_of_async_polling(
    async_knock: AsyncKnock, mock_knock: MockKnock, way: Callable[[float], object]
) -> None:
    start = mock_knock.clock.now
    with mock_knock.virtual_time():
        operation = await async_knock.users.bulk.identify(users=[{"id": "a"}])
        while operation.status not in ENDED:
            await (asyncio.sleep(60) if way is asyncio.sleep else anyio.sleep(60))
            operation = await async_knock.bulk_operations.get(operation.id)
    assert operation.status == "completed"
    assert mock_knock.clock.now - start == timedelta(hours=1)


@pytest.mark.usefixtures("mock_knock_virtual_time")
def test_a_deadline_by_the_clock_is_met(knock: Knock) -> None:
    operation = knock.users.bulk.identify(users=[{"id": "a"}])
    deadline = time.monotonic() + 300
    polls = 0
    while operation.status not in ENDED and time.monotonic() < deadline:
        time.sleep(10)
        polls += 1
        operation = knock.bulk_operations.get(operation.id)
    assert operation.status == "queued"
    assert polls == pytest.approx(30, abs=1)


async def test_an_async_timeout_is_met(async_knock: AsyncKnock, mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now

    async def wait_for_the_end() -> None:
        operation = await async_knock.users.bulk.identify(users=[{"id": "a"}])
        async with asyncio.timeout(300):
            while operation.status not in ENDED:
                await asyncio.sleep(10)
                operation = await async_knock.bulk_operations.get(operation.id)

    with mock_knock.virtual_time(), pytest.raises(TimeoutError):
        await wait_for_the_end()
    assert timedelta(seconds=290) <= mock_knock.clock.now - start <= timedelta(seconds=310)


@pytest.mark.usefixtures("mock_knock_virtual_time")
def test_a_retry_of_the_sdk_does_not_wait_either(knock: Knock, mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now
    time.sleep(0)
    assert mock_knock.clock.now == start
    time.sleep(0.5)
    assert mock_knock.clock.now - start == timedelta(seconds=0.5)


def test_outside_the_block_time_is_real_again(mock_knock: MockKnock) -> None:
    before = (time.sleep, asyncio.sleep, time.monotonic, time.time, sleep, anyio.sleep)
    with mock_knock.virtual_time():
        assert time.sleep is not before[0]
    assert (time.sleep, asyncio.sleep, time.monotonic, time.time, sleep, anyio.sleep) == before


def test_it_is_put_back_when_the_block_fails(mock_knock: MockKnock) -> None:
    before = time.sleep
    with pytest.raises(ZeroDivisionError), mock_knock.virtual_time():
        _ = 1 / 0
    assert time.sleep is before


def test_another_thread_really_sleeps(mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now
    with mock_knock.virtual_time():
        thread = threading.Thread(target=time.sleep, args=(0.01,))
        thread.start()
        thread.join()
    assert mock_knock.clock.now == start


@pytest.mark.usefixtures("mock_knock_virtual_time")
def test_a_negative_sleep_is_refused_as_ever(mock_knock: MockKnock) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        time.sleep(-1)


# ------------------------------------------------------------------- threads that start meanwhile


def in_a_thread(call: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    return thread


def test_threads_that_start_within_the_block_are_covered(mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now
    shown: list[float] = []

    def hours() -> None:
        before = time.monotonic()
        time.sleep(1800)
        asyncio.run(asyncio.sleep(1800))  # a loop of its own
        shown.append(time.monotonic() - before)

    with mock_knock.virtual_time(threads="new"):
        in_a_thread(hours)
        in_a_thread(lambda: in_a_thread(lambda: time.sleep(3600)))  # and their own
    assert mock_knock.clock.now - start == timedelta(hours=2)
    assert shown[0] >= 3600


def test_this_thread_and_those_before_are_not(mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now
    before = time.monotonic()
    bell = threading.Event()

    def sleeper() -> None:
        bell.wait()
        time.sleep(0.01)

    thread = threading.Thread(target=sleeper)
    thread.start()
    with mock_knock.virtual_time(threads="new"):
        in_a_thread(lambda: time.sleep(3600))
        bell.set()
        thread.join()
        time.sleep(0.01)
        assert time.monotonic() - before < 3600
    assert mock_knock.clock.now - start == timedelta(hours=1)


def test_sleeps_of_several_threads_add_up(mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now
    with mock_knock.virtual_time(threads="new"):
        threads = [threading.Thread(target=time.sleep, args=(60,)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert mock_knock.clock.now - start == timedelta(minutes=20)


def test_after_the_block_a_thread_of_it_really_sleeps(mock_knock: MockKnock) -> None:
    bell = threading.Event()
    slept = threading.Event()

    def sleeper() -> None:
        kept = time.sleep
        bell.wait()
        kept(0.01)
        time.sleep(0.01)
        slept.set()

    with mock_knock.virtual_time(threads="new"):
        thread = threading.Thread(target=sleeper)
        thread.start()
    start = mock_knock.clock.now
    bell.set()
    thread.join()
    assert slept.is_set()
    assert mock_knock.clock.now == start


# ------------------------------------------------------------------------------- being told


def test_each_sleep_is_told_before_the_clock_moves(mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now
    told: list[tuple[float, timedelta]] = []

    def note(seconds: float) -> None:
        told.append((seconds, mock_knock.clock.now - start))

    with mock_knock.virtual_time(on_sleep=note):
        time.sleep(60)
        time.sleep(0)
        time.sleep(0.5)
        asyncio.run(asyncio.sleep(30))
    assert told == [
        (60, timedelta()),
        (0.5, timedelta(seconds=60)),
        (30, timedelta(seconds=60.5)),
    ]


@pytest.mark.parametrize("threads", ["this", "new"])
def test_what_is_raised_then_the_sleep_raises(
    mock_knock: MockKnock, threads: Literal["this", "new"]
) -> None:
    start = mock_knock.clock.now
    raised: list[str] = []

    def refuse(seconds: float) -> None:
        raise LookupError(f"no {seconds} seconds")

    def sleeps() -> None:
        calls: list[Callable[[], object]] = [
            lambda: time.sleep(5),
            lambda: asyncio.run(asyncio.sleep(6)),
        ]
        for call in calls:
            try:
                call()
            except LookupError as error:
                raised.append(str(error))

    with mock_knock.virtual_time(threads=threads, on_sleep=refuse):
        if threads == "this":
            sleeps()
        else:
            in_a_thread(sleeps)
    assert raised == ["no 5.0 seconds", "no 6.0 seconds"]
    assert mock_knock.clock.now == start


# --------------------------------------------------------------- modules and blocks in a block

LATE = """
from asyncio import sleep as async_sleep
from time import monotonic, perf_counter, sleep, time
"""
NAMES = ("async_sleep", "monotonic", "perf_counter", "sleep", "time")


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module that nobody has imported."""
    name = "mock_knock_imported_late"
    (tmp_path / f"{name}.py").write_text(LATE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


def test_a_module_first_imported_within_a_block_is_covered(
    mock_knock: MockKnock, late: str
) -> None:
    start = mock_knock.clock.now
    with mock_knock.virtual_time():
        module = importlib.import_module(late)
        before = (module.time(), module.monotonic(), module.perf_counter())
        module.sleep(600)
        asyncio.run(module.async_sleep(600))
        after = (module.time(), module.monotonic(), module.perf_counter())
        assert all(b - a >= 1200 for a, b in zip(before, after, strict=True))
    assert mock_knock.clock.now - start == timedelta(minutes=20)

    module.sleep(0.01)  # real ones now, whatever they are called
    asyncio.run(module.async_sleep(0.01))
    assert abs(module.monotonic() - time.monotonic()) < 600
    assert mock_knock.clock.now - start == timedelta(minutes=20)


def test_and_by_the_next_block_as_well(mock_knock: MockKnock, late: str) -> None:
    with mock_knock.virtual_time():
        module = importlib.import_module(late)
    start = mock_knock.clock.now
    with mock_knock.virtual_time():
        module.sleep(600)
        asyncio.run(module.async_sleep(600))
    assert mock_knock.clock.now - start == timedelta(minutes=20)
    real = (asyncio.sleep, time.monotonic, time.perf_counter, time.sleep, time.time)
    assert tuple(getattr(module, name) for name in NAMES) == real


def test_of_two_blocks_the_inner_one_has_the_sleeps(mock_knock: MockKnock) -> None:
    outer: list[float] = []
    inner: list[float] = []
    before = (time.sleep, asyncio.sleep, time.monotonic, sleep, anyio.sleep)
    with mock_knock.virtual_time(on_sleep=outer.append):
        between = (time.sleep, asyncio.sleep, time.monotonic, sleep, anyio.sleep)
        with mock_knock.virtual_time(on_sleep=inner.append):
            time.sleep(1)
            sleep(2)
            asyncio.run(asyncio.sleep(3))
        assert (time.sleep, asyncio.sleep, time.monotonic, sleep, anyio.sleep) == between
        time.sleep(4)
        sleep(5)
    assert (inner, outer) == ([1, 2, 3], [4, 5])
    assert (time.sleep, asyncio.sleep, time.monotonic, sleep, anyio.sleep) == before


def test_whom_the_inner_block_does_not_cover_the_outer_may(mock_knock: MockKnock) -> None:
    outer: list[float] = []
    inner: list[float] = []
    with (
        mock_knock.virtual_time(on_sleep=outer.append),
        mock_knock.virtual_time(threads="new", on_sleep=inner.append),
    ):
        time.sleep(1)
        in_a_thread(lambda: time.sleep(2))
    assert (inner, outer) == ([2], [1])


def test_a_module_imported_in_the_inner_block_is_the_outer_one_s_afterwards(
    mock_knock: MockKnock, late: str
) -> None:
    outer: list[float] = []
    inner: list[float] = []
    with mock_knock.virtual_time(on_sleep=outer.append):
        with mock_knock.virtual_time(on_sleep=inner.append):
            module = importlib.import_module(late)
            module.sleep(1)
        module.sleep(2)
    assert (inner, outer) == ([1], [2])


@pytest.mark.parametrize("tasks", [2, 9])
async def test_a_sleep_does_not_end_the_calls_of_other_tasks(
    mock_knock: MockKnock, tasks: int
) -> None:
    """Their timeouts are by the same clock: it moves when nobody is calling any more."""
    base, headers = mock_knock.url, {"authorization": f"Bearer {mock_knock.api_key}"}

    async def poll(http: httpx.AsyncClient, own: int) -> None:
        for _ in range(5):
            await asyncio.sleep(20 + own)  # far more than httpx waits for an answer
            (await http.put(f"/v1/users/u{own}", json={})).raise_for_status()

    with mock_knock.virtual_time():
        async with httpx.AsyncClient(base_url=base, headers=headers, verify=TLS) as http:
            await asyncio.gather(*(poll(http, own) for own in range(tasks)))
    assert len(mock_knock.requests.of("identifyUser")) == 5 * tasks
