"""The client itself: an address, whose environment it is for, and a group for each kind of call."""

from __future__ import annotations

from types import TracebackType
from typing import cast

import httpx

from mock_knock.client.answers import Status
from mock_knock.client.bulk_operations import BulkOperationCalls
from mock_knock.client.clock import ClockCalls
from mock_knock.client.connection import Connection
from mock_knock.client.events import EventCalls
from mock_knock.client.faults import FaultCalls, RateLimitCalls
from mock_knock.client.fixtures import FixtureCalls
from mock_knock.client.metrics import CoverageCalls
from mock_knock.client.plans import PlanCalls
from mock_knock.client.requests import RequestCalls
from mock_knock.client.server import ServerCalls
from mock_knock.client.snapshots import SnapshotCalls
from mock_knock.client.webhooks import WebhookCalls

DEFAULT_URL = "http://127.0.0.1:4010"
_SECONDS = 30.0


class ControlClient:
    """Steers one environment of a local Knock, and through `server` all of them.

    The environment is that of `api_key`, or the one with the id `environment`; calls of `server`
    need neither. `token` is what a server that listens beyond its machine wants. `transport` takes
    the place of the network, such as `InProcessTransport(server)`. Each call raises ControlError
    when it is refused, and when nobody answers. Use it as a context manager, or `close` it.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        api_key: str | None = None,
        environment: str | None = None,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: float = _SECONDS,
    ) -> None:
        headers = {}
        if api_key is not None:
            headers["authorization"] = f"Bearer {api_key}"
        if environment is not None:
            headers["x-mock-knock-environment"] = environment
        if token is not None:
            headers["x-mock-knock-token"] = token
        # A proxy from the environment would be asked for a server that is on this machine.
        self._http = httpx.Client(
            base_url=url, headers=headers, transport=transport, timeout=timeout, trust_env=False
        )
        connection = Connection(self._http)
        self.connection = connection
        self.clock = ClockCalls(connection)
        self.plans = PlanCalls(connection)
        self.bulk_operations = BulkOperationCalls(connection)
        self.faults = FaultCalls(connection)
        self.rate_limits = RateLimitCalls(connection)
        self.fixtures = FixtureCalls(connection)
        self.snapshots = SnapshotCalls(connection)
        self.requests = RequestCalls(connection)
        self.events = EventCalls(connection)
        self.coverage = CoverageCalls(connection)
        self.webhooks = WebhookCalls(connection)
        self.server = ServerCalls(connection)

    def status(self) -> Status:
        """What the environment holds."""
        return cast(Status, self.connection.call("GET", "/status"))

    def reset(self) -> Status:
        """Let the environment begin again, as when its key was first used."""
        return cast(Status, self.connection.call("POST", "/reset"))

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def __enter__(self) -> ControlClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
