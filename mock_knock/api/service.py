"""What the stages of one server share: settings, environments, the host's time, request ids."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from mock_knock.api.alarm import Alarm
from mock_knock.api.environments import ApiEnvironment, Environments
from mock_knock.api.event_log import EventLog
from mock_knock.api.following import Following
from mock_knock.api.guard import GuardRules
from mock_knock.api.response_check import ResponseCheck
from mock_knock.api.violations import Violation
from mock_knock.host_clock import HostClock, monotonic_host_clock
from mock_knock.settings import DEFAULT_HOST, Settings
from mock_knock.world.declarations import NOTHING, Declarations
from mock_knock.world.fault_book import FaultBook

if TYPE_CHECKING:
    from mock_knock.api.metrics import Metrics


class Checking(Protocol):
    """What can say why a request breaks the documents."""

    def violations(
        self, path_parameters: Mapping[str, str], query_string: bytes, body: bytes, /
    ) -> Iterator[tuple[str, Violation]]:
        """Each fault with the part of the request that has it: path, query or body."""


class Described(NamedTuple):
    """Where an operation stands in the documents, and what checks requests for it."""

    path: str
    method: str
    checking: Checking


logger = logging.getLogger("mock_knock")
_ERRORS_KEPT = 100


class Service:
    """One server's state. Every environment begins with what `declarations` say.

    `guard` says who may call the control plane. `stopping`: it was told to end. `operations` are
    those of the documents by id, `document` is Knock's, bundled. `errors` holds the last things
    that went wrong inside the server; `response_checks` has, by operation id ("" where there is
    none), what the documents allow as an answer, and `tiers` the tier of its rate limit. `faults`
    are the rules for every environment. Who waits for something to happen does so by `following`;
    `alarm` lets due things happen for who watches. `metrics` are there from the first time that
    somebody asks for them.
    """

    def __init__(
        self,
        settings: Settings,
        host_clock: HostClock | None = None,
        declarations: Declarations = NOTHING,
        guard: GuardRules | None = None,
    ) -> None:
        self.settings = settings
        self.host_clock = host_clock or monotonic_host_clock()
        self.environments = Environments(settings, declarations)
        self.guard = guard or GuardRules(DEFAULT_HOST)
        self.stopping = False
        self.following = Following(self.environments)
        self.event_log = EventLog(self.environments)
        self.alarm = Alarm(self.environments, self.host_clock, self.record_error)
        self.metrics: Metrics | None = None
        self.errors: deque[BaseException] = deque(maxlen=_ERRORS_KEPT)
        self.operations: dict[str, Described] = {}
        self.document: Mapping[str, Any] = {}
        self.response_checks: dict[str, ResponseCheck] = {}
        self.faults = FaultBook()
        self.tiers: dict[str, int] = {}
        self._requests = 0
        digest = blake2b(settings.world.seed.encode(), digest_size=9).digest()
        self._request_prefix = urlsafe_b64encode(digest)

    def next_request_id(self) -> str:
        """The next `x-request-id`: 20 URL-safe characters, like Knock's."""
        self._requests += 1
        return (self._request_prefix + urlsafe_b64encode(self._requests.to_bytes(6))).decode()

    def open_environment(self, key: str, branch: str = "") -> ApiEnvironment:
        """The environment of an API key, with its world brought to now."""
        host = self.host_clock()
        environment = self.environments.open(key, host, branch=branch)
        environment.world.sync(host)
        return environment

    def record_error(self, error: BaseException) -> None:
        """Log an error of the server itself, and remember it for the fixture to raise."""
        logger.error("the server failed", exc_info=error)
        self.errors.append(error)
