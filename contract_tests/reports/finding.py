"""Findings: a rule that was broken, and the smallest case that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract_tests.checking.exchange import Exchange
from contract_tests.rules import Rule

_NAMED = re.compile(r"\$\{?(KNOCK_[A-Z_]*KEY)")
_EXPORTS: Final = {
    "KNOCK_API_KEY": "sk_...   # a secret key; on a mock-knock a new one is a new environment",
    "KNOCK_PUBLIC_KEY": '"pk_${KNOCK_API_KEY#sk_}"   # so on a mock-knock; elsewhere your own',
    "KNOCK_OTHER_API_KEY": '"${KNOCK_API_KEY}_other"   # so on a mock-knock; elsewhere your own',
}


@dataclass(frozen=True)
class Finding:
    """One broken rule.

    check: what was being judged.
    detail: what was seen instead.
    places: operations at which it was seen.
    case: the smallest drawn case, in words; empty for a case that is always the same.
    curl: shell lines that show it, with the key in $KNOCK_API_KEY.
    exchanges: the same as data.
    accuses: False where only mock-knock's own design says so, and the server is Knock itself.
    """

    rule: Rule
    suite: str
    check: str
    detail: str
    places: tuple[str, ...]
    case: str
    curl: tuple[str, ...]
    seed: int
    exchanges: tuple[Exchange, ...] = field(default=(), compare=False)
    seen: int = 1
    accuses: bool = True

    @property
    def exports(self) -> list[str]:
        """Shell lines that name the keys of the curl lines; the first is to be filled in."""
        named = {name for line in self.curl for name in _NAMED.findall(line)}
        wanted = {"KNOCK_API_KEY", *named} if named else named
        return [f"export {name}={text}" for name, text in _EXPORTS.items() if name in wanted]

    def to_json(self) -> dict[str, Any]:
        """Everything, the exchanges shortened to what tells of the answers."""
        return {
            "rule": self.rule.id,
            "sentence": self.rule.sentence,
            "source": self.rule.source,
            "basis": self.rule.basis,
            "suite": self.suite,
            "check": self.check,
            "detail": self.detail,
            "places": list(self.places),
            "times_seen": self.seen,
            "accuses": self.accuses,
            "case": self.case,
            "exports": self.exports,
            "curl": list(self.curl),
            "answers": [
                {
                    "request": f"{exchange.method} {exchange.target}",
                    "status": exchange.status,
                    "body": exchange.answer_body.decode("utf-8", errors="replace")[:4000],
                }
                for exchange in self.exchanges
                if not exchange.control
            ],
            "seed": self.seed,
        }


class Findings:
    """Findings by rule: one for each, with its smallest case and every place where it was seen."""

    def __init__(self, *, accuse_design: bool = True) -> None:
        self._accuse_design = accuse_design
        self._by_rule: dict[str, Finding] = {}

    def add(self, findings: Iterable[Finding]) -> list[Finding]:
        """Take findings in; answers those that accuse."""
        accusing = []
        for finding in findings:
            accuses = self._accuse_design or finding.rule.basis != "design"
            one = replace(finding, accuses=accuses)
            if accuses:
                accusing.append(one)
            known = self._by_rule.get(one.rule.id)
            self._by_rule[one.rule.id] = one if known is None else _joined(known, one)
        return accusing

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._by_rule.values())

    def __len__(self) -> int:
        return len(self._by_rule)

    @property
    def accusing(self) -> list[Finding]:
        """Those that count as faults of the server."""
        return [finding for finding in self if finding.accuses]


def _joined(known: Finding, new: Finding) -> Finding:
    """The one with fewer requests, with the places of both."""
    smaller = new if len(new.curl) < len(known.curl) else known
    places = tuple(dict.fromkeys([*known.places, *new.places]))
    return replace(smaller, places=places, seen=known.seen + new.seen)
