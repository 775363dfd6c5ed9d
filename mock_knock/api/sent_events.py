"""Server-sent events: what a stream keeps, then what happens, until the client goes.

A client has a place in the stream and no queue of its own: when it reads so slowly that the stream
has forgotten what would come next, a `gap` tells it how many events it missed, and it goes on with
the oldest that is kept. (WHATWG HTML: server-sent events.)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from time import perf_counter
from typing import Any, NamedTuple, Protocol

import orjson

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.event_log import LoggedEvent
from mock_knock.api.exchange import IN_PROCESS, Answer, Exchange
from mock_knock.api.service import Service
from mock_knock.api.shown_events import kind_matcher, shown_event

FLUSH_AFTER = 0.1
"""Seconds in which events are collected before they are sent in one write."""

MOST_AT_ONCE = 500
"""Events in one write; more than that go in several, and requests are answered in between."""

SHARE = 0.03
"""How much of the server's time all clients together may take, while there are events to send."""

LOG_KEPT_FOR = 60.0
"""Seconds that the log of all environments is kept after its last reader has gone."""

HEARTBEAT = 15.0
"""Seconds without an event after which a comment is sent, so that nobody takes it for dead."""

_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_GREETING = b"retry: 1000\n\n"
_ALIVE = b": alive\n\n"


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...


class _Stream(Protocol):
    """An environment's stream of events, or the log of all of them."""

    @property
    def number(self) -> int: ...
    @property
    def oldest(self) -> int: ...
    def since(self, number: int, /) -> Sequence[_Numbered]: ...


class Wanted(NamedTuple):
    """What a client asks for: events after a number (None: all that are kept), of some kinds."""

    after: int | None = None
    kind: str | None = None


def follow_environment(exchange: Exchange, environment: ApiEnvironment, wanted: Wanted) -> Answer:
    """The events of an environment, and of the one that takes its place under its id."""
    environments, id = exchange.service.environments, environment.id

    def stream() -> _Stream | None:
        found = environments.by_id(id)
        return None if found is None else found.world.events

    return _answer(exchange, environment, stream, shown_event, wanted)


def follow_server(exchange: Exchange, wanted: Wanted) -> Answer:
    """The events of all environments; their `id` is their number among these."""
    service, log = exchange.service, exchange.service.event_log
    log.begin()

    def end() -> None:
        if not service.following.anybody(None):
            log.end()

    def left() -> None:
        asyncio.get_running_loop().call_later(LOG_KEPT_FOR, end)

    return _answer(exchange, None, lambda: log, shown_logged, wanted, left)


def shown_logged(logged: LoggedEvent) -> dict[str, Any]:
    """An event with its environment, and with its number among those of all environments."""
    return {
        **shown_event(logged.event),
        "environment": logged.environment_id,
        "server_number": logged.number,
    }


def _answer(
    exchange: Exchange,
    environment: ApiEnvironment | None,
    stream: Callable[[], _Stream | None],
    shown: Callable[[Any], dict[str, Any]],
    wanted: Wanted,
    left: Callable[[], None] | None = None,
) -> Answer:
    reader = _Reader(stream, shown, wanted)
    if IN_PROCESS in exchange.scope:  # nothing can happen while this request is under way
        pieces = iter(reader.next_piece, b"")
        return Answer(200, _GREETING + b"".join(pieces), list(_HEADERS))
    pieces_to_come = _pieces(exchange.service, environment, reader, left)
    return Answer(200, headers=list(_HEADERS), stream=pieces_to_come)


class _Reader:
    """A client's place in a stream."""

    def __init__(
        self,
        stream: Callable[[], _Stream | None],
        shown: Callable[[Any], dict[str, Any]],
        wanted: Wanted,
    ) -> None:
        self._stream = stream
        self._shown = shown
        self._matches = kind_matcher(wanted.kind)
        self._known = stream()
        self._place = -1 if wanted.after is None else wanted.after

    @property
    def is_behind(self) -> bool:
        """Whether there is something to send, or to pass over."""
        stream = self._stream()
        return stream is not None and (stream is not self._known or self._place != stream.number)

    def next_piece(self) -> bytes:
        """What to send next, up to `MOST_AT_ONCE` events; nothing when there is nothing to tell."""
        while self.is_behind:
            piece = self._piece()
            if piece:
                return piece
        return b""

    def _piece(self) -> bytes:
        stream, known = self._stream(), self._known
        assert stream is not None, "the caller has looked"
        self._known = stream
        gap = b""
        if stream is not known or self._place > stream.number:
            gap = _gap("the environment began anew, and counts its events from 1 again")
            self._place = -1
        missed = stream.oldest - 1 - self._place
        if missed > 0:
            if self._place >= 0 and stream.oldest > 1:
                gap += _gap(f"{missed} events are not kept any more", missed)
            self._place = stream.oldest - 1
        due = stream.since(self._place)[:MOST_AT_ONCE]
        self._place = due[-1].number if due else stream.number
        matches, shown = self._matches, self._shown
        lines = (_message(shown(e), e.number) for e in due if not matches or matches(e.kind))
        return gap + b"".join(lines)


async def _pieces(
    service: Service,
    environment: ApiEnvironment | None,
    reader: _Reader,
    left: Callable[[], None] | None,
) -> AsyncGenerator[bytes, None]:
    try:
        with service.following.follow(environment) as follower, service.alarm.watching(environment):
            yield _GREETING
            while not follower.ended:
                began = perf_counter()
                piece = reader.next_piece()
                if piece:
                    yield piece
                    spent = perf_counter() - began
                    rest = min(spent * len(service.following) / SHARE, 1.0)
                    await asyncio.sleep(rest if reader.is_behind else max(rest, FLUSH_AFTER))
                elif not await follower.wait(HEARTBEAT) and not follower.ended:
                    yield _ALIVE
    finally:
        if left is not None:
            left()


def _message(shown: dict[str, Any], number: int) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (number, orjson.dumps(shown))


def _gap(reason: str, missed: int | None = None) -> bytes:
    told = orjson.dumps({"kind": "gap", "missed": missed, "reason": reason})
    return b"event: gap\ndata: %b\n\n" % told
