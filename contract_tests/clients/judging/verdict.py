"""One rule that a client has broken in one scenario."""

from __future__ import annotations

from dataclasses import dataclass

from contract_tests.clients.record import Sent
from contract_tests.rules import Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """detail: what was seen. at: numbers of the requests that show it."""

    rule: Rule
    detail: str
    at: tuple[int, ...] = ()


def broken(rule: Rule, detail: str, *sent: Sent) -> Verdict:
    """The verdict, shown by these requests."""
    return Verdict(rule, detail, tuple(one.number for one in sent))


def named(ids: object, most: int = 5) -> str:
    """A few ids in words."""
    listed = sorted(map(str, ids))  # type: ignore[call-overload]
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
