"""What the stages of one server share: settings, environments, the host's time, request ids."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections import deque
from hashlib import blake2b

from mock_knock.api.environments import ApiEnvironment, Environments
from mock_knock.api.response_check import ResponseCheck
from mock_knock.host_clock import HostClock, monotonic_host_clock
from mock_knock.settings import Settings
from mock_knock.world.declarations import NOTHING, Declarations
from mock_knock.world.fault_book import FaultBook

logger = logging.getLogger("mock_knock")
_ERRORS_KEPT = 100


class Service:
    """One server's state. Every environment begins with what `declarations` say.

    `errors` holds the last things that went wrong inside the server; `response_checks` has, by
    operation id ("" where there is none), what the documents allow as an answer, and `tiers` the
    tier of its rate limit. `faults` are the rules for every environment.
    """

    def __init__(
        self,
        settings: Settings,
        host_clock: HostClock | None = None,
        declarations: Declarations = NOTHING,
    ) -> None:
        self.settings = settings
        self.host_clock = host_clock or monotonic_host_clock()
        self.environments = Environments(settings, declarations)
        self.errors: deque[BaseException] = deque(maxlen=_ERRORS_KEPT)
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
