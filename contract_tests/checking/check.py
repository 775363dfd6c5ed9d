"""Checks: functions that judge rules, by suite."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contract_tests.checking.capability import Capability
from contract_tests.rules import Rule

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from contract_tests.checking.examiner import Examiner

    Body = Callable[..., None]


@dataclass(frozen=True)
class Check:
    """One thing to judge.

    name: what holds, with the suite: `resources/a user is read back`.
    rules: the rules that it judges.
    needs: what the target must have; where it lacks something the rules are not judged.
    beside: the part of the work of other processes that it waits for; empty for none.
    run: carries it out. Raises RuleBroken, or a group of several.
    """

    suite: str
    name: str
    rules: tuple[Rule, ...]
    needs: tuple[Capability, ...]
    run: Callable[[Examiner], None] = field(compare=False)
    beside: str = ""

    @property
    def id(self) -> str:
        """Suite and name."""
        return f"{self.suite}/{self.name}"


_CHECKS: dict[str, list[Check]] = {}
"""By the module that registers them."""


def check(
    suite: str,
    *rules: Rule,
    needs: tuple[Capability, ...] = (),
    given: Mapping[str, SearchStrategy[Any]] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function of a scene as a check, named by its own name.

    With `given` it is called once for each drawn case, in a scene of its own, with the drawn values
    by name.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        name = function.__name__.replace("_", " ")

        def run(examiner: Examiner) -> None:
            if given:
                examiner.for_all(function, given, name=f"{suite}/{name}")
            else:
                with examiner.scene() as scene:
                    function(scene)

        _register(Check(suite, name, rules, needs, run), function.__module__)
        return function

    return register


def add_check(check: Check) -> None:
    """Register a check that runs in a way of its own, for the module that calls this."""
    _register(check, sys._getframe(1).f_globals["__name__"])


def _register(check: Check, module: str) -> None:
    _CHECKS.setdefault(module, []).append(check)


def registered(module: str) -> list[Check]:
    """Every check that the module has registered."""
    return _CHECKS.get(module, [])
