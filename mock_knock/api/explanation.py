"""Why a request got the answer it got, and what followed from it.

Everything here is found out when somebody asks: from the journal, the stream of events, and the
documents. What these do not tell, stages leave as notes on the exchange.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from mock_knock.api.broken_rules import BrokenRule, broken_rules
from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.journal import JournalEntry
from mock_knock.api.service import Service
from mock_knock.api.shown_events import shown_event
from mock_knock.world.bulk_operations import BulkOperation
from mock_knock.world.environment import Environment
from mock_knock.world.events import Event

MOST_EFFECTS = 200
"""How many of the events that followed from a request are answered; all are counted."""

_REPLAYED = b"original-x-request-id"
_REASONS = {
    "next": "it was put up for the next operation",
    "rule": "a rule for operations of this kind chose it",
    "magic_ids": "magic row ids asked for it",
    "header": "a header of the request asked for it",
    "default": "no other was put up, so it is the default",
}


def explain(entry: JournalEntry, environment: ApiEnvironment, service: Service) -> dict[str, Any]:
    """The explanation: `sentences` for a person, everything else for a program."""
    answer = _answer(entry)
    rules = broken_rules(entry, service) if entry.refused_by == "validation" else []
    replay_of = _header(entry, _REPLAYED)
    example = _header(entry, b"x-mock-knock-example") is not None
    effects = list(_effects(entry, environment.world))
    operation = _operation(answer, environment.world)
    plan = None if operation is None else _plan(operation)
    complete = entry.event >= environment.world.events.oldest
    sentences = [
        *_why(entry, answer),
        *(f"{rule.field} {rule.problem}: the rule is {rule.pointer}." for rule in rules),
        *_special(replay_of, example=example),
        *(note.text for note in entry.notes),
        *(_plan_sentences(plan) if plan else ()),
        *_what_followed(entry, effects, complete=complete),
    ]
    return {
        "sentences": sentences,
        "refused_by": entry.refused_by or None,
        "code": answer.get("code") if entry.refused_by else None,
        "rules": [_shown_rule(rule) for rule in rules],
        "replay_of": replay_of,
        "example": example,
        "plan": plan,
        "notes": [note._asdict() for note in entry.notes],
        "effects": {
            "count": len(effects),
            "by_kind": dict(Counter(event.kind for event in effects)),
            "events": [shown_event(event) for event in effects[:MOST_EFFECTS]],
            "complete": complete,
        },
    }


def _why(entry: JournalEntry, answer: Mapping[str, Any]) -> Iterator[str]:
    call = f"{entry.method} {entry.path}"
    code = answer.get("code") if entry.refused_by else None
    yield f"{call} was answered {entry.status}" + (f", {code}." if code else ".")
    message = str(answer.get("message", "")).rstrip(".")
    told = f": {message}." if message else "."
    operation = f"the operation {entry.operation_id}" if entry.operation_id else "any operation"
    if entry.status >= 500:
        yield f"The server failed in {operation}{told}"
    elif entry.refused_by == "routing":
        yield f"It leads to no operation of the documents{told}"
    elif entry.refused_by == "security":
        yield f"Its key was refused before {operation}{told}"
    elif entry.refused_by == "validation":
        yield f"It was refused before {operation}, so nothing was done{told}"
    elif entry.refused_by == "operation":
        yield f"In the state that the environment was in, {operation} refused it{told}"
    elif entry.operation_id and _header(entry, _REPLAYED) is None:
        milliseconds = entry.seconds * 1000
        yield f"It was carried out by {operation}, in {milliseconds:.1f} ms."


def _special(replay_of: str | None, *, example: bool) -> Iterator[str]:
    if replay_of is not None:
        yield (
            f"It came with the Idempotency-Key of the request {replay_of}, whose answer was given "
            "once more; nothing was done again."
        )
    if example:
        yield (
            "There is no such thing in the environment; the server was told to answer with the "
            "documents' example then (--unknown example)."
        )


def _plan_sentences(plan: Mapping[str, Any]) -> Iterator[str]:
    fields = plan["fields"]
    yield (
        f"The bulk operation {plan['bulk_operation_id']} ({plan['name']}) moves by "
        f"{fields['progress']} and is planned to be {fields['outcome']}: "
        f"{_REASONS.get(plan['reason'], plan['reason'])}."
    )


def _what_followed(entry: JournalEntry, effects: list[Event], *, complete: bool) -> Iterator[str]:
    if not complete:
        yield "Events of that time are not kept any more, so not all that followed is known."
    if effects:
        counts = Counter(event.kind for event in effects)
        listed = ", ".join(f"{count} x {kind}" for kind, count in counts.items())
        yield f"What followed from it: {listed}."
    elif (
        complete
        and not entry.refused_by
        and not _header(entry, _REPLAYED)
        and entry.method not in ("GET", "HEAD")
    ):
        yield "Nothing followed from it that is told as an event."


def _effects(entry: JournalEntry, world: Environment) -> Iterator[Event]:
    """The events whose chain of causes leads to the request, but for its own answer."""
    caused = {entry.event}
    for event in world.events.since(entry.event):
        if event.cause in caused and event.data is not entry:
            caused.add(event.number)
            yield event


def _operation(answer: Mapping[str, Any], world: Environment) -> BulkOperation[Any] | None:
    """The bulk operation that the request started or read."""
    if answer.get("__typename") == "BulkOperation" and isinstance(answer.get("id"), str):
        return world.bulk_operations.find(answer["id"])
    return None


def _plan(operation: BulkOperation[Any]) -> dict[str, Any]:
    return {
        "bulk_operation_id": operation.id,
        "name": operation.kind.name,
        "reason": operation.plan_reason,
        "fields": operation.plan.to_json(),
    }


def _shown_rule(rule: BrokenRule) -> dict[str, Any]:
    return {**rule._asdict(), "document": "/v1/openapi"}


def _answer(entry: JournalEntry) -> Mapping[str, Any]:
    try:
        value = orjson.loads(entry.answer_body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _header(entry: JournalEntry, name: bytes) -> str | None:
    found = (value for key, value in entry.answer_headers if key == name)
    value = next(found, None)
    return None if value is None else value.decode("latin-1")
