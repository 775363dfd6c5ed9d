"""docs/rules.md is made from the rules, and each rule is one that a check judges."""

from __future__ import annotations

import subprocess
import sys

from contract_tests.checking.suites import all_checks
from contract_tests.rules import all_rules
from contract_tests.rules.page import render
from contract_tests.rules.registry import SUITES
from tests.docs.samples import ROOT


def test_the_page_is_up_to_date() -> None:
    page = ROOT / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == render(), f"python -m contract_tests.rules > {page}"


def test_the_command_prints_the_page() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "contract_tests.rules"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == render()


def test_every_rule_is_judged_by_a_check() -> None:
    judged = {rule.id for check in all_checks() for rule in check.rules}
    # These are judged at every answer, or take whatever schemathesis may check in the future.
    judged |= {"conformance.schemathesis"}
    assert set(all_rules()) - judged == set()


def test_every_suite_has_checks_and_rules() -> None:
    assert {check.suite for check in all_checks()} == set(SUITES)
    assert {rule.suite for rule in all_rules().values()} == set(SUITES)
    assert len({check.id for check in all_checks()}) == len(all_checks())
