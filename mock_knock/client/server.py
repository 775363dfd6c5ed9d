"""The server as a whole: its health, its environments, and settings for all of them."""

from __future__ import annotations

from typing import Any, cast

from mock_knock.client.answers import EnvironmentAnswer
from mock_knock.client.clock import ServerClockCalls
from mock_knock.client.connection import Connection, segment
from mock_knock.client.errors import ControlError
from mock_knock.client.events import ServerEventCalls
from mock_knock.client.faults import FaultCalls, ServerRateLimitCalls
from mock_knock.client.plans import ServerPlanCalls


class EnvironmentCalls:
    """Calls under `/server/environments`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def list(self) -> list[EnvironmentAnswer]:
        """Those that are open, in the order in which they were opened."""
        answer = self._call("GET", "/server/environments")
        return cast("list[EnvironmentAnswer]", answer["items"])

    def open(self, key: str, branch: str = "") -> EnvironmentAnswer:
        """That of a key, as its first call opens it."""
        body = {"key": key, "branch": branch}
        return cast(EnvironmentAnswer, self._call("POST", "/server/environments", body))

    def get(self, id: str) -> EnvironmentAnswer:
        """The one with that id."""
        path = f"/server/environments/{segment(id)}"
        return cast(EnvironmentAnswer, self._call("GET", path))

    def drop(self, id: str) -> None:
        """Forget it with all that is in it."""
        self._call("DELETE", f"/server/environments/{segment(id)}")


class ServerCalls:
    """The server: its health, and the `environments`, with what holds for all of them."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call
        self.environments = EnvironmentCalls(connection)
        self.clock = ServerClockCalls(connection)
        self.plans = ServerPlanCalls(connection)
        self.faults = FaultCalls(connection, "/server/faults")
        self.rate_limits = ServerRateLimitCalls(connection)
        self.events = ServerEventCalls(connection)

    def is_live(self) -> bool:
        """Whether the server runs: False when nobody answers."""
        return self._is_well("/livez")

    def is_ready(self) -> bool:
        """Whether the server takes requests: False when nobody answers."""
        return self._is_well("/readyz")

    def version(self) -> str:
        """The version of mock-knock."""
        return cast(str, self._call("GET", "/version")["version"])

    def metrics(self) -> str:
        """Figures about the server, in Prometheus' text form."""
        return cast(str, self._call("GET", "/metrics"))

    def coverage(self) -> dict[str, Any]:
        """Which operations clients of all environments called."""
        return cast("dict[str, Any]", self._call("GET", "/server/coverage"))

    def reset(self) -> int:
        """Let every environment begin again; how many there were."""
        return cast(int, self._call("POST", "/server/reset")["environments"])

    def _is_well(self, path: str) -> bool:
        try:
            self._call("GET", path)
        except ControlError as error:
            if error.code in ("unreachable", "stopping"):
                return False
            raise
        return True
