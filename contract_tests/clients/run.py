"""One run of a client through scenarios."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from random import SystemRandom
from typing import Final, Literal

from hypothesis import given, seed
from hypothesis.errors import HypothesisException

from contract_tests.clients.drawing import scenarios
from contract_tests.clients.ending import CouldNotJudgeError, Driver
from contract_tests.clients.finding import ClientFindings, finding
from contract_tests.clients.judging import Verdict, judge
from contract_tests.clients.record import Record, read_record
from contract_tests.clients.scenario import Scenario
from contract_tests.clients.stage import Stage, earlier
from contract_tests.clients.task import Task
from contract_tests.closing import Closing
from contract_tests.drawn_cases import case_settings, error_of
from contract_tests.rules.clients import GIVES_UP
from mock_knock import MockKnock

ProfileName = Literal["dev", "ci", "nightly"]
_DRAWN: Final[dict[ProfileName, int]] = {"dev": 15, "ci": 40, "nightly": 400}
_SEED: Final = 20260105
_BETWEEN_IMPORTS: Final = 60.0
"""Simulated seconds."""


@dataclass(frozen=True, slots=True)
class Draws:
    """How many scenarios are drawn, and the seed that repeats them.

    only: those that are played instead, which were drawn before.
    """

    profile: ProfileName
    count: int
    seed: int
    only: tuple[Scenario, ...] = ()

    @classmethod
    def of(
        cls,
        profile: ProfileName = "ci",
        seed: int | None = None,
        only: tuple[Scenario, ...] = (),
    ) -> Draws:
        """Those of a profile: `ci` draws the same in every run, the others have a seed of chance.

        The seed may be given.
        """
        if seed is None:
            seed = _SEED if profile == "ci" else SystemRandom().randrange(10**9)
        return cls(profile, _DRAWN[profile], seed, only)


@dataclass(frozen=True)
class Played:
    """What became of one scenario. seconds: of the host."""

    record: Record
    verdicts: tuple[Verdict, ...]
    seconds: float

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.record.scenario


class _BrokenRuleError(AssertionError):
    """Raised within a drawn case. Each rule has a type of its own, and so a smallest case."""


class ClientRun(Closing):
    """Plays scenarios with one client, and remembers what was found. Close it after use.

    draws: which scenarios are drawn; those of `ci` unless it is said.
    jobs: how many scenarios `begin` plays side by side.
    stage: one that is shared, and closed by whoever made it.
    problem: why the client could not be judged; empty when it could.
    told: called with each scenario that was played, for whoever shows progress.
    """

    def __init__(
        self,
        driver: Driver,
        draws: Draws | None = None,
        *,
        jobs: int = 1,
        stage: Stage | None = None,
    ) -> None:
        self.driver = driver
        self.draws = draws or Draws.of()
        self.problem = ""
        self.played: list[Played] = []
        self.drawn = 0
        self.findings = ClientFindings()
        self.told: Callable[[Played], None] = lambda played: None
        self._stage = stage or Stage(virtual=driver.virtual)
        self._owns_stage = stage is None
        self._began = time.perf_counter()
        self._pool = ThreadPoolExecutor(max(jobs, 1)) if jobs > 1 else None
        self._waiting: dict[str, Future[Played]] = {}

    @property
    def known(self) -> set[str]:
        """Ids of the rules that were found broken."""
        return {finding.rule.id for finding in self.findings}

    @property
    def seconds(self) -> float:
        """Real seconds since it began."""
        return time.perf_counter() - self._began

    def begin(self, wanted: Iterable[Scenario]) -> None:
        """Start to play these side by side, where that is possible; `play` waits for each."""
        if self._pool is not None:
            for scenario in wanted:
                self._waiting[scenario.name] = self._pool.submit(self._play, scenario)

    def play(self, scenario: Scenario) -> Played:
        """Let the client meet the scenario. Raises CouldNotJudgeError."""
        waiting = self._waiting.pop(scenario.name, None)
        played = self._play(scenario) if waiting is None else waiting.result()
        self._keep(played)
        return played

    def draw(self) -> list[Played]:
        """Draw scenarios and shrink those that show something; answers the smallest.

        Raises CouldNotJudgeError.
        """
        if self.draws.only:
            self.drawn += len(self.draws.only)
            return [one for one in map(self.play, self.draws.only) if one.verdicts]
        smallest: dict[str, Played] = {}

        def case(scenario: Scenario) -> None:
            if scenario.course.outcome == "stuck" and GIVES_UP.id in {*smallest, *self.known}:
                # It takes long to see that, and once is enough.
                raise error_of(GIVES_UP.id, _BrokenRuleError)
            self.drawn += 1
            played = self._play(scenario)
            for verdict in played.verdicts:
                known = smallest.get(verdict.rule.id)
                if known is None or _size(played) < _size(known):
                    smallest[verdict.rule.id] = played
            if played.verdicts:
                first = played.verdicts[0]
                raise error_of(first.rule.id, _BrokenRuleError)(first.detail)

        test = case_settings(self.draws.count)(given(scenario=scenarios())(case))
        try:
            seed(self.draws.seed)(test)()
        except (_BrokenRuleError, BaseExceptionGroup, HypothesisException):
            if self.problem:
                raise CouldNotJudgeError(self.problem) from None
            if not smallest and not self.known:  # else it is what the other scenarios have shown
                raise
        found = list({id(played): played for played in smallest.values()}.values())
        for played in found:
            self._keep(played)
        return found

    def close(self) -> None:
        """Stop the server."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._owns_stage:
            self._stage.close()

    def _play(self, scenario: Scenario) -> Played:
        if self.problem:
            raise CouldNotJudgeError(self.problem)
        try:
            return self._perform(scenario)
        except CouldNotJudgeError as error:
            self.problem = str(error)
            raise

    def _perform(self, scenario: Scenario) -> Played:
        began = time.perf_counter()
        with self._stage.set_up(scenario, self.driver.tempo) as (mock, task):
            before = self._import_others(task, mock) if scenario.is_second else 0
            ending = self.driver.run(task, mock)
            record = read_record(
                mock, scenario, task, ending, virtual=self.driver.virtual, since=before
            )
            errors = mock.take_errors()
        if errors:
            raise CouldNotJudgeError(f"the server itself failed: {errors[0]!r}")
        return Played(record, tuple(judge(record)), time.perf_counter() - began)

    def _import_others(self, task: Task, mock: MockKnock) -> int:
        """Let the client do an earlier import; answers how many requests that took."""
        self.driver.run(earlier(task), mock)
        if self.driver.virtual:
            mock.clock.advance(_BETWEEN_IMPORTS)
        return len(mock.requests)

    def _keep(self, played: Played) -> None:
        self.played.append(played)
        for verdict in played.verdicts:
            self.findings.add(finding(played.record, verdict))
        self.told(played)


def _size(played: Played) -> tuple[int, int]:
    return len(played.scenario.describe()) * 100 + played.scenario.users, len(played.record.sent)
