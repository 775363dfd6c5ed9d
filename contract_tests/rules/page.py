"""docs/rules.md: every rule, suite by suite."""

from __future__ import annotations

from contract_tests.reports.words import BASES
from contract_tests.rules.registry import SUITES, all_rules

_INTRODUCTION = """\
# Rules

What `knock-contract check` judges servers by. Each rule says where it comes from:

- *documented*: Knock's reference, guides or OpenAPI document say so today;
- *history*: earlier editions of them, or the tests of the official SDKs, said so;
- *design*: they are silent, and mock-knock chose what a user would expect. A real environment that
  differs is told about it, and not accused.

This page is made from [`contract_tests/rules/`](../contract_tests/rules):

    python -m contract_tests.rules > docs/rules.md
"""


def render() -> str:
    """The page as text."""
    assert set(BASES) == {"documented", "history", "design"}, "the page explains every basis"
    lines = [_INTRODUCTION]
    for suite in SUITES:
        lines += [f"## {suite}", "", "| rule | what holds | source | basis |", "|---|---|---|---|"]
        lines += [
            f"| `{rule.id}` | {rule.sentence} | {rule.source} | {rule.basis} |"
            for rule in all_rules().values()
            if rule.suite == suite
        ]
        lines.append("")
    return "\n".join(lines)
