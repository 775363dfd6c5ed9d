"""What goes wrong on purpose, in an environment and in all; rate limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from mock_knock.client.answers import FaultAnswer
from mock_knock.client.connection import Connection, segment


class FaultCalls:
    """Calls under `/faults`, or `/server/faults` for the rules of every environment.

    The fields of a rule are those of `mock_knock.world.faults.FaultRule` (docs/faults.md).
    """

    def __init__(self, connection: Connection, base: str = "/faults") -> None:
        self._call = connection.call
        self._base = base

    def list(self) -> list[FaultAnswer]:
        """The rules, in order, with how many requests each has matched and struck."""
        return cast("list[FaultAnswer]", self._call("GET", self._base)["items"])

    def add(self, **fields: Any) -> FaultAnswer:
        """Add a rule; without an `id` the server gives it one."""
        return cast(FaultAnswer, self._call("POST", self._base, fields))

    def put(self, id: str, rule: Mapping[str, Any]) -> FaultAnswer:
        """Put a rule under that id; one that is there is replaced, its counts begin anew."""
        return cast(FaultAnswer, self._call("PUT", self._path(id), dict(rule)))

    def switch(self, id: str, *, enabled: bool) -> FaultAnswer:
        """Switch a rule on or off."""
        return cast(FaultAnswer, self._call("PATCH", self._path(id), {"enabled": enabled}))

    def remove(self, id: str) -> None:
        """Take a rule away."""
        self._call("DELETE", self._path(id))

    def clear(self) -> None:
        """Take every rule away."""
        self._call("DELETE", self._base)

    def _path(self, id: str) -> str:
        return f"{self._base}/{segment(id)}"


class RateLimitCalls:
    """Calls of `/rate_limits`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def enabled(self) -> bool:
        """Whether callers are kept to the rate limits."""
        return cast(bool, self._call("GET", "/rate_limits")["enabled"])

    def switch(self, *, enabled: bool) -> None:
        """Keep callers to the rate limits, or no longer."""
        self._call("PUT", "/rate_limits", {"enabled": enabled})


class ServerRateLimitCalls:
    """The call of `/server/rate_limits`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def switch(self, *, enabled: bool) -> None:
        """Keep the callers of every environment to the rate limits, or no longer."""
        self._call("PUT", "/server/rate_limits", {"enabled": enabled})
