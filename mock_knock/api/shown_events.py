"""Events as JSON, for whoever watches over HTTP. Keys, tokens and bodies stay out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import translate
from typing import Any

from mock_knock.api.journal import JournalEntry
from mock_knock.world.events import Event
from mock_knock.world.instants import to_text


def shown_event(event: Event) -> dict[str, Any]:
    """One event. `cause` is null for what nobody in the environment set off."""
    data = event.data
    return {
        "number": event.number,
        "at": to_text(event.at),
        "kind": event.kind,
        "subject": event.subject,
        "cause": event.cause or None,
        "data": _answer(data) if isinstance(data, JournalEntry) else data or {},
    }


def _answer(entry: JournalEntry) -> dict[str, Any]:
    """What the event of an answer tells; the whole of it is in the journal, under its subject."""
    return {
        "method": entry.method,
        "path": entry.path,
        "operation_id": entry.operation_id,
        "status": entry.status,
    }


def kind_matcher(pattern: str | None) -> Callable[[str], object] | None:
    """Whether a kind is meant by `bulk_operation.*` or `message.sent,message.seen`; None is any."""
    if pattern is None:
        return None
    patterns = [part.strip() for part in pattern.split(",")]
    return re.compile("|".join(translate(part) for part in patterns if part) or "(?!)").match
