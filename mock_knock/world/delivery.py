"""How a message gets from `queued` to where its channel ends: step by step, through time."""

from __future__ import annotations

from typing import Any

from mock_knock.world.channels import Channel
from mock_knock.world.identity import Identity
from mock_knock.world.instants import SECOND, Instant
from mock_knock.world.message import Message
from mock_knock.world.messages import Messages
from mock_knock.world.timeline import Timeline

FIRST_AFTER = 1 * SECOND
"""From `queued` to the next status, for channels with a provider. In-app messages do not wait."""

NEXT_AFTER = 2 * SECOND
"""From that status to the one behind it."""

_PATHS = {
    "queued": (),
    "sent": ("sent",),
    "delivered": ("sent", "delivered"),
    "bounced": ("sent", "bounced"),
    "not_sent": ("not_sent",),
    "delivery_attempted": ("delivery_attempted",),
    "undelivered": ("delivery_attempted", "undelivered"),
}
"""The statuses on the way to each one."""

_FAILURES: dict[str, dict[str, Any]] = {
    "delivery_attempted": {"attempt": 1, "max_attempts": 8, "retryable": True},
    "undelivered": {"failure_reason": "retries_exhausted"},
    "bounced": {"failure_reason": "bounced"},
}
"""Data of the events that tell of a failure (Knock docs: webhook event types)."""


def path(channel: Channel, *, sandbox: bool) -> tuple[str, ...]:
    """The statuses that a message of the channel goes through after `queued`.

    (Knock docs: message statuses. In-app messages jump to `delivered`, push and chat stop at
    `sent`, and what is not handed to the provider is `not_sent`.)
    """
    if sandbox or channel.sandbox:
        return _PATHS["not_sent"]
    if channel.ends is not None:
        return _PATHS[channel.ends]
    if channel.is_in_app:
        return ("delivered",)
    return _PATHS["sent" if channel.kind in ("push", "chat") else "delivered"]


class Delivery:
    """The timeline event that moves one message along its path: the statuses that are `ahead`."""

    __slots__ = ("_deliveries", "ahead", "message")

    def __init__(self, deliveries: Deliveries, message: Message, ahead: tuple[str, ...]) -> None:
        self._deliveries = deliveries
        self.message = message
        self.ahead = ahead

    def fire(self, due: Instant) -> Instant | None:
        """The next status; a message that was deleted in the meantime goes no further."""
        if self.message.gone or not self.ahead:
            return None
        self._deliveries.move(self.message, self.ahead[0], due)
        self.ahead = self.ahead[1:]
        return due + NEXT_AFTER if self.ahead else None


class Deliveries:
    """Starts the delivery of messages."""

    __slots__ = ("_identity", "_messages", "_timeline")

    def __init__(self, messages: Messages, timeline: Timeline, identity: Identity) -> None:
        self._messages = messages
        self._timeline = timeline
        self._identity = identity

    def begin(self, message: Message, at: Instant, *, sandbox: bool) -> None:
        """Send a message off at `at`; an in-app message arrives at once."""
        ahead = path(message.channel, sandbox=sandbox)
        if message.channel.is_in_app:
            for status in ahead:
                self.move(message, status, at)
        elif ahead:
            event = Delivery(self, message, ahead)
            self._timeline.schedule(at + FIRST_AFTER, event)

    def move(self, message: Message, status: str, at: Instant) -> None:
        """Let the message reach a status."""
        if status == "sent":  # before anybody is told, who may look at the message
            message.external_id = self._identity.derived_uuid("external", message.id)
        self._messages.move(message, status, at, _FAILURES.get(status))
        if status == "delivered" and message.channel.is_feed:
            self._messages.show_in_feed(message)
