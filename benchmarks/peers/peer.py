"""What the measures need to know of a server."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from benchmarks.exchange import Request
from benchmarks.processes import ServerProcess, free_port, serving
from benchmarks.setting import Setting

OPERATION_ID = "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6"
"""What is polled at servers that keep no state."""

AUTHORIZED = {"authorization": "Bearer sk_benchmark"}
POLL = Request(f"/v1/bulk_operations/{OPERATION_ID}", AUTHORIZED)


class Peer(ABC):
    """One kind of server. `warm_up`: seconds of load before its throughput counts."""

    name: ClassVar[str]
    warm_up: ClassVar[float] = 1.0
    ready: ClassVar[Request] = POLL

    @abstractmethod
    def command(self, setting: Setting, port: int) -> list[str] | None:
        """The command that serves on the port of the loopback; None when it is not installed."""

    def prepare_poll(self, port: int) -> Request:
        """Start what is to be polled, on a running server; the request that polls it."""
        return POLL

    @contextlib.contextmanager
    def running(
        self, setting: Setting, cores: set[int] | None = None
    ) -> Iterator[ServerProcess | None]:
        """The server, ready, while the block runs; None when it is not installed.

        Raises NotReadyError when it is installed but does not come up.
        """
        port = free_port()
        command = self.command(setting, port)
        if command is None:
            yield None
            return
        log = setting.scratch / f"{self.name}.log"
        with serving(command, port, self.ready, log, cores) as server:
            yield server
