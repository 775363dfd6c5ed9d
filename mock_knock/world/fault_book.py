"""The fault rules of an environment, and which of them strike a request.

A rule decides by what it was told and by how many requests it has matched, never by the wall clock:
the same rules over the same requests give the same faults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from mock_knock.world.errors import ConflictError, MissingError, invalid_field
from mock_knock.world.faults import (
    MAX_SECONDS,
    Body,
    Connection,
    FaultRule,
    RequestFacts,
    Status,
    part_to_json,
)

MAX_RULES = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one request: what the rules that struck it, by id, add up to."""

    rules: tuple[str, ...]
    delay: float = 0.0
    status: Status | None = None
    connection: Connection | None = None
    body: Body | None = None
    carried_out: bool = True

    @property
    def kind(self) -> str:
        """What it is above all: what becomes of the connection, `status`, `body` or `latency`."""
        if self.connection is not None:
            return self.connection.kind
        if self.status is not None:
            return "status"
        return "latency" if self.body is None else "body"

    def sentence(self) -> str:
        """What goes wrong, and who asked for it, for people."""
        parts = []
        if self.delay:
            parts.append(f"the answer is kept back for {self.delay:.3f} seconds")
        if self.status is not None:
            parts.append(f"the status is {self.status.status}")
        if self.body is not None:
            parts.append("fields of the answer are changed")
        if self.connection is not None:
            parts.append(f"the connection has the fault {self.connection.kind}")
        effect = "is carried out" if self.carried_out else "is not carried out"
        asked = ", ".join(self.rules)
        return f"A fault ({asked}): {', '.join(parts)}; the call {effect}"

    def to_json(self) -> dict[str, Any]:
        """The fault for people, leaving out what is as always."""
        shown: dict[str, Any] = {"rules": list(self.rules), "carried_out": self.carried_out}
        if self.delay:
            shown["delay"] = self.delay
        if self.status is not None:
            shown["status"] = self.status.status
        if self.connection is not None:
            shown["connection"] = self.connection.kind
        if self.body is not None:
            shown["body"] = part_to_json(self.body)
        return shown


@dataclass(slots=True)
class Counted:
    """A rule, and how many requests it has matched and struck."""

    rule: FaultRule
    matched: int = 0
    struck: int = 0

    def to_json(self) -> dict[str, Any]:
        """The rule with its counts."""
        return {**self.rule.to_json(), "matched": self.matched, "struck": self.struck}


class FaultBook:
    """The fault rules of one environment, or of a server, in the order in which they were put.

    Every rule that strikes a request has its say: latencies add up, and of each other kind the
    first one decides. `rules` are there to look at, by id.
    """

    __slots__ = ("_added", "rules")

    def __init__(self) -> None:
        self.rules: dict[str, Counted] = {}
        self._added = 0

    @property
    def added(self) -> int:
        """The number in the last id that was given away."""
        return self._added

    def put_back(self, rules: Mapping[str, Counted], added: int) -> None:
        """Take over what a snapshot had."""
        self.rules = dict(rules)
        self._added = added

    def __len__(self) -> int:
        return len(self.rules)

    def __iter__(self) -> Iterator[Counted]:
        return iter(self.rules.values())

    def get(self, id: str) -> Counted:
        """A rule by its id. Raises MissingError."""
        found = self.rules.get(id)
        if found is None:
            known = ", ".join(self.rules) or "none"
            raise MissingError(f"There is no fault {id[:80]!r} here; there are: {known[:300]}")
        return found

    def add(self, data: Mapping[str, Any]) -> Counted:
        """Put a new rule. Raises InvalidParamsError, or ConflictError when its id is taken."""
        if len(self.rules) >= MAX_RULES:
            raise ConflictError(f"There are {MAX_RULES} faults, which is the most: remove some")
        if data.get("id") in self.rules:
            raise ConflictError(f"There is a fault {data['id']!r} already: replace or remove it")
        number = self._added + 1
        while f"fault-{number}" in self.rules:
            number += 1
        rule = FaultRule.from_json(data, id=f"fault-{number}")
        self._added = number
        found = self.rules[rule.id] = Counted(rule)
        return found

    def put(self, id: str, data: Mapping[str, Any]) -> Counted:
        """Let the rule `id` be so, its counts beginning anew; a new one comes last.

        Raises InvalidParamsError.
        """
        if data.get("id", id) != id:
            raise invalid_field("id", f"must be {id!r}, as in the path, or be left out")
        if id not in self.rules and len(self.rules) >= MAX_RULES:
            raise ConflictError(f"There are {MAX_RULES} faults, which is the most: remove some")
        found = self.rules[id] = Counted(FaultRule.from_json(data, id=id))
        return found

    def switch(self, id: str, *, enabled: bool) -> Counted:
        """Turn a rule on or off, leaving its counts. Raises MissingError."""
        found = self.get(id)
        found.rule = replace(found.rule, enabled=enabled)
        return found

    def remove(self, id: str) -> None:
        """Take a rule away. Raises MissingError."""
        self.get(id)
        del self.rules[id]

    def clear(self) -> None:
        """Take every rule away."""
        self.rules.clear()

    def strike(self, request: RequestFacts) -> Fault | None:
        """What goes wrong with a request that came now; None when nothing does. It is counted."""
        struck = [counted.rule for counted in self.rules.values() if _strikes(counted, request)]
        if not struck:
            return None
        return Fault(
            tuple(rule.id for rule in struck),
            sum(_delay(self.rules[rule.id]) for rule in struck),
            next((rule.status for rule in struck if rule.status), None),
            next((rule.connection for rule in struck if rule.connection), None),
            next((rule.body for rule in struck if rule.body), None),
            not any(rule.spares_the_world for rule in struck),
        )


def together(first: Fault | None, second: Fault | None) -> Fault | None:
    """One fault of two: delays add up, and of each other kind the first one decides."""
    if first is None or second is None:
        return first or second
    return Fault(
        (*first.rules, *second.rules),
        min(first.delay + second.delay, MAX_SECONDS),
        first.status or second.status,
        first.connection or second.connection,
        first.body or second.body,
        first.carried_out and second.carried_out,
    )


def _strikes(counted: Counted, request: RequestFacts) -> bool:
    rule = counted.rule
    if not rule.enabled or not rule.match(request):
        return False
    counted.matched += 1
    if counted.matched <= rule.skip:
        return False
    if rule.times is not None and counted.struck >= rule.times:
        return False
    if rule.probability < 1 and _chance(rule, counted.matched, "strike") >= rule.probability:
        return False
    counted.struck += 1
    return True


def _delay(counted: Counted) -> float:
    rule = counted.rule
    if rule.latency is None:
        return 0.0
    return rule.latency.draw(_chance(rule, counted.matched, "latency"))


def _chance(rule: FaultRule, count: int, what: str) -> float:
    """An even chance from 0 to below 1, always the same for the same seed, rule and count."""
    text = f"{len(rule.seed)}:{rule.seed}{rule.id}\n{what}\n{count}".encode(
        "utf-8", "surrogatepass"
    )
    return int.from_bytes(blake2b(text, digest_size=6).digest(), "big") / 2**48
