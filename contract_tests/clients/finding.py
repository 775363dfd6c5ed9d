"""Findings about a client: a rule, the smallest scenario that shows it, and what was sent in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from contract_tests.clients.judging import Verdict
from contract_tests.clients.record import Record, Sent
from contract_tests.clients.scenario import Scenario
from contract_tests.rules import Rule

_AROUND: Final = 2
_MOST_LINES: Final = 40
_LONGEST: Final = 300


@dataclass(frozen=True)
class ClientFinding:
    """One broken rule.

    detail: what was seen. scenario: where, in its smallest form. timeline: what the client sent, a
    line each. report: what it said. told: what it had to say beside. others: names of the other
    scenarios in which it was seen.
    """

    rule: Rule
    detail: str
    scenario: Scenario
    timeline: tuple[str, ...]
    report: str
    told: str
    size: tuple[int, int, int]
    others: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Everything."""
        return {
            "rule": self.rule.id,
            "sentence": self.rule.sentence,
            "source": self.rule.source,
            "basis": self.rule.basis,
            "detail": self.detail,
            "scenario": self.scenario.to_json(),
            "timeline": list(self.timeline),
            "report": self.report,
            "told": self.told,
            "other_scenarios": list(self.others),
        }


def finding(record: Record, verdict: Verdict) -> ClientFinding:
    """What one verdict on a record has to tell."""
    report = record.ending.report
    if report is None:
        said = record.ending.problem or f"none: {record.ending.stopped}"
    else:
        said = f"{report.outcome}{' (raised)' if report.raised else ''}"
        for name, ids in (("notified", report.notified), ("failed_rows", report.failed_rows)):
            if ids is not None:
                said += f", {name}: {', '.join(ids[:5]) or 'nobody'}{'...' * (len(ids) > 5)}"
        if report.message:
            said += f": {report.message}"
    scenario = record.scenario
    return ClientFinding(
        rule=verdict.rule,
        detail=verdict.detail,
        scenario=scenario,
        timeline=tuple(timeline(record.sent, verdict.at)),
        report=said,
        told=record.ending.told,
        size=(scenario.users, len(scenario.describe()), len(record.sent)),
    )


def timeline(sent: Iterable[Sent], marked: Iterable[int]) -> Iterator[str]:
    """A line for each request: when, what, and the answer; the marked ones stand out.

    Long stretches of unmarked ones are told in one line.
    """
    listed, shown_at = list(sent), set(marked)
    keep = {0, 1, len(listed) - 1} | {n + d for n in shown_at for d in range(-_AROUND, _AROUND + 1)}
    if len(listed) <= _MOST_LINES:
        keep = set(range(len(listed)))
    left_out = 0
    for one in listed:
        if one.number not in keep:
            left_out += 1
            continue
        if left_out:
            yield f"           ... {left_out} more"
            left_out = 0
        yield _line(one, one.number in shown_at)


def _line(one: Sent, is_marked: bool) -> str:
    what = one.call or f"{one.method} {one.path}"
    if one.call == "submit":
        what += f" of {len(one.rows)} user{'s' if len(one.rows) != 1 else ''}"
    elif one.call == "trigger":
        what += f" for {len(one.recipients)}"
        key = one.headers.get("idempotency-key")
        what += f", key {key[-12:]}" if key else ", no Idempotency-Key"
        if one.answer_headers.get("idempotent-replayed"):
            what += ", replayed"
    line = f"{one.at:9.2f} s  {what}: {one.outcome}"
    wait = one.answer_headers.get("retry-after")
    if wait and one.arrived:
        line += f", Retry-After: {wait}"
    return f"{line}   <--" if is_marked else line


class ClientFindings:
    """Findings by rule: one for each, in the smallest scenario, with the names of the others."""

    def __init__(self) -> None:
        self._by_rule: dict[str, ClientFinding] = {}

    def add(self, new: ClientFinding) -> None:
        """Take one in."""
        known = self._by_rule.get(new.rule.id)
        if known is None:
            self._by_rule[new.rule.id] = new
            return
        small, large = sorted((known, new), key=lambda each: each.size)
        names = (*known.others, *new.others, large.scenario.name)
        others = tuple(dict.fromkeys(name for name in names if name != small.scenario.name))
        self._by_rule[new.rule.id] = replace(small, others=others)

    def __iter__(self) -> Iterator[ClientFinding]:
        return iter(self._by_rule.values())

    def __len__(self) -> int:
        return len(self._by_rule)


def finding_text(one: ClientFinding, repeat: str) -> str:
    """As plain text. repeat: the command that finds it again."""
    lines = [
        f"{one.rule.id}: {one.rule.sentence}",
        f"  source:    {one.rule.source}",
        f"  seen:      {_short(one.detail)}",
        f"  scenario:  {one.scenario.name}: {'; '.join(one.scenario.describe())}",
    ]
    if one.others:
        lines.append(f"  also in:   {', '.join(one.others)}")
    lines += [f"  report:    {_short(one.report)}", "  requests:"]
    lines += [f"    {line}" for line in one.timeline] or ["    none"]
    if one.told:
        lines += [
            "  it said:",
            *(f"    {_short(line)}" for line in one.told.strip().splitlines()[-12:]),
        ]
    lines.append(f"  repeat:    {repeat}")
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
