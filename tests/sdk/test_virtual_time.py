"""Polling loops that sleep: with virtual time the clock moves, and nobody waits."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from time import sleep

import anyio
import pytest
from knockapi import AsyncKnock, Knock
from knockapi.types import BulkOperation

from mock_knock import MockKnock

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
