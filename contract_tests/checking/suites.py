"""The suites: which modules hold their checks."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from contract_tests.checking.check import Check, registered
from contract_tests.rules.registry import SUITES

_MODULES: Final = (
    "contract_tests.conformance.tour",
    "contract_tests.conformance.checks",
    "contract_tests.lifecycle.results",
    "contract_tests.lifecycle.afterwards",
    "contract_tests.lifecycle.neighbours",
    "contract_tests.lifecycle.message_updates",
    "contract_tests.lifecycle.large",
    "contract_tests.lifecycle.checks",
    "contract_tests.resources.entities",
    "contract_tests.resources.read_back",
    "contract_tests.resources.kept_data",
    "contract_tests.resources.merging",
    "contract_tests.resources.recipients",
    "contract_tests.resources.preferences",
    "contract_tests.resources.channel_data",
    "contract_tests.resources.audiences",
    "contract_tests.resources.lists",
    "contract_tests.resources.filters",
    "contract_tests.resources.cascades",
    "contract_tests.resources.owners",
    "contract_tests.resources.isolation",
    "contract_tests.resources.workflows",
    "contract_tests.resources.marks",
    "contract_tests.resources.guides",
    "contract_tests.resources.cancelling",
    "contract_tests.resources.schedules",
    "contract_tests.resources.messages",
    "contract_tests.protocol.errors",
    "contract_tests.protocol.refusals",
    "contract_tests.protocol.idempotency",
    "contract_tests.protocol.key_without_effect",
    "contract_tests.protocol.rate_limits",
    "contract_tests.protocol.batch_limit",
    "contract_tests.protocol.authentication",
)


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check, suite by suite and in the order of the modules, whoever imported them first.

    Raises ValueError for a suite that is unknown.
    """
    for module in _MODULES:
        import_module(module)
    found = [check for module in _MODULES for check in registered(module)]
    return tuple(sorted(found, key=lambda check: SUITES.index(check.suite)))


def checks_of(suite: str) -> list[Check]:
    """The checks of one suite."""
    return [check for check in all_checks() if check.suite == suite]
