"""How often things happened in one environment: what metrics and coverage are made of.

Counted always, since it costs next to nothing, and never forgotten with old events.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from mock_knock.world.bulk_operations import BulkOperation
from mock_knock.world.environment import Environment

Call = tuple[str | None, int]
"""An operation id, None where the request led to no operation, and the status of the answer."""

Transition = tuple[str, str, str]
"""The kind of a bulk operation, and the states that it went from and to."""


class Tally:
    """Counts of one environment, or of several that are gone."""

    __slots__ = ("_transitions", "events", "requests")

    def __init__(self) -> None:
        self.requests: dict[Call, int] = {}
        self.events: Counter[str] = Counter()
        self._transitions: Counter[Transition] = Counter()

    def count(self, operation_id: str | None, status: int) -> None:
        """One more request that was answered."""
        requests = self.requests
        call = (operation_id, status)
        requests[call] = requests.get(call, 0) + 1

    def transitions(self, world: Environment | None = None) -> Counter[Transition]:
        """What bulk operations went through: those counted before, and those of a world."""
        return self._transitions if world is None else self._transitions + transitions(world)

    def absorb(self, other: Tally, world: Environment) -> None:
        """Take over the counts of an environment that goes."""
        for call, count in other.requests.items():
            self.requests[call] = self.requests.get(call, 0) + count
        self.events.update(world.events.counts)
        self._transitions.update(other.transitions(world))

    def carry_over(self, old: Environment, new: Environment) -> None:
        """Go on counting where another world takes the place of one: nothing is counted twice."""
        self._transitions.update(transitions(old))
        self._transitions.subtract(transitions(new))

    def clear(self, world: Environment) -> None:
        """Begin to count from 0. What the operations that are there went through is left out."""
        self.requests.clear()
        self._transitions = Counter()
        self._transitions.subtract(transitions(world))


def transitions(world: Environment) -> Counter[Transition]:
    """What the bulk operations of a world went through so far."""
    return Counter(one for operation in world.bulk_operations for one in _steps(operation))


def kind_of(operation: BulkOperation[Any]) -> str:
    """The operation's name with a `*` for a collection, of which there may be any number."""
    collection = operation.kind.collection
    name = operation.kind.name
    return name if collection is None else name.replace(f".{collection}.", ".*.", 1)


def _steps(operation: BulkOperation[Any]) -> list[Transition]:
    name = kind_of(operation)
    found = []
    if operation.started_at is not None:
        found.append((name, "queued", "processing"))
    if operation.ended:
        before = "queued" if operation.started_at is None else "processing"
        found.append((name, before, operation.status))
    return found
