"""docs/rules.md: every rule, suite by suite, and those of clients."""

from __future__ import annotations

from collections.abc import Iterable

from contract_tests.reports.words import BASES
from contract_tests.rules.clients import CLIENT_RULES
from contract_tests.rules.registry import SUITES, all_rules
from contract_tests.rules.rule import Rule

_INTRODUCTION = """\
# Rules

What `knock-contract check` judges [servers](conformance.md) by, suite by suite, and
`knock-contract client` [clients](clients.md). Each rule says where it comes from:

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
    rules = list(all_rules().values())
    for suite in SUITES:
        lines += _table(suite, [rule for rule in rules if rule.suite == suite])
    lines += _table("client", CLIENT_RULES.values())
    return "\n".join(lines)


def _table(heading: str, rules: Iterable[Rule]) -> list[str]:
    return [
        f"## {heading}",
        "",
        "| rule | what holds | source | basis |",
        "|---|---|---|---|",
        *(f"| `{rule.id}` | {rule.sentence} | {rule.source} | {rule.basis} |" for rule in rules),
        "",
    ]
