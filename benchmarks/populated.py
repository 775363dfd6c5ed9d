"""Worlds of any size, in processes of their own, and what calls cost in them."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from multiprocessing.connection import Connection
from typing import Any

from mock_knock import KnockServer, MockKnock, Settings
from mock_knock.world.channels import DEFAULT_FEED_ID
from mock_knock.world.clock import ClockSpec
from mock_knock.world.environment import WorldSettings

_ROWS = 1000
_LONG = 300 * 86_400.0
"""Seconds that an operation under way takes: none of its rows comes due while we measure."""

_IN_TURN = 16
_KEY = "populated"
_HEADERS = {"authorization": f"Bearer sk_{_KEY}", "content-type": "application/json"}

Ask = Callable[[str, int], list[float]]
"""Makes a call of this name so many times; what each took, in microseconds."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many users there are, and how many bulk operations are under way.

    With `messages` each user has one message, in the feed.
    """

    users: int
    operations: int
    messages: bool = False


def manual_server() -> KnockServer:
    """A server whose time stands still until it is told to move, as in the pytest fixture."""
    return KnockServer(Settings(world=WorldSettings(clock=ClockSpec.parse("manual"))))


@contextlib.contextmanager
def populated(size: Size) -> Iterator[Ask]:
    """A world of that size while the block runs."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, size), daemon=True)
    process.start()
    theirs.close()

    def ask(call: str, times: int) -> list[float]:
        ours.send((call, times))
        durations: list[float] = ours.recv()
        return durations

    try:
        ours.recv()  # it is built
        yield ask
    finally:
        ours.close()
        process.terminate()
        process.join()


def _work(connection: Connection, size: Size) -> None:
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        world = PopulatedWorld(size)
        connection.send("ready")
        while True:
            call, times = connection.recv()
            connection.send(world.durations(call, times))


class PopulatedWorld:
    """One environment with many users and operations, spoken to at the door of the application."""

    def __init__(self, size: Size) -> None:
        self._server = manual_server()
        self._application: Any = self._server.application
        mock = MockKnock(self._server, _KEY)
        mock.plan_all("users.identify", progress="immediate")
        for first in range(0, size.users, _ROWS):
            users = [
                {"id": f"user-{n}", "name": f"User {n}", "email": f"user-{n}@example.com"}
                for n in range(first, min(first + _ROWS, size.users))
            ]
            self._identify(users)
        for first in range(0, size.users if size.messages else 0, _ROWS):
            recipients = [f"user-{n}" for n in range(first, min(first + _ROWS, size.users))]
            body = json.dumps({"recipients": recipients, "data": {"first": first}}).encode()
            self._call(_request("POST", "/v1/workflows/welcome/trigger", body))
        mock.plan_all("users.identify", progress="time", queue_for=0.0, duration=_LONG)
        ids = [self._identify([{"id": "user-0"}, {"id": "later"}]) for _ in range(size.operations)]
        mock.clock.advance(60)
        status = json.loads(self._call(_poll(ids[-1])))["status"]
        assert status == "processing", f"operations are to be under way, not {status}"
        # A few take turns, as the clients of a server do; all in turn would measure the processor's
        # caches.
        self._polls = cycle([_poll(id) for id in ids[:: max(len(ids) // _IN_TURN, 1)]])
        self._users = cycle(range(0, size.users, max(size.users // _IN_TURN, 1)))
        self._numbers = count()
        if size.messages:
            shown = json.loads(self._call(_request("GET", "/v1/messages", query=b"page_size=16")))
            self._messages = cycle([message["id"] for message in shown["items"]])

    def durations(self, call: str, times: int) -> list[float]:
        """What each of so many calls took, in microseconds. Raises KeyError for an unknown call."""
        makers: dict[str, Callable[[], _Prepared]] = {
            "poll": lambda: next(self._polls),
            "identify": self._identify_one,
            "trigger": self._trigger,
            "list users": lambda: _request("GET", "/v1/users", query=b"page_size=1"),
            "list messages": lambda: _request("GET", "/v1/messages", query=b"page_size=1"),
            "messages of a user": lambda: self._of_a_user("messages"),
            "feed": lambda: self._of_a_user(f"feeds/{DEFAULT_FEED_ID}"),
            "mark a message": lambda: _request("PUT", f"/v1/messages/{next(self._messages)}/read"),
        }
        make = makers[call]
        durations = []
        for _ in range(times):
            request = make()
            started = time.perf_counter_ns()
            self._call(request)
            durations.append((time.perf_counter_ns() - started) / 1e3)
        return durations

    def _identify(self, users: list[dict[str, str]]) -> str:
        body = json.dumps({"users": users}).encode()
        answer = json.loads(self._call(_request("POST", "/v1/users/bulk/identify", body)))
        return str(answer["id"])

    def _identify_one(self) -> _Prepared:
        body = json.dumps({"name": f"Name {next(self._numbers)}"}).encode()
        return _request("PUT", f"/v1/users/user-{next(self._users)}", body)

    def _trigger(self) -> _Prepared:
        body = json.dumps({"recipients": [f"user-{next(self._users)}"]}).encode()
        return _request("POST", "/v1/workflows/welcome/trigger", body)

    def _of_a_user(self, what: str) -> _Prepared:
        return _request("GET", f"/v1/users/user-{next(self._users)}/{what}")

    def _call(self, prepared: _Prepared) -> bytes:
        """One request, straight to the ASGI application, which never waits for anything."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": prepared.body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        answering: Coroutine[Any, Any, None] = self._application({**prepared.scope}, receive, send)
        try:
            answering.send(None)
        except StopIteration:
            pass
        else:
            raise RuntimeError("the application waited for something")
        status, body = sent[0]["status"], sent[1]["body"]
        if not 200 <= status < 300:
            raise RuntimeError(f"{prepared.scope['path']} was answered {status}: {body[:200]!r}")
        answer: bytes = body
        return answer


@dataclass(frozen=True, slots=True)
class _Prepared:
    scope: dict[str, Any]
    body: bytes


def _request(method: str, path: str, body: bytes = b"", query: bytes = b"") -> _Prepared:
    return _Prepared(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "root_path": "",
            "headers": [(n.encode(), v.encode()) for n, v in _HEADERS.items()],
            "server": ("127.0.0.1", 4010),
            "client": ("127.0.0.1", 0),
        },
        body,
    )


def _poll(id: str) -> _Prepared:
    return _request("GET", f"/v1/bulk_operations/{id}")
