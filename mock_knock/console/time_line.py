"""The picture of an environment's time: what happened lately, now, and what is to come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mock_knock.console.shown import clock_time, duration
from mock_knock.world.bulk_operations import BulkOperation, TimedProgress
from mock_knock.world.environment import Environment
from mock_knock.world.instants import DAY, SECOND, Instant, to_text
from mock_knock.world.run_progress import RunProgress
from mock_knock.world.schedule import Occurrences

SPANS = (10, 60, 600, 7_200, 86_400, 30 * 86_400)
"""Lengths of the picture, in seconds."""

_PAST = 0.3
"""The share of the picture that is past."""

_MOST_UPCOMING = 500
_MOST_LISTED = 40
_MOST_BARS = 6
_MOST_LOOKED_AT = 1_000
"""Operations, the latest ones, among which those are looked for that get a bar."""
_MOST_PAST = 5_000
_SLOTS = 120
"""Past and coming events that fall into the same slot of the picture are one mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`count` events of the picture in one place, at `x` percent of its width."""

    x: float
    at: Instant
    count: int
    height: float
    kind: str


def time_line(
    world: Environment, span: int | None = None, about: BulkOperation[Any] | None = None
) -> dict[str, Any]:
    """The picture, in percent of its width, with the same as rows for a table.

    `span` is the length of the picture in seconds; None picks one that shows what is to come, or
    the end of the operation that it is `about`.
    """
    now = world.now
    upcoming = world.timeline.upcoming(_MOST_UPCOMING)
    bars = _bars(world, now)
    ahead = [entry.due for entry in upcoming if entry.due - now <= DAY] + [b["end"] for b in bars]
    if about is not None and not about.ended and about.plan.progress == "time":
        ahead = [_planned_end(about)]
    seconds = span if span in SPANS else _fitting(max(ahead, default=now) - now)
    length = seconds * SECOND
    start = now - int(length * _PAST)
    end = start + length

    def place(at: Instant) -> float:
        return round(min(max((at - start) / length, 0), 1) * 100, 3)

    past = Counter[tuple[int, str]]()
    for event in islice(reversed(list(world.events)), _MOST_PAST):
        if event.at < start:
            break
        past[(event.at - start) * _SLOTS // length, _family(event.kind)] += 1
    coming = Counter((entry.due - start) * _SLOTS // length for entry in upcoming)
    tallest = max([*past.values(), *coming.values(), 1])

    def mark(slot: int, count: int, kind: str) -> Mark:
        at = start + (2 * slot + 1) * length // (2 * _SLOTS)
        return Mark(place(at), at, count, round(8 + 44 * (count / tallest) ** 0.5, 1), kind)

    return {
        "start": start,
        "end": end,
        "now": now,
        "now_x": place(now),
        "now_text": to_text(now),
        "span": seconds,
        "spans": [(each, duration(each * SECOND)) for each in SPANS],
        "ticks": [
            {"x": 100 * at / 5, "text": _tick(start + length * at // 5, seconds)}
            for at in range(1, 5)
        ],
        "past": [mark(slot, count, kind) for (slot, kind), count in sorted(past.items())],
        "coming": [
            mark(slot, count, "coming") for slot, count in sorted(coming.items()) if slot < _SLOTS
        ],
        "bars": [bar | _extent(place(bar["start"]), place(bar["end"])) for bar in bars],
        "stops": sorted({entry.due for entry in upcoming} | {bar["end"] for bar in bars})[:50],
        "listed": [
            {"due": entry.due, "what": _what(world, entry.event, entry.cause)}
            for entry in upcoming[:_MOST_LISTED]
        ],
        "more": max(len(world.timeline) - _MOST_LISTED, 0),
        "last": max([*(entry.due for entry in upcoming), *(b["end"] for b in bars)], default=now),
    }


def _extent(first: float, last: float) -> dict[str, float]:
    return {"x": first, "width": round(last - first, 3)}


def _fitting(ahead: Instant) -> int:
    """The shortest picture whose future holds what is `ahead`."""
    return next((s for s in SPANS if ahead <= s * SECOND * (1 - _PAST) * 0.9), SPANS[-1])


def _bars(world: Environment, now: Instant) -> list[dict[str, Any]]:
    """The bulk operations that time moves, from their beginning to where the plan ends them."""
    moved = (
        operation
        for operation in islice(reversed(list(world.bulk_operations)), _MOST_LOOKED_AT)
        if not operation.ended and operation.plan.progress == "time"
    )
    return [
        {
            "id": operation.id,
            "name": operation.kind.name,
            "start": operation.inserted_at,
            "end": max(_planned_end(operation), now),
        }
        for operation in islice(moved, _MOST_BARS)
    ]


def _planned_end(operation: BulkOperation[Any]) -> Instant:
    progress = TimedProgress(operation)
    if operation.stops_in_queue:
        return progress.first_due
    stop = operation.total if operation.stop_row is None else operation.stop_row
    return progress.due_of_row(stop) if operation.total else progress.first_due


def _what(world: Environment, event: object, cause: int) -> str:
    if isinstance(event, TimedProgress):
        operation = event.operation
        return f"{operation.kind.name}: row {operation.processed + 1} of {operation.total}"
    if isinstance(event, RunProgress):
        return f"workflow run of {event.run.workflow.key} for {event.run.recipient[0]}"
    if isinstance(event, Occurrences):
        return f"schedule of {event.schedule.workflow} for {event.schedule.recipient[0]}"
    found = world.events.find(cause)
    name = type(event).__name__.lower()
    return f"{name} after {found.kind} {found.subject}" if found else name


def _family(kind: str) -> str:
    """The first word of an event's kind, by which marks are coloured."""
    first = kind.partition(".")[0]
    return {"answer": "request", "workflow": "run", "workflow_recipient_run": "run"}.get(
        first, first
    )


def _tick(at: Instant, seconds: int) -> str:
    """The label of a tick: as exact as the picture's length asks for."""
    if seconds <= 10:
        return clock_time(at)[:-2]
    if seconds <= 600:
        return clock_time(at)[:8]
    return clock_time(at)[:5] if seconds <= 86_400 else to_text(at)[5:10]
