"""Snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from mock_knock.client.answers import Status
from mock_knock.client.connection import Connection


class SnapshotCalls:
    """Calls under `/snapshot`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def take(self) -> dict[str, Any]:
        """The whole environment as one JSON document: state, clock, seed, plans."""
        return cast("dict[str, Any]", self._call("GET", "/snapshot"))

    def restore(self, snapshot: Mapping[str, Any]) -> Status:
        """Put the snapshot in place of all that the environment has.

        Raises ControlError, naming each place by its JSON pointer, for one that makes no sense;
        then nothing has changed.
        """
        return cast(Status, self._call("PUT", "/snapshot", dict(snapshot)))
