"""A result as short text: a line for each visit, then how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contract_tests.arazzo.result import ActionTrace, Result, Visit
from contract_tests.refusal import plain

_LONGEST_VALUE = 200


def text_report(result: Result) -> str:
    """The result for a person: visits, outcome, outputs, notes, diagnostics."""
    return "\n".join(plain(line) for line in _lines(result))


def _lines(result: Result) -> Iterator[str]:
    yield f"{result.document}: {result.workflow}"
    width = max((len(visit.step) + 2 * visit.depth for visit in result.steps), default=0)
    for visit in result.steps:
        yield _visit_line(visit, width)
    yield ""
    yield f"{result.status}: {result.reason} ({len(result.steps)} visits, {result.seconds:.1f} s)"
    if result.outputs:
        yield "outputs:"
        for name, value in result.outputs.items():
            yield f"  {name}: {_short(value)}"
    if result.notes:
        yield "notes:"
        yield from (f"  {note}" for note in result.notes)
    if result.diagnostics:
        yield "diagnostics:"
        for (rule, message), places in _grouped(result).items():
            yield f"  [{rule}] {message} (at {', '.join(places)})"


def _grouped(result: Result) -> dict[tuple[str, str], list[str]]:
    """The same remark on several places is one entry; places without the file that is run."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for item in result.diagnostics:
        place = item.place.removeprefix(result.document)
        grouped.setdefault((item.rule, item.message), []).append(place)
    return grouped


def _visit_line(visit: Visit, width: int) -> str:
    step = ("  " * visit.depth + visit.step).ljust(width)
    if visit.request is not None:
        call = f"{visit.request.method} {visit.request.url}"
    else:
        call = f"workflow {visit.called}" if visit.called else "no request"
    parts = [f"{visit.number:>4}  {visit.at:>7.1f}s  {step}  {call}"]
    if visit.response is not None:
        parts.append(f" -> {visit.response.status}{_state(visit)}")
    if visit.error is not None and visit.response is None:
        parts.append(f" -> {visit.error}")
    if visit.action is not None:
        parts.append(f"  [{_action(visit.action)}]")
    return "".join(parts)


def _state(visit: Visit) -> str:
    body = visit.response.body if visit.response is not None else None
    status = body.get("status") if isinstance(body, dict) else None
    return f" {status}" if isinstance(status, str) else ""


def _action(action: ActionTrace) -> str:
    text = f"{action.type} {action.target}" if action.target else action.type
    if action.name is not None:
        text += f" by {action.name}"
    return f"{text} after {action.delay:g} s" if action.delay else text


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
