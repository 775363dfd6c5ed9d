"""What happens in an environment, and in all."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

import orjson

from mock_knock.client.answers import EventPage
from mock_knock.client.connection import Connection


class EventCalls:
    """Calls under `/events`. `kind` is a list of patterns, such as `message.*,request`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(
        self, *, after: int | None = None, kind: str | None = None, limit: int | None = None
    ) -> EventPage:
        """The events after the number `after`, oldest first."""
        query = {"after": after, "kind": kind, "limit": limit}
        return cast(EventPage, self._connection.call("GET", "/events", query=query))

    def follow(
        self, *, after: int | None = None, kind: str | None = None
    ) -> Generator[dict[str, Any], None, None]:
        """Each event as it happens, those after the number `after` first, until closed.

        Needs a socket: in process there is nobody to go on in the meantime.
        """
        yield from _events(self._connection, "/events/stream", after, kind)


class ServerEventCalls:
    """Calls under `/server/events`: what happens in every environment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def follow(
        self, *, after: int | None = None, kind: str | None = None
    ) -> Generator[dict[str, Any], None, None]:
        """As `EventCalls.follow`, for all environments."""
        yield from _events(self._connection, "/server/events/stream", after, kind)


def _events(
    connection: Connection, path: str, after: int | None, kind: str | None
) -> Generator[dict[str, Any], None, None]:
    for line in connection.lines(path, {"after": after, "kind": kind}):
        # The server writes an event's data in one line.
        if line.startswith("data:"):
            yield orjson.loads(line[5:])
