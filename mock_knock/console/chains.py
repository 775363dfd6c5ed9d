"""Events for people: what an event was about, what led to it, and what followed from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_knock.api.journal import JournalEntry
from mock_knock.world.events import Event, EventStream

MOST_FOLLOWING = 200
"""Entries of what followed from one event, as a page lists them."""

MOST_LOOKED_AT = 2_000
"""Events among which the latest entries of a list are looked for."""


def shown_event(event: Event) -> dict[str, Any]:
    """One event, as lists show it."""
    return {
        "number": event.number,
        "at": event.at,
        "kind": event.kind,
        "subject": event.subject,
        "cause": event.cause,
        "told": _told(event.data),
        "count": 1,
        "last": event.number,
    }


def gathered(events: Iterable[Event], most: int) -> list[dict[str, Any]]:
    """Events for a list, those of one kind about one thing that came in a row being one entry.

    `count` says how many an entry stands for; it shows the first of them, and `last` is the number
    of the last. At most `most` entries.
    """
    found: list[dict[str, Any]] = []
    last: Event | None = None
    for event in events:
        if last is not None and (event.kind, event.subject) == (last.kind, last.subject):
            found[-1]["count"] += 1
            found[-1]["last"] = event.number
        elif len(found) == most:
            break
        else:
            found.append(shown_event(event))
        last = event
    return found


def latest(stream: EventStream, count: int) -> list[dict[str, Any]]:
    """The last entries of the stream, the newest first."""
    recent = stream.since(max(stream.number - MOST_LOOKED_AT, 0))
    return gathered(reversed(recent), count)


def chain(stream: EventStream, number: int) -> list[dict[str, Any]]:
    """What led to the event of that number, the first cause first, it itself last."""
    return [shown_event(event) for event in reversed(stream.chain(number))]


def chain_of(stream: EventStream, subject: str, *kinds: str) -> list[dict[str, Any]]:
    """What led to the first kept event of one of these kinds about `subject`."""
    for event in stream:
        if event.subject == subject and event.kind in kinds:
            return chain(stream, event.number)
    return []


def following(stream: EventStream, number: int) -> list[dict[str, Any]]:
    """What followed from the event of that number, directly or not, as far as it is kept."""
    causes = {number}

    def followed() -> Iterator[Event]:
        for event in stream.since(number):
            if event.cause in causes:
                causes.add(event.number)
                yield event

    return gathered(followed(), MOST_FOLLOWING)


def _told(data: Any) -> str:
    """What the event's data come to, on one line."""
    if isinstance(data, JournalEntry):
        return f"{data.method} {data.path} {data.status}"
    if isinstance(data, Mapping):
        return ", ".join(_pairs(data.items()))
    return ""


def _pairs(items: Iterable[tuple[str, Any]]) -> list[str]:
    return [
        f"{name}: {'yes' if value is True else 'no' if value is False else value}"[:200]
        for name, value in items
        if value is not None
    ]
