"""Every rule, by id."""

from __future__ import annotations

from functools import cache

from contract_tests.rules import lifecycle, protocol, resources, schemathesis_rules
from contract_tests.rules.rule import Rule

SUITES = (
    "conformance", "lifecycle", "resources", "errors", "idempotency", "rate-limits",
    "authentication",
)  # fmt: skip
"""The suites in the order in which they run and are told of."""


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by its id, suite by suite. Raises ValueError for an id that is used twice."""
    rules = [
        value
        for module in (lifecycle, protocol, resources, schemathesis_rules)
        for value in vars(module).values()
        if isinstance(value, Rule)
    ]
    rules.extend(schemathesis_rules.CHECKS.values())
    found: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: SUITES.index(rule.suite)):
        if rule.id in found:
            raise ValueError(f"two rules are called {rule.id}")
        found[rule.id] = rule
    return found
