"""Every broken client is caught in each scenario that should show it, with the right rule.
docs/client-mutants.md says so, and is up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from contract_tests.clients.catalogue import by_name
from contract_tests.clients.python_client import PythonClient
from contract_tests.clients.run import ClientRun, Draws
from contract_tests.clients.stage import Stage
from contract_tests.mutants.clients.catalogue import broken_clients
from contract_tests.mutants.clients.page import render
from contract_tests.mutants.clients.score import Caught, catch
from contract_tests.rules.clients import CLIENT_RULES
from tests.docs.samples import ROOT

PAGE = ROOT / "docs" / "client-mutants.md"
ENOUGH = 60


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with closing(Stage(virtual=True)) as stage:
        yield stage


@pytest.mark.parametrize("name", broken_clients())
def test_a_broken_client_is_caught(name: str, stage: Stage) -> None:
    fault = broken_clients()[name]
    caught = catch(fault, stage)
    assert caught.scenarios == fault.scenarios, f"{fault.sentence} Found: {caught.also}"
    assert caught.finding is not None
    assert caught.finding.scenario.name in fault.scenarios
    row = render([caught]).splitlines()[-1]
    assert row in PAGE.read_text(encoding="utf-8").splitlines(), (
        f"{PAGE.name} is out of date: python -m contract_tests.mutants.clients > {PAGE}"
    )


def test_what_drawn_scenarios_do_not_add_to_is_known_already(stage: Stage) -> None:
    client = PythonClient(broken_clients()["NeverGivesUp"].client)
    with ClientRun(client, Draws("dev", 15, 3), stage=stage) as run:
        run.play(by_name()["stuck in queued"])
        assert run.draw() == []
        assert run.known == {"client.gives-up"}


def test_every_rule_has_a_broken_client() -> None:
    assert {fault.rule for fault in broken_clients().values()} == set(CLIENT_RULES.values())
    assert len(broken_clients()) >= ENOUGH


def test_every_scenario_catches_one() -> None:
    shown = {name for fault in broken_clients().values() for name in fault.scenarios}
    assert shown == by_name().keys()


def test_the_page_has_nothing_but_these() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(broken_clients())
    results = [Caught(fault, fault.scenarios, None, ()) for fault in broken_clients().values()]
    head = render(results).partition("\n| ")[0]
    assert text.startswith(head)
