"""Sound clients of many styles are not accused of anything, in any scenario."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from random import SystemRandom

import pytest
from hypothesis import settings

from contract_tests.clients.finding import finding_text
from contract_tests.clients.python_client import PythonClient
from contract_tests.clients.run import ClientRun, Draws
from contract_tests.clients.scenario import Scenario, Trouble
from contract_tests.clients.stage import Stage
from contract_tests.mutants.clients.catalogue import sound_clients
from contract_tests.mutants.clients.score import accusations
from contract_tests.mutants.clients.sound import with_asyncio

ENOUGH = 15


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with closing(Stage(virtual=True)) as stage:
        yield stage


@pytest.mark.parametrize("name", sound_clients())
def test_a_sound_client_is_not_accused(name: str, stage: Stage) -> None:
    profile = settings()
    seed = 1 if profile.derandomize else SystemRandom().randrange(10**9)
    draws = Draws("ci", count=profile.max_examples // 16, seed=seed)
    found = accusations(sound_clients()[name], stage, draws)
    assert [finding_text(finding, f"with seed {seed}") for finding in found] == []


def test_calls_that_are_sent_at_once_are_no_repeats(stage: Stage) -> None:
    """The second of two triggers does not come too soon after the first was answered 429."""
    limited = Scenario("drawn", "", users=1_100, troubles=(Trouble("trigger", "429"),))
    client = PythonClient(with_asyncio.import_users)
    with ClientRun(client, stage=stage) as run:
        played = run.play(limited)
    assert 429 in [one.status for one in played.record.of("trigger")]
    assert played.verdicts == ()


def test_there_are_many_styles() -> None:
    assert len(sound_clients()) >= ENOUGH
