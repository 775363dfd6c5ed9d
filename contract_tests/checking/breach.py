"""What is raised where a rule is broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contract_tests.checking.exchange import Exchange
from contract_tests.drawn_cases import error_of
from contract_tests.rules import Rule


@dataclass(frozen=True)
class Breach:
    """One rule, how it was broken, and at which operation."""

    rule: Rule
    detail: str
    place: str


class RuleBroken(AssertionError):
    """Raised by a check: `breaches`, the gravest first, and the exchanges that show them.

    curl: lines that show them, where somebody else than a scene has sent the requests.
    opening: what made a mock-knock ready before them.
    """

    def __init__(self, breaches: Sequence[Breach], exchanges: Sequence[Exchange]) -> None:
        self.breaches = tuple(breaches)
        self.exchanges = tuple(exchanges)
        self.curl: tuple[str, ...] = ()
        self.opening: tuple[Exchange, ...] = ()
        first = self.breaches[0]
        super().__init__(f"{first.rule.id}: {first.rule.sentence} {first.place}: {first.detail}")


class ServerGoneError(Exception):
    """Raised when the server under test cannot be reached at all: nothing can be judged."""


def rule_broken(breaches: Sequence[Breach], exchanges: Sequence[Exchange]) -> RuleBroken:
    """The exception for these breaches."""
    return error_of(breaches[0].rule.id, RuleBroken)(breaches, exchanges)


def breaches_in(error: BaseException) -> list[RuleBroken]:
    """Every RuleBroken in an exception, its groups, causes and contexts, each once."""
    found: list[RuleBroken] = []
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, RuleBroken):
            found.append(one)
            continue
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)
        waiting += [one.__cause__, one.__context__]
    return found
