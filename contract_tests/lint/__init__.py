"""Finds what is wrong with an Arazzo document, without a server.

    report = lint("flow.arazzo.yml", Library())

Two kinds of faults: against the specification (Arazzo 1.0.1), and of sense: what a flow over
Knock's bulk operations must not do. Each finding has a rule, its source, a place with line and
column, and says how to mend it.
"""

from __future__ import annotations

from contract_tests.lint.finding import Finding, Level
from contract_tests.lint.linting import LintReport, lint
from contract_tests.lint.rules import RULES, Rule

__all__ = ["RULES", "Finding", "Level", "LintReport", "Rule", "lint"]
