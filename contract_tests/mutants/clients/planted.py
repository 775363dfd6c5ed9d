"""How a mistake is planted: a client of its own, with the rule that it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contract_tests.clients import Task
from contract_tests.rules import Rule

AnyClient = TypeVar("AnyClient", bound=Callable[[Task], Any])


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken client.

    name: of its class. sentence: what it does wrong. rule: the one that it breaks.
    scenarios: names of those that have to show it, each by itself.
    client: to be driven.
    """

    name: str
    sentence: str
    rule: Rule
    scenarios: tuple[str, ...]
    client: Callable[[Task], Any] = field(compare=False)


_FAULTS: list[Fault] = []


def planted(rule: Rule, *scenarios: str) -> Callable[[AnyClient], AnyClient]:
    """Register a class as a broken client; its docstring says what it does wrong."""

    def register(client: AnyClient) -> AnyClient:
        sentence = " ".join((client.__doc__ or "").split())
        _FAULTS.append(Fault(client.__name__, sentence, rule, scenarios, client))
        return client

    return register


def planted_so_far() -> list[Fault]:
    """Every fault of the modules imported so far."""
    return list(_FAULTS)
