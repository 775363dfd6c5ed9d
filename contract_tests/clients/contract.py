"""The client contract as a pytest class: subclass it, and say which client is under test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar

import pytest

from contract_tests.clients.catalogue import SCENARIOS
from contract_tests.clients.ending import CouldNotJudgeError, Driver
from contract_tests.clients.finding import finding, finding_text
from contract_tests.clients.program import Program
from contract_tests.clients.python_client import PythonClient
from contract_tests.clients.run import ClientRun, Draws, Played, ProfileName
from contract_tests.clients.scenario import Scenario
from contract_tests.clients.stage import Stages
from contract_tests.clients.task import Task

Result = TypeVar("Result")


class ClientContract:
    """Every scenario as a test, and one test of drawn scenarios.

    A subclass has a fixture `client_under_test`: a function of a Task that answers a Report, plain
    or `async`; a class that is made with a Task and has such a `run`; or a Program. It may be
    parametrised, to test several.

    profile: how many scenarios are drawn: `dev`, `ci` (the same ones in every run) or `nightly`.
    seed: repeats a run's; None leaves it to the profile.
    """

    profile: ClassVar[ProfileName] = "ci"
    seed: ClassVar[int | None] = None

    @pytest.fixture
    def client_under_test(self) -> Callable[[Task], Any] | Driver:
        """The client. A subclass has to have its own."""
        pytest.fail(
            f"{type(self).__name__} needs a fixture client_under_test that returns the client"
        )

    @pytest.fixture
    def contract_run(
        self, client_under_test: Callable[[Task], Any] | Driver, knock_contract_stages: Stages
    ) -> Iterator[ClientRun]:
        """A run of the client. `knock_contract_stages` comes from the kit's pytest plugin."""
        driver = as_driver(client_under_test)
        draws = Draws.of(self.profile, self.seed)
        with ClientRun(driver, draws, stage=knock_contract_stages[driver.virtual]) as run:
            yield run

    @pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
    def test_scenario(self, scenario: Scenario, contract_run: ClientRun) -> None:
        """The client keeps to every rule in this scenario."""
        _judge([_carried_out(lambda: contract_run.play(scenario))], "this test")

    def test_drawn_scenarios(self, contract_run: ClientRun) -> None:
        """The client keeps to every rule in scenarios that nobody has thought of."""
        if not contract_run.driver.virtual:
            pytest.skip("scenarios are drawn for clients whose sleeps take no time")
        draws = contract_run.draws
        repeat = f"this test, with profile = {draws.profile!r} and seed = {draws.seed} in the class"
        _judge(_carried_out(contract_run.draw), repeat)


def as_driver(client: Callable[[Task], Any] | Driver) -> Driver:
    """How a client is run that a test names."""
    return client if isinstance(client, PythonClient | Program) else PythonClient(client)  # type: ignore[arg-type]


def _carried_out(play: Callable[[], Result]) -> Result:
    try:
        return play()
    except CouldNotJudgeError as error:
        pytest.fail(f"could not be judged: {error}", pytrace=False)


def _judge(played: list[Played], repeat: str) -> None:
    texts = [
        finding_text(finding(one.record, verdict), repeat)
        for one in played
        for verdict in one.verdicts
    ]
    if texts:
        pytest.fail("\n\n".join(texts), pytrace=False)
