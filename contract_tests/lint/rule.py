"""A rule of the linter."""

from __future__ import annotations

from dataclasses import dataclass

from contract_tests.lint.finding import Level

SPEC = "Arazzo 1.0.1, "


@dataclass(frozen=True, slots=True)
class Rule:
    """source: a section of the specification, or the reason for a rule of sense."""

    id: str
    level: Level
    title: str
    source: str


def spec(id: str, level: Level, title: str, section: str) -> Rule:
    """A rule whose source is a section of the specification."""
    return Rule(id, level, title, SPEC + section)
