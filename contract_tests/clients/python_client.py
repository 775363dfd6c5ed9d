"""Clients in Python, run in a thread of their own in which sleeping takes no time."""

from __future__ import annotations

import asyncio
import ctypes
import inspect
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from contract_tests.clients.ending import (
    MOST_AT_ONCE,
    MOST_REQUESTS,
    MOST_SECONDS,
    CouldNotJudgeError,
    Ending,
)
from contract_tests.clients.own_logs import LogSetup, kits_work, own_logs
from contract_tests.clients.report import Report, ReportError, read_report
from contract_tests.clients.task import Task
from contract_tests.clients.tempo import VIRTUAL, Tempo
from mock_knock import MockKnock

Client = Callable[[Task], Any]
"""What can be tested: a function of a Task that answers a Report, or the same as a mapping; also an
`async` one; or a class that is made with a Task and has a method `run` of that kind."""

_LOOK: Final = 0.25
_STANDSTILL: Final = 30.0
"""Real seconds without a request and without a sleep after which nothing more is expected."""
_PATIENT: Final = 2
"""How many times as long a client may send requests without a sleep in between."""
_MOST_SLEEPS: Final = 400_000
"""Sleeps after which a client is stopped: a hundred a second for the patience that it was given."""
_AFTERMATH: Final = 0.2
"""Real seconds that threads which outlive the report have for what they still do."""
_MANY_CALLS: Final = 50
_REAL_WAIT: Final = 0.08
"""Real seconds for each of many calls that tell of a wait which is none of the simulated ones."""
_FRAMES: Final = 5
"""How much is told of where an exception comes from."""
_FAREWELL: Final = 2.0
"""Real seconds in which a client that is stopped may clean up."""


class _NoClientError(Exception):
    """Raised for something that is no client at all."""


class _StoppedError(SystemExit):
    """Raised inside a client that does not come to an end. No `except Exception` catches it.

    A SystemExit, since asyncio keeps other exceptions in the task or callback that raises them.
    """


@dataclass(frozen=True)
class PythonClient:
    """A client in Python. It may use any HTTP library: the server listens on a real socket.

    standstill: real seconds after which one that shows no sign of life is given up.
    most_sleeps: sleeps after which it is stopped.
    logs: how its module has set up logging, where that is not to be the kit's as well.
    """

    client: Client
    name: str = ""
    argument: str = ""
    virtual: bool = True
    tempo: Tempo = VIRTUAL
    standstill: float = _STANDSTILL
    most_sleeps: int = _MOST_SLEEPS
    logs: LogSetup | None = None

    def __post_init__(self) -> None:
        if not self.name:
            name = getattr(self.client, "__name__", type(self.client).__name__)
            object.__setattr__(self, "name", name)

    def run(self, task: Task, mock: MockKnock) -> Ending:
        """Let the client do its work, and stop it where it goes on for ever."""
        # A copy: what a client does to its task must not change what it is judged by.
        own = Task.from_json(json.loads(json.dumps(task.to_json())))
        return _Work(self, own, mock).watch()


class _Work:
    def __init__(self, driver: PythonClient, task: Task, mock: MockKnock) -> None:
        self._driver = driver
        self._task = task
        self._mock = mock
        self._ending = Ending()
        self._slept = 0.0
        self._naps = 0
        self._stopped = ""
        self._is_none = ""
        self._died = ""
        self._before = frozenset(threading.enumerate())
        context = copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._run,), name="client under test", daemon=True
        )

    def watch(self) -> Ending:
        """Wait for the end; the real time that this takes does not matter to the client."""
        with (
            _silent_stops(self._note_death),
            _no_exit(self._before),
            own_logs(self._before, self._driver.logs),
            _silent_clock(self._mock),
            self._mock.virtual_time(threads="new", on_sleep=self._nap),
        ):
            self._thread.start()
            return self._wait(self._driver.standstill)

    def _wait(self, standstill: float) -> Ending:
        signs: tuple[int, int] = (0, 0)
        since = moved = time.monotonic()
        at_nap = 0
        while True:
            self._thread.join(_LOOK)
            if self._stopped:  # by a sleep, which the client may not have let through
                return self._stop(self._stopped)
            if not self._thread.is_alive():
                return self._ended(moved, at_nap)
            count = len(self._mock.requests)
            if self._naps != signs[1]:
                self._look_at(count - at_nap, time.monotonic() - moved)
                moved, at_nap = time.monotonic(), count
            if (count, self._naps) != signs:
                signs, since = (count, self._naps), time.monotonic()
            if count > MOST_REQUESTS:
                return self._stop(f"it was still asking after {MOST_REQUESTS:,} requests")
            if self._is_racing():
                return self._stop(
                    f"it had sent {MOST_AT_ONCE:,} requests without ever waiting, and went on"
                )
            now = time.monotonic()
            for what, start, most in (
                ("sent no request and not slept", since, standstill),
                ("not slept", moved, standstill * _PATIENT),
            ):
                if now - start > most:
                    reason = f"it has {what} for {most:g} seconds"
                    ending = self._stop(f"{reason}, since a thread of its own died: {self._died}")
                    if self._died:
                        return ending
                    raise _waits_otherwise(f"{what} for {most:g} seconds of real time")

    def _ended(self, moved: float, at_nap: int) -> Ending:
        """How it ended, when what it has left behind has had its time as well."""
        if self._is_none:
            raise CouldNotJudgeError(self._is_none)
        end = time.monotonic() + _AFTERMATH
        for thread in self._own_threads():
            thread.join(max(end - time.monotonic(), 0))
        self._look_at(len(self._mock.requests) - at_nap, time.monotonic() - moved)
        return self._ending

    def _look_at(self, calls: int, seconds: float) -> None:
        """Whether between two sleeps so many calls took so long that it waits in another way."""
        if calls > _MANY_CALLS and seconds / calls > _REAL_WAIT:
            told = f"sent {calls} requests in {seconds:.0f} seconds without a sleep"
            self._stop(told)
            raise _waits_otherwise(told)

    def _is_racing(self) -> bool:
        requests = self._mock.requests
        if len(requests) < MOST_AT_ONCE:
            return False
        return bool(requests[-MOST_AT_ONCE].at == requests[-1].at)

    def _stop(self, reason: str) -> Ending:
        """Raise in the client's threads until they end, or for a while."""
        self._stopped = reason
        end = time.monotonic() + _FAREWELL
        while time.monotonic() < end and (alive := self._own_threads()):
            for thread in alive:
                _raise_in(thread)
            for thread in alive:
                thread.join(_LOOK / len(alive))
        return Ending(stopped=reason)

    def _own_threads(self) -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread not in self._before]

    def _note_death(self, error: BaseException | None) -> None:
        self._died = "".join(traceback.format_exception_only(error)).strip()

    def _nap(self, seconds: float) -> None:
        self._naps += 1
        self._slept += seconds
        if not self._stopped and self._slept > MOST_SECONDS:
            hours = MOST_SECONDS / 3600
            self._stopped = f"it was still waiting after {hours:g} hours of simulated time"
        if not self._stopped and self._naps > self._driver.most_sleeps:
            self._stopped = f"it was still waiting after {self._driver.most_sleeps:,} sleeps"
        if self._stopped:
            raise _StoppedError(self._stopped)

    def _run(self) -> None:
        try:
            answer = _call(self._driver.client, self._task)
        except _NoClientError as error:
            self._is_none = str(error)
        except BaseException as error:  # SystemExit as well: a thread would hide it
            self._ending = _raised(error)
        else:
            self._ending = _reported(answer)


def _waits_otherwise(what: str) -> CouldNotJudgeError:
    return CouldNotJudgeError(
        f"the client has {what}: it waits by something else than time.sleep, asyncio.sleep and "
        "anyio.sleep, which does not move the simulated clock. Run it as a program, by "
        "knock-contract client -- COMMAND"
    )


def _call(client: Client, task: Task) -> Any:
    answer = client(task)
    if inspect.isclass(client):
        if not callable(getattr(answer, "run", None)):
            raise _NoClientError(f"{client.__name__} has no method run")
        answer = answer.run()
    if inspect.isawaitable(answer):
        return asyncio.run(_awaited(answer))
    return answer


async def _awaited(answer: Awaitable[Any]) -> Any:
    return await answer


def _raised(error: BaseException) -> Ending:
    message = "".join(traceback.format_exception_only(error)).strip()
    told = "".join(traceback.format_exception(error, limit=-_FRAMES))
    return Ending(report=Report("failed", message=message, raised=True), told=told)


def _reported(answer: object) -> Ending:
    try:
        return Ending(report=read_report(answer))
    except ReportError as error:
        return Ending(problem=str(error))


def _raise_in(thread: threading.Thread) -> None:
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(_StoppedError)
        )


@contextmanager
def _silent_clock(mock: MockKnock) -> Iterator[None]:
    """Let the calls by which sleeps move the clock stay out of the client's log."""
    advance = mock.clock.advance

    def silent(duration: str | float | timedelta) -> datetime:
        with kits_work():
            return advance(duration)

    mock.clock.advance = silent  # type: ignore[method-assign]
    try:
        yield
    finally:
        mock.clock.advance = advance  # type: ignore[method-assign]


@contextmanager
def _no_exit(others: Collection[threading.Thread]) -> Iterator[None]:
    """Let `os._exit` end no more than the thread that calls it, if it is none of these.

    The client's process is the one that judges it, and its exit status would be the verdict.
    Processes that the client has forked end as they are told to.
    """
    end, process = os._exit, os.getpid()

    def exits(status: int) -> NoReturn:
        if os.getpid() != process or threading.current_thread() in others:
            end(status)
        raise SystemExit(f"the client ended its process by os._exit({status})")

    os._exit = exits
    try:
        yield
    finally:
        os._exit = end


@contextmanager
def _silent_stops(died: Callable[[BaseException | None], None]) -> Iterator[None]:
    """Let threads that the client has started end without a word when they are stopped.

    `died` is told of those that end by an exception of their own.

    They may be anywhere then: also where Python can only tell of an exception, and not raise it.
    """
    hook, unraisable_hook = threading.excepthook, sys.unraisablehook

    def told(problem: threading.ExceptHookArgs) -> None:
        if not issubclass(problem.exc_type, _StoppedError):
            died(problem.exc_value)
            hook(problem)

    def unraisable(problem: sys.UnraisableHookArgs) -> None:
        if not issubclass(problem.exc_type, _StoppedError):
            unraisable_hook(problem)

    threading.excepthook, sys.unraisablehook = told, unraisable
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = hook, unraisable_hook
