"""Figures about a server, and which operations of Knock's API clients called."""

from __future__ import annotations

from typing import Any, cast

from mock_knock.client.connection import Connection


class CoverageCalls:
    """Calls under `/coverage`: of one environment."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def read(self) -> dict[str, Any]:
        """Which operations were called, and with which statuses they answered."""
        return cast("dict[str, Any]", self._call("GET", "/coverage"))

    def clear(self) -> None:
        """Begin to count anew."""
        self._call("DELETE", "/coverage")
