"""Reading server-sent events as a client does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, NamedTuple

import httpx

from mock_knock import MockKnock

PATIENCE = 30.0
"""Seconds until something that does not happen fails the test."""


class Message(NamedTuple):
    """One message of a stream: its id, its type, and the JSON that it carries."""

    id: int | None
    type: str
    data: dict[str, Any]


class Stream:
    """An open stream. Iterating it waits for the next message."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def __iter__(self) -> Iterator[Message]:
        fields: dict[str, str] = {}
        for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                id = int(fields["id"]) if "id" in fields else None
                yield Message(id, fields.get("event", "message"), json.loads(fields["data"]))
                fields = {}

    def until(self, kind: str) -> list[Message]:
        """The next messages, up to one of that kind."""
        found = []
        for message in self:
            found.append(message)
            if message.data["kind"] == kind:
                return found
        raise AssertionError(f"the stream ended before {kind}: {found}")


@contextmanager
def open_stream(mock: MockKnock, path: str = "/events/stream", **headers: str) -> Iterator[Stream]:
    """A stream of the control plane, over a socket."""
    url = f"{mock.url}/_mock_knock{path}"
    sent = {"authorization": f"Bearer {mock.api_key}", **headers}
    with httpx.stream("GET", url, headers=sent, timeout=PATIENCE) as response:
        yield Stream(response)


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds."""
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, "it did not come about"
        sleep(0.001)
