"""One history as text: every request with its body and its answer, and the verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contract_tests.arazzo import Result
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.report import text_report
from contract_tests.explore.readings import Reading
from contract_tests.explore.record import Record
from contract_tests.explore.rules import RULES
from contract_tests.refusal import plain

_LONGEST = 300
_LONGEST_TALE = 40


def retell(record: Record, result: Result, reading: Reading) -> str:
    """The history for a person."""
    return "\n".join(plain(line) for line in _lines(record, result, reading))


def _lines(record: Record, result: Result, reading: Reading) -> Iterator[str]:
    yield f"history {record.history} (policies: {reading.label})"
    yield ""
    sent = [visit for visit in result.steps if visit.request is not None]
    for visit, event in list(zip(sent, record.events, strict=False))[:_LONGEST_TALE]:
        assert visit.request is not None
        yield f"{visit.at:>7.1f} s  {visit.request.method} {visit.request.url}   ({visit.step})"
        if visit.request.body is not MISSING:
            yield f"           sent     {_short(visit.request.body)}"
        answer = "no answer" if visit.response is None else str(visit.response.status)
        body = MISSING if visit.response is None else visit.response.body
        yield f"           answered {answer} [{event.answer}] {_short(body)}".rstrip()
    if len(sent) > _LONGEST_TALE:
        yield f"           ... and {len(sent) - _LONGEST_TALE} more"
    yield ""
    yield from text_report(result).split("\n")
    yield ""
    if not record.verdicts:
        yield "sound: no rule is broken"
    for verdict in record.verdicts:
        rule = RULES[verdict.rule]
        yield f"{verdict.level} [{verdict.rule}] {verdict.message}"
        yield f"    rule: {rule.title}, since {rule.why}"
        yield f"    at {verdict.place}"


def _short(value: object) -> str:
    if value is MISSING:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
