"""What clients sent to one environment and what happened in it, as a test looks at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event as Bell
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.errors import ApiError
from mock_knock.api.explanation import explain
from mock_knock.api.journal import JournalEntry
from mock_knock.api.masking import masked_headers
from mock_knock.api.request_filter import (
    RequestFilter,
    WantedCount,
    nearest_misses,
    told_misses,
)
from mock_knock.api.shown_events import kind_matcher, shown_event
from mock_knock.server import KnockServer
from mock_knock.world.events import Event
from mock_knock.world.instants import to_datetime

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Records:
    """Where requests and events are kept: an environment of a server."""

    server: KnockServer
    environment: ApiEnvironment

    def requests(self) -> RequestLog:
        """What clients sent so far."""
        entries = self.server.call(lambda: list(self.environment.journal))
        return RequestLog((RecordedRequest(entry, self) for entry in entries), self)

    def events(self) -> EventLog:
        """What happened so far, all that was due by now included."""

        def collect() -> list[Event]:
            world = self.environment.world
            world.sync(self.server.service.host_clock())
            return list(world.events)

        return EventLog(self.server.call(collect))


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request that a client sent, and the status it got."""

    entry: JournalEntry
    _records: Records = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """The `x-request-id` of the answer."""
        return self.entry.request_id

    @property
    def method(self) -> str:
        """`GET`, `POST`, ..."""
        return self.entry.method

    @property
    def path(self) -> str:
        """The decoded path, without the query."""
        return self.entry.path

    @property
    def operation_id(self) -> str | None:
        """The operation of the documents, None when the request was refused before it was found."""
        return self.entry.operation_id

    @property
    def query(self) -> list[tuple[str, str]]:
        """The decoded query, in the order in which it came."""
        return parse_qsl(self.entry.query_string.decode("latin-1"), keep_blank_values=True)

    @property
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name, secrets masked."""
        return dict(masked_headers(self.entry.headers))

    @property
    def body(self) -> bytes:
        """The body as it came."""
        return self.entry.body

    @property
    def json(self) -> Any:
        """The body's JSON; None for an empty body. Raises ValueError for what is no JSON."""
        return json.loads(self.entry.body) if self.entry.body else None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.entry.status

    @property
    def answer(self) -> Any:
        """The answer's JSON; None for an empty one."""
        return json.loads(self.entry.answer_body) if self.entry.answer_body else None

    @property
    def answer_headers(self) -> dict[str, str]:
        """The headers of the answer that say something of the call, by lower-case name."""
        return dict(masked_headers(self.entry.answer_headers))

    @property
    def notes(self) -> list[dict[str, Any]]:
        """What there is to say of how it was answered, such as a fault that struck it.

        Each has a `kind`, a `text` for a person and `data` for a program.
        """
        return [note._asdict() for note in self.entry.notes]

    @property
    def at(self) -> datetime:
        """When it came, in the environment's time."""
        return to_datetime(self.entry.at)

    @property
    def explanation(self) -> dict[str, Any]:
        """Why it got that answer and what followed, as `GET /_mock_knock/requests/{id}` has it."""
        records = self._records
        service = records.server.service
        return records.server.call(lambda: explain(self.entry, records.environment, service))

    def __repr__(self) -> str:
        return f"<{self.method} {self.path} -> {self.status}>"


class RequestLog(list[RecordedRequest]):
    """Requests, oldest first, as they were when somebody asked.

    Criteria are those of `GET /_mock_knock/requests`: `operation_id`, `method`, `path`, `status`,
    `since`, `until` (also as datetimes), `request_id`, `body`, `text`.
    """

    def __init__(self, requests: Any, records: Records) -> None:
        super().__init__(requests)
        self._records = records

    def of(self, operation_id: str) -> RequestLog:
        """Only the requests of one operation, such as `triggerWorkflow`."""
        return self.matching(operation_id=operation_id)

    def matching(self, **criteria: Any) -> RequestLog:
        """Only the requests that meet every criterion. Raises ValueError for one that is none."""
        matches = _filter(criteria).matcher()
        return RequestLog((one for one in self if matches(one.entry)), self._records)

    def verify(
        self,
        count: int | None = None,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
        **criteria: Any,
    ) -> RequestLog:
        """The matching requests, of which there are to be `count`; without any, at least one.

        Raises AssertionError, with the nearest misses, when there is another number of them.
        """
        bounds = {"count": count, "at_least": at_least, "at_most": at_most}
        expected = _checked(partial(WantedCount.from_json, bounds))
        found = self.matching(**criteria)
        if not expected.holds(len(found)):
            raise AssertionError(self._problem(f"{expected} was expected", criteria, len(found)))
        return found

    def wait(self, count: int = 1, *, timeout: float = 10.0, **criteria: Any) -> RequestLog:
        """The matching requests, as soon as there are `count`, those that came before counted.

        `timeout` is in seconds of the host, even where sleeping takes none. Raises AssertionError,
        with the nearest misses, when they do not come.
        """
        records = self._records
        bell = Bell()
        server, stream = records.server, records.environment.world.events
        stop = server.call(lambda: stream.listen(lambda event: _ring(bell, event)))
        end = monotonic() + timeout
        try:
            while True:
                bell.clear()
                log = records.requests()
                found = log.matching(**criteria)
                if len(found) >= count:
                    return found
                if not bell.wait(max(end - monotonic(), 0)):
                    waited = f"{count} were waited for, {timeout:g} seconds"
                    raise AssertionError(log._problem(waited, criteria, len(found)))
        finally:
            server.call(stop)

    def _problem(self, expected: str, criteria: dict[str, Any], count: int) -> str:
        misses = nearest_misses(_filter(criteria), [request.entry for request in self])
        return f"{count} matching request(s) came, and {expected}. {told_misses(misses)}"


def _ring(bell: Bell, event: Event) -> None:
    if event.kind == "answer":
        bell.set()


def _filter(criteria: dict[str, Any]) -> RequestFilter:
    unknown = criteria.keys() - set(RequestFilter.__slots__)
    if unknown:
        there = ", ".join(RequestFilter.__slots__)
        raise ValueError(f"{', '.join(sorted(unknown))} is no criterion; there are {there}")
    texts = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in criteria.items()
    }
    return _checked(partial(RequestFilter.from_json, texts))


def _checked(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except ApiError as error:
        raise ValueError(error.message) from None


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """Something that happened. `cause` is the number of the event that set it off, None if none."""

    number: int
    at: datetime
    kind: str
    subject: str
    cause: int | None
    data: dict[str, Any]

    def __repr__(self) -> str:
        return f"<{self.number} {self.kind} {self.subject}>"


class EventLog(list[RecordedEvent]):
    """Events, oldest first, as they were when somebody asked."""

    def __init__(self, events: Any) -> None:
        super().__init__(
            event if isinstance(event, RecordedEvent) else _recorded(event) for event in events
        )

    def of(self, kind: str) -> EventLog:
        """Only those of a kind, or of several: `message.*`, `user.identified,user.deleted`."""
        matches = kind_matcher(kind)
        assert matches is not None, "there is a pattern"
        return EventLog(event for event in self if matches(event.kind))

    def caused_by(self, cause: RecordedRequest | RecordedEvent) -> EventLog:
        """What followed from a request or an event, directly or not."""
        first = cause.entry.event if isinstance(cause, RecordedRequest) else cause.number
        numbers = {first}
        found = []
        for event in self:
            if event.cause in numbers:
                numbers.add(event.number)
                found.append(event)
        return EventLog(found)


def _recorded(event: Event) -> RecordedEvent:
    shown = shown_event(event)
    return RecordedEvent(**{**shown, "at": to_datetime(event.at)})
