"""Clients in Python: how they are called, what their sleeps do, and how they are stopped."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from contract_tests.clients import Report, Task
from contract_tests.clients.ending import (
    MOST_AT_ONCE,
    MOST_SECONDS,
    CouldNotJudgeError,
    Ending,
)
from contract_tests.clients.python_client import Client, PythonClient
from contract_tests.clients.scenario import Scenario
from contract_tests.clients.stage import Stage
from contract_tests.clients.tempo import VIRTUAL
from mock_knock import MockKnock
from tests.sdk.calls import TLS

DONE = Report("completed", notified=("a",))
SCENARIO = Scenario("plain", "Nothing goes wrong.")
TOO_LONG = f"it was still waiting after {MOST_SECONDS / 3600:g} hours of simulated time"
TOO_OFTEN = f"it had sent {MOST_AT_ONCE:,} requests without ever waiting, and went on"


@dataclass
class Played:
    """How a client ended, and the simulated time that passed."""

    ending: Ending
    passed: timedelta
    requests: int


Play = Callable[..., Played]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(virtual=True)
    yield stage
    stage.close()


@pytest.fixture
def opened(stage: Stage) -> Iterator[tuple[MockKnock, Task]]:
    with stage.set_up(SCENARIO, VIRTUAL) as (mock, task):
        yield mock, task


@pytest.fixture
def play(opened: tuple[MockKnock, Task]) -> Play:
    """Runs a client once."""
    mock, task = opened

    def run(client: Client, **options: Any) -> Played:
        before = mock.clock.now
        ending = PythonClient(client, **options).run(task, mock)
        return Played(ending, mock.clock.now - before, len(mock.requests))

    return run


def ask(task: Task, http: httpx.Client) -> None:
    """One request, whatever comes of it."""
    http.get(f"{task.base_url}/v1/users", headers={"authorization": f"Bearer {task.api_key}"})


# ----------------------------------------------------------------------- how they are called


def plain(task: Task) -> Report:
    assert task.workflow == "welcome"
    return DONE


async def asynchronous(task: Task) -> Report:
    await asyncio.sleep(0)
    return plain(task)


def answers_a_mapping(task: Task) -> dict[str, Any]:
    return plain(task).to_json()


class WithRun:
    def __init__(self, task: Task) -> None:
        self.task = task

    def run(self) -> Report:
        return plain(self.task)


class WithAsyncRun(WithRun):
    async def run(self) -> Report:  # type: ignore[override]  # a client may be of either kind
        return await asynchronous(self.task)


class Callable_:
    def __call__(self, task: Task) -> Report:
        return plain(task)


class AsyncCallable:
    async def __call__(self, task: Task) -> Report:
        return await asynchronous(task)


@pytest.mark.parametrize(
    "client",
    [plain, asynchronous, answers_a_mapping, WithRun, WithAsyncRun, Callable_(), AsyncCallable()],
    ids=lambda client: getattr(client, "__name__", type(client).__name__),
)
def test_a_client_is_any_of_these(play: Play, client: Client) -> None:
    assert play(client).ending == Ending(report=DONE)


def test_it_is_named_after_what_it_is() -> None:
    assert PythonClient(plain).name == "plain"
    assert PythonClient(WithRun).name == "WithRun"
    assert PythonClient(AsyncCallable()).name == "AsyncCallable"
    assert PythonClient(plain, name="shop:import_users").name == "shop:import_users"


@pytest.mark.parametrize("answer", [None, "completed", [DONE], {"outcome": "good"}])
def test_what_is_no_report_is_a_problem(play: Play, answer: Any) -> None:
    ending = play(lambda task: answer).ending
    assert ending.report is None
    assert ending.problem
    assert ending.stopped == ""


def test_it_has_a_loop_and_a_thread_of_its_own(play: Play) -> None:
    threads: list[threading.Thread] = []

    async def client(task: Task) -> Report:
        threads.append(threading.current_thread())
        return DONE

    async def within_a_loop() -> Played:
        return play(client)

    assert asyncio.run(within_a_loop()).ending.report == DONE
    assert threads[0] is not threading.current_thread()


# ----------------------------------------------------------------------- exceptions


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("nor this")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("no users"), "ValueError: no users"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (SystemExit(3), "SystemExit: 3"),
        (GeneratorExit(), "GeneratorExit"),
        (SpeechlessError(), "tests.clients.test_python_client.SpeechlessError"),
        (ExceptionGroup("two", [ValueError("a"), OSError("b")]), "ExceptionGroup: two"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
@pytest.mark.parametrize("kind", ["plain", "async"])
def test_an_exception_is_a_report(
    play: Play, error: BaseException, message: str, kind: str
) -> None:
    def client(task: Task) -> Report:
        raise error

    async def async_client(task: Task) -> Report:
        raise error

    ending = play(client if kind == "plain" else async_client).ending
    assert ending.report is not None
    assert (ending.report.outcome, ending.report.raised) == ("failed", True)
    assert ending.report.message.startswith(message)
    assert "in client" in ending.told or "in async_client" in ending.told
    assert not ending.stopped


def test_one_that_ends_its_process_ends_no_more_than_itself(play: Play) -> None:
    def client(task: Task) -> Report:
        os._exit(0)

    ending = play(client).ending
    assert ending.report is not None
    assert ending.report.raised
    assert ending.report.message == "SystemExit: the client ended its process by os._exit(0)"


# Python 3.12 and later warn of a fork beside threads; this child does nothing but end.
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_it_starts_ends_as_it_likes(play: Play) -> None:
    def client(task: Task) -> Report:
        child = os.fork()
        if not child:
            os._exit(7)
        _, status = os.waitpid(child, 0)
        return Report("failed", message=str(os.waitstatus_to_exitcode(status)))

    ending = play(client).ending
    assert ending.report is not None
    assert ending.report.message == "7"


# ----------------------------------------------------------------------- sleeping


def sleeps(task: Task) -> Report:
    time.sleep(1800)
    time.sleep(1800.0)
    return DONE


async def sleeps_async(task: Task) -> Report:
    assert await asyncio.sleep(1800, "slept") == "slept"
    await asyncio.gather(asyncio.sleep(900), asyncio.sleep(900))
    return DONE


async def sleeps_with_anyio(task: Task) -> Report:
    await anyio.sleep(3600)
    return DONE


def sleeps_in_threads(task: Task) -> Report:
    threads = [threading.Thread(target=time.sleep, args=(900,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return DONE


async def sleeps_in_a_worker(task: Task) -> Report:
    await asyncio.to_thread(time.sleep, 3600)
    return DONE


@pytest.mark.parametrize(
    "client", [sleeps, sleeps_async, sleeps_with_anyio, sleeps_in_threads, sleeps_in_a_worker]
)
def test_an_hour_of_sleep_passes_at_once(play: Play, client: Client) -> None:
    played = play(client)
    assert played.ending == Ending(report=DONE)
    assert played.passed == timedelta(hours=1)


@contextmanager
def importable(folder: Path, name: str, text: str) -> Iterator[None]:
    """A module that can be imported, and has not been."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop(name, None)


LATE = """
import asyncio
from asyncio import sleep as async_sleep
from time import monotonic, sleep

def wait():
    before = monotonic()
    sleep(1800)
    asyncio.run(async_sleep(1800))
    return monotonic() - before
"""


def test_so_it_does_in_a_module_that_the_client_is_the_first_to_import(
    stage: Stage, tmp_path: Path
) -> None:
    def client(task: Task) -> Report:
        late = importlib.import_module("mock_knock_late_client")
        assert late.wait() >= 3600
        return DONE

    with importable(tmp_path, "mock_knock_late_client", LATE):
        for _ in range(2):  # and when it has long been imported
            with stage.set_up(SCENARIO, VIRTUAL) as (mock, task):
                before = mock.clock.now
                assert PythonClient(client).run(task, mock) == Ending(report=DONE)
                assert mock.clock.now - before == timedelta(hours=1)
        late = sys.modules["mock_knock_late_client"]
        assert late.sleep is time.sleep
        assert late.async_sleep is asyncio.sleep
        assert late.monotonic is time.monotonic


def test_its_clocks_show_the_time_slept(play: Play) -> None:
    clocks = (time.time, time.monotonic, time.perf_counter)

    def client(task: Task) -> Report:
        before = [clock() for clock in (time.time, time.monotonic, time.perf_counter)]
        time.sleep(600)
        after = [clock() for clock in (time.time, time.monotonic, time.perf_counter)]
        assert all(600 <= b - a < 1200 for a, b in zip(before, after, strict=True))
        return DONE

    assert play(client).ending == Ending(report=DONE)
    assert (time.time, time.monotonic, time.perf_counter) == clocks


async def test_a_deadline_of_asyncio_is_met(opened: tuple[MockKnock, Task]) -> None:
    mock, task = opened

    async def client(task: Task) -> Report:
        async with asyncio.timeout(300):
            for _ in repeat(None):
                await asyncio.sleep(10)
        return DONE

    ending = PythonClient(client).run(task, mock)
    assert ending.report is not None
    assert ending.report.message == "TimeoutError"


def ends(task: Task) -> Report:
    time.sleep(1)
    return DONE


def fails(task: Task) -> Report:
    time.sleep(1)
    raise ValueError


def sleeps_for_ever(task: Task) -> Report:
    while True:
        time.sleep(3600)


@pytest.mark.parametrize("client", [ends, fails, sleeps_for_ever])
def test_after_the_run_everything_is_real(play: Play, client: Client) -> None:
    names = [time.sleep, asyncio.sleep, anyio.sleep, time.time, time.monotonic, time.perf_counter]
    hooks = [threading.excepthook, sys.unraisablehook]
    play(client)
    assert names == [
        time.sleep, asyncio.sleep, anyio.sleep, time.time, time.monotonic, time.perf_counter
    ]  # fmt: skip
    assert hooks == [threading.excepthook, sys.unraisablehook]


def test_within_virtual_time_of_a_test_it_has_its_own(play: Play, mock_knock: MockKnock) -> None:
    with mock_knock.virtual_time():
        start = mock_knock.clock.now
        played = play(sleeps)
        assert mock_knock.clock.now == start
        time.sleep(60)
        assert mock_knock.clock.now - start == timedelta(minutes=1)
    assert played.passed == timedelta(hours=1)


# ----------------------------------------------------------------------- stopping


def asks_for_ever(task: Task) -> Report:
    with httpx.Client() as http:
        while True:
            ask(task, http)


async def asks_for_ever_async(task: Task) -> Report:
    headers = {"authorization": f"Bearer {task.api_key}"}
    async with httpx.AsyncClient(headers=headers) as http:
        while True:
            await http.get(f"{task.base_url}/v1/users")


@pytest.mark.parametrize("client", [asks_for_ever, asks_for_ever_async])
def test_one_that_asks_for_ever_is_stopped(play: Play, client: Client) -> None:
    played = play(client)
    assert played.ending == Ending(stopped=TOO_OFTEN)
    assert played.requests >= MOST_AT_ONCE
    assert not played.passed


async def sleeps_for_ever_async(task: Task) -> Report:
    for _ in repeat(None):
        await asyncio.sleep(3600)
    return DONE


def polls_for_ever(task: Task) -> Report:
    with httpx.Client() as http:
        while True:
            ask(task, http)
            time.sleep(60)


def sleeps_for_ever_in_a_thread(task: Task) -> Report:
    thread = threading.Thread(target=sleeps_for_ever, args=(task,))
    thread.start()
    thread.join()
    return DONE


async def sleeps_for_ever_in_a_task(task: Task) -> Report:
    while True:
        await asyncio.gather(asyncio.sleep(3600), return_exceptions=True)


@pytest.mark.parametrize(
    "client",
    [
        sleeps_for_ever,
        sleeps_for_ever_async,
        polls_for_ever,
        sleeps_for_ever_in_a_thread,
        sleeps_for_ever_in_a_task,
    ],
)
def test_one_that_waits_for_ever_is_stopped(play: Play, client: Client) -> None:
    threads = set(threading.enumerate())
    played = play(client)
    assert played.ending == Ending(stopped=TOO_LONG)
    assert MOST_SECONDS - 3600 <= played.passed.total_seconds() <= MOST_SECONDS
    assert set(threading.enumerate()) <= threads


def test_so_is_one_that_reports_all_the_same(play: Play) -> None:
    def client(task: Task) -> Report:
        with suppress(BaseException):
            sleeps_for_ever(task)
        return DONE

    assert play(client).ending == Ending(stopped=TOO_LONG)


@pytest.mark.parametrize(("pause", "stopped"), [(10, TOO_LONG), (0, TOO_OFTEN)])
def test_so_is_one_that_lets_no_exception_pass(play: Play, pause: float, stopped: str) -> None:
    enough = threading.Event()

    def client(task: Task) -> Report:
        with httpx.Client() as http:
            while not enough.is_set():
                with suppress(BaseException):
                    time.sleep(pause)
                    if not pause:
                        ask(task, http)
        return DONE

    try:
        assert play(client).ending == Ending(stopped=stopped)
    finally:
        enough.set()


def test_one_that_waits_a_little_for_ever_is_stopped(play: Play) -> None:
    def client(task: Task) -> Report:
        while True:
            time.sleep(0.001)

    ending = play(client, most_sleeps=500).ending
    assert ending == Ending(stopped="it was still waiting after 500 sleeps")


def test_one_that_is_stopped_cleans_up(play: Play) -> None:
    done = []

    async def client(task: Task) -> Report:
        try:
            await sleeps_for_ever_async(task)
        finally:
            await asyncio.sleep(0)
            done.append("cleaned up")
        return DONE

    assert play(client).ending.stopped
    assert done == ["cleaned up"]


def test_one_that_waits_for_something_real_cannot_be_judged(
    play: Play,
) -> None:
    bell = threading.Event()

    def client(task: Task) -> Report:
        bell.wait()
        return DONE

    try:
        with pytest.raises(CouldNotJudgeError, match=r"not slept for 0\.5 seconds of real time"):
            play(client, standstill=0.5)
    finally:
        bell.set()


def test_one_that_computes_for_ever_cannot_be_judged_and_is_stopped(play: Play) -> None:
    def client(task: Task) -> Report:
        while True:
            pass

    threads = set(threading.enumerate())
    with pytest.raises(CouldNotJudgeError, match="it waits by something else"):
        play(client, standstill=0.5)
    assert set(threading.enumerate()) <= threads


def test_real_work_between_signs_of_life_is_no_standstill(play: Play) -> None:
    # Real time, which the standstill is measured by, from a clock that virtual time leaves alone.
    def client(task: Task) -> Report:
        for _ in range(8):
            end = datetime.now() + timedelta(seconds=0.25)
            while datetime.now() < end:
                pass
            time.sleep(0.1)
        return DONE

    assert play(client, standstill=1.5).ending == Ending(report=DONE)


def test_a_wait_that_is_none_of_the_simulated_ones_is_told_from_a_race(play: Play) -> None:
    """Polls side by side with real time: at one instant of the simulated clock, and in no hurry."""
    bell = threading.Event()

    def client(task: Task) -> Report:
        with httpx.Client(base_url=task.base_url, verify=TLS) as http:
            http.headers["authorization"] = f"Bearer {task.api_key}"
            for _ in range(60):
                bell.wait(0.1)
                http.get("/v1/users")
        return DONE

    with pytest.raises(CouldNotJudgeError, match=r"60 requests in \d+ seconds without a sleep"):
        play(client)


def test_a_sleep_of_a_number_of_ones_own_is_a_sleep(play: Play) -> None:
    class Seconds(float):
        pass

    def client(task: Task) -> Report:
        time.sleep(Seconds(40))
        return DONE

    assert play(client).passed == timedelta(seconds=40)


def test_what_threads_still_do_after_the_report_is_seen(play: Play) -> None:
    def client(task: Task) -> Report:
        def later() -> None:
            time.sleep(3_000)
            headers = {"authorization": f"Bearer {task.api_key}"}
            httpx.get(f"{task.base_url}/v1/users", headers=headers, verify=TLS)

        threading.Thread(target=later, daemon=True).start()
        return DONE

    assert play(client).requests == 1


def test_a_class_without_run_is_no_client(play: Play) -> None:
    class Import:
        def __init__(self, task: Task) -> None:
            self.task = task

    with pytest.raises(CouldNotJudgeError, match="Import has no method run"):
        play(Import)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_why_its_client_stands_still(play: Play) -> None:
    bell, nothing = threading.Event(), dict[str, str]()

    def client(task: Task) -> Report:
        threading.Thread(target=lambda: nothing["nothing"], daemon=True).start()
        bell.wait()
        return DONE

    try:
        ending = play(client, standstill=0.5).ending
    finally:
        bell.set()
    assert "a thread of its own died: KeyError: 'nothing'" in ending.stopped
