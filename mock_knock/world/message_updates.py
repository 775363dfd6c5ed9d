"""The bulk operation that marks, or deletes, the messages of one channel that match a filter."""

from __future__ import annotations

from mock_knock.world.bulk_operations import BulkKind, BulkOperation, BulkOperations
from mock_knock.world.channels import Channel
from mock_knock.world.engagement import mark
from mock_knock.world.errors import MissingError
from mock_knock.world.instants import Instant
from mock_knock.world.message import Message
from mock_knock.world.message_filters import ChannelFilter
from mock_knock.world.messages import Messages

DELETE = "delete"


class MessageUpdates:
    """Bulk updates of one environment's messages."""

    __slots__ = ("_messages", "_operations")

    def __init__(self, messages: Messages, operations: BulkOperations) -> None:
        self._messages = messages
        self._operations = operations

    def kind(self, action: str) -> BulkKind[Message]:
        """The kind `messages.<action>`."""

        def apply(message: Message, at: Instant) -> None:
            if message.gone or self._messages.has_expired(message, at):
                raise MissingError(f"The message {message.id} is gone")
            if action == DELETE:
                self._messages.remove(message)
            else:
                mark(self._messages, message, action, at)

        return BulkKind(f"messages.{action}", apply, lambda message: message.id)

    def submit(
        self, channel: Channel, action: str, keep: ChannelFilter, base_url: str, now: Instant
    ) -> BulkOperation[Message]:
        """Accept `messages.<action>`; its rows are the messages that match now, oldest first.

        What matches only later is left alone. A message that is deleted before its row comes up
        becomes an error item.
        """
        kind = self.kind(action)
        rows = sorted(self._messages.on(channel, keep), key=lambda message: message.place)
        return self._operations.submit(kind, rows, "messages", base_url, now, most=None)
