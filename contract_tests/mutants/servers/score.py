"""Whether broken servers are caught: by the suite that should, with the right rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contract_tests.checking.check import Check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.profile import QUICK, Profile
from contract_tests.checking.suites import all_checks, checks_of
from contract_tests.checking.target import MockTarget
from contract_tests.mutants.servers.planted import BrokenServer, Fault, Handler
from contract_tests.reports.finding import Finding

SEED = 7


@dataclass(frozen=True, slots=True)
class Caught:
    """How one broken server was caught; `check` is empty when it was not.

    finding: the one with the rule that is broken.
    also: other rules that were found broken on the way.
    """

    fault: Fault
    check: str
    finding: Finding | None
    also: tuple[str, ...]


def behind(target: MockTarget, handle: Handler) -> MockTarget:
    """The same mock, as the broken server shows it."""
    assert target.transport is not None, "the mock is one of this process"
    return replace(target, transport=BrokenServer(target.transport, handle))


def catch(fault: Fault, target: MockTarget, profile: Profile = QUICK) -> Caught:
    """Let the suite that should catch it judge the broken server until it has."""
    examiner = Examiner(behind(target, fault.handle), profile, SEED)
    likely: list[Check] = sorted(
        checks_of(fault.suite), key=lambda check: fault.rule not in check.rules
    )
    for check in likely:
        if check.beside:
            continue
        for finding in examiner.run(check):
            if finding.rule == fault.rule:
                also = tuple(f.rule.id for f in examiner.findings if f.rule != fault.rule)
                return Caught(fault, check.name, finding, also)
    return Caught(fault, "", None, tuple(f.rule.id for f in examiner.findings))


def accusations(handle: Handler, target: MockTarget, profile: Profile = QUICK) -> list[Finding]:
    """What all suites but schemathesis' find at a server."""
    examiner = Examiner(behind(target, handle), profile, SEED)
    for check in all_checks():
        if not check.beside and examiner.lacking(check) is None:
            examiner.run(check)
    return list(examiner.findings)
