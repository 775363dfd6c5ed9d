"""Whether broken clients are caught: in the scenarios that should show it, with the right rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.clients import Task
from contract_tests.clients.catalogue import SCENARIOS, by_name
from contract_tests.clients.finding import ClientFinding
from contract_tests.clients.python_client import PythonClient
from contract_tests.clients.run import ClientRun, Draws
from contract_tests.clients.stage import Stage
from contract_tests.mutants.clients.planted import Fault


@dataclass(frozen=True, slots=True)
class Caught:
    """How one broken client was caught.

    scenarios: those in which it was, with the rule that is broken.
    finding: the one with that rule; None where there is none.
    also: other rules that were found broken on the way.
    """

    fault: Fault
    scenarios: tuple[str, ...]
    finding: ClientFinding | None
    also: tuple[str, ...]

    @property
    def everywhere(self) -> bool:
        """Whether every scenario that should has shown it."""
        return bool(self.scenarios) and self.scenarios == self.fault.scenarios


def catch(fault: Fault, stage: Stage) -> Caught:
    """Play the scenarios that should show the mistake."""
    known = by_name()
    with ClientRun(PythonClient(fault.client), stage=stage) as run:
        played = [run.play(known[name]) for name in fault.scenarios]
        findings = {finding.rule: finding for finding in run.findings}
    shown_in = tuple(
        one.scenario.name
        for one in played
        if any(verdict.rule == fault.rule for verdict in one.verdicts)
    )
    also = tuple(rule.id for rule in findings if rule != fault.rule)
    return Caught(fault, shown_in, findings.get(fault.rule), also)


def accusations(client: Callable[[Task], Any], stage: Stage, draws: Draws) -> list[ClientFinding]:
    """What is found at a client in all scenarios, and in some that are drawn."""
    with ClientRun(PythonClient(client), draws, stage=stage) as run:
        for scenario in SCENARIOS:
            run.play(scenario)
        run.draw()
        return list(run.findings)
