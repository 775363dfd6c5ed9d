"""How a client's work ended, and what it is to be held to meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from contract_tests.clients.report import Report
from contract_tests.clients.task import Task
from contract_tests.clients.tempo import Tempo
from mock_knock import MockKnock

MOST_REQUESTS: Final = 10_000
"""Requests after which a client is stopped: two a second for the patience that it was given."""
MOST_AT_ONCE: Final = 1_000
"""Requests in one instant of simulated time after which it is stopped."""
MOST_SECONDS: Final = 6 * 3600.0
"""Simulated seconds after which it is stopped: six times its patience."""


class CouldNotJudgeError(Exception):
    """Raised when a client could not be run at all, or not in a way that tells anything."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended.

    report: what the client said; None when it was stopped, or said nothing that can be read.
    problem: what is wrong with its report; empty when nothing is.
    stopped: why it was stopped; empty when it came to an end by itself.
    told: what it had to say beside: a traceback, or what a program wrote on standard error.
    """

    report: Report | None = None
    problem: str = ""
    stopped: str = ""
    told: str = ""


class Driver(Protocol):
    """A client under test, and how it is run.

    name: what people call it. argument: the options of `knock-contract client` that name it; empty
    where there are none. virtual: whether its sleeps move the clock. tempo: how long things take.
    """

    @property
    def name(self) -> str: ...
    @property
    def argument(self) -> str: ...
    @property
    def virtual(self) -> bool: ...
    @property
    def tempo(self) -> Tempo: ...

    def run(self, task: Task, mock: MockKnock) -> Ending:
        """Let it do its work. Raises CouldNotJudgeError."""
        ...
