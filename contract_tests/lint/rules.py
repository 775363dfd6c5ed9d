"""Every rule of the linter: its usual level, what it asks for, and where that comes from."""

from __future__ import annotations

from contract_tests.lint.finding import Finding, Level
from contract_tests.lint.rule import Rule
from contract_tests.lint.rules_of_course import CONTROL, SENSE
from contract_tests.lint.rules_of_document import REFERENCES, STRUCTURE
from contract_tests.lint.rules_of_values import CRITERIA, EXPRESSIONS, INPUTS, REQUESTS
from contract_tests.lint.spot import Spot

__all__ = ["FAMILIES", "RULES", "Rule", "found"]

FAMILIES = {
    "structure": STRUCTURE,
    "references": REFERENCES,
    "inputs": INPUTS,
    "expressions": EXPRESSIONS,
    "criteria": CRITERIA,
    "requests": REQUESTS,
    "control flow": CONTROL,
    "sense": SENSE,
}
RULES = {rule.id: rule for family in FAMILIES.values() for rule in family}


def found(rule: str, spot: Spot, message: str, mend: str, level: Level | None = None) -> Finding:
    """A finding of that rule at that place; the file and the line are filled in later."""
    known = RULES[rule]
    return Finding(rule, level or known.level, message, mend, known.source, "", spot.pointer)
