"""Which happenings of an environment are events to Knock, and how it writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mock_knock.world.events import Event
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.message import Message
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.webhook_endpoints import MESSAGE_TYPES

_EVENT_DATA: dict[str, dict[str, Any]] = {
    "message.undelivered": {"failure_reason": None, "failure_details": None},
    "message.bounced": {"failure_reason": None, "failure_details": None, "token": None},
}
"""What the data of an event always has (Knock docs: outbound webhooks, event types)."""

KINDS = {
    **{type: type for type in MESSAGE_TYPES},
    "workflow_recipient_run.processing": "workflow_recipient_run.started",
    "workflow_recipient_run.completed": "workflow_recipient_run.completed",
}
"""By the kind of an event in the environment's stream: the type that it has for Knock, if any."""


class KnockEvent(NamedTuple):
    """One event as Knock tells it: `data` is the message or run as it is then."""

    type: str
    subject: str
    at: Instant
    data: Mapping[str, Any]
    event_data: Mapping[str, Any] | None

    def body(self) -> bytes:
        """What is posted: the same bytes at every attempt."""
        event_data = self.event_data
        value = {
            "__typename": "Event",
            "type": self.type,
            "created_at": to_text(self.at),
            "data": self.data,
            "event_data": event_data and {"__typename": "EventData", **event_data},
        }
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        # Half of a surrogate pair is no UTF-8; the escape that it becomes here means it in JSON.
        return text.encode("utf-8", "backslashreplace")


def knock_event(
    event: Event,
    find_message: Callable[[str], Message | None],
    find_run: Callable[[str], RecipientRun | None],
) -> KnockEvent | None:
    """What Knock makes of an event of the stream, one of `KINDS`; None when that is nothing."""
    type = KINDS[event.kind]
    if type in MESSAGE_TYPES:
        message = find_message(event.subject)
        if message is None:
            return None
        data = {**_EVENT_DATA.get(type, {}), **(event.data or {})}
        return KnockEvent(type, message.id, event.at, message.to_json(), data or None)
    run = find_run(event.subject)
    # A run is `processing` again after each of its delays; it has started once.
    if run is None or (type.endswith(".started") and run.events[-1].event != "run_started"):
        return None
    return KnockEvent(type, run.id, event.at, run.to_json(), None)
