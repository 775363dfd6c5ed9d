"""What can be read about a message beside itself: events, activities, delivery logs, contents."""

from __future__ import annotations

from typing import Any

from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.identity import Identity
from mock_knock.world.instants import to_text
from mock_knock.world.ksuid import derived_ksuid
from mock_knock.world.listing import Listing, Page, PageRequest
from mock_knock.world.message import Message
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.references import reference
from mock_knock.world.trigger_data import TriggerData

_ANSWERED = frozenset({"sent", "delivery_attempted"})
"""The statuses that a message gets with the provider's answer."""


def events_page(message: Message, wanted: PageRequest) -> Page[dict[str, Any]]:
    """One page of what happened to the message, newest first."""
    events: Listing[dict[str, Any]] = Listing()
    recipient = reference(message.recipient)
    for place, (event, at, data) in enumerate(message.log, 1):
        shape = {
            "__typename": "MessageEvent",
            "id": derived_ksuid(at, "event", message.id, str(place)),
            "type": f"message.{event}",
            "recipient": recipient,
            "data": data,
            "inserted_at": to_text(at),
        }
        events.add(place, shape)
    return events.page(wanted, newest_first=True)


def activity(message: Message, recipients: RecipientStore) -> dict[str, Any]:
    """The trigger that made the message. Nothing is batched here, so there is always one."""
    at = message.inserted_at
    # The vendor's schema allows no null here, so an activity that nobody set off has no actor.
    actors = {"actor": recipients.shown_or_missing(message.actors[0], at)} if message.actors else {}
    return {
        "__typename": "Activity",
        "id": derived_ksuid(at, "activity", message.id),
        **actors,
        "recipient": recipients.shown_or_missing(message.recipient, at),
        "data": message.data,
        "inserted_at": to_text(at),
        "updated_at": to_text(at),
    }


def activities_page(
    message: Message, wanted: PageRequest, keep: TriggerData | None, recipients: RecipientStore
) -> Page[dict[str, Any]]:
    """One page of the triggers that went into the message."""
    activities: Listing[dict[str, Any]] = Listing()
    if keep is None or keep(message.data):
        activities.add(1, activity(message, recipients))
    return activities.page(wanted, newest_first=True)


def delivery_logs_page(
    message: Message, wanted: PageRequest, identity: Identity
) -> Page[dict[str, Any]]:
    """One page of the calls to the provider: none for in-app messages and those not sent.

    No provider is called here; the log is what the call would have looked like.
    """
    logs: Listing[dict[str, Any]] = Listing()
    for place, (event, at, _) in enumerate(message.log, 1):
        if event not in _ANSWERED or message.channel.is_in_app:
            continue
        provider = message.channel.provider
        headers = {"content-type": "application/json"}
        answer = {"external_id": message.external_id} if event == "sent" else {"error": "failed"}
        shape = {
            "__typename": "MessageDeliveryLog",
            "id": derived_ksuid(at, "delivery_log", message.id, str(place)),
            "environment_id": identity.derived_uuid("environment"),
            "service_name": provider,
            "request": {
                "method": "POST",
                "host": f"{provider.replace('_', '-')}.example.com",
                "path": "/messages",
                "query": None,
                "headers": headers,
                "body": message.contents or {"data": message.data},
            },
            "response": {
                "status": 200 if event == "sent" else 503,
                "headers": headers,
                "body": answer,
            },
            "inserted_at": to_text(at),
        }
        logs.add(place, shape)
    return logs.page(wanted, newest_first=True)


def message_contents(message: Message) -> dict[str, Any]:
    """What the message says. Raises MissingError for one that was never rendered (a webhook's)."""
    if message.contents is None:
        problem = f"is of a channel of the kind {message.channel.kind!r}, which renders no content"
        raise MissingError(
            f"The message {message.id} {problem}: see its data, or its delivery logs",
            details=(Detail("message_id", problem, "no_content"),),
        )
    return {
        "__typename": "MessageContent",
        "message_id": message.id,
        "data": message.contents,
        "inserted_at": to_text(message.inserted_at),
    }
