"""In-app feeds: the messages of one user on one in-app channel, as the browser shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_knock.world.channels import Channels
from mock_knock.world.listing import Page, PageRequest
from mock_knock.world.message import Message
from mock_knock.world.message_details import activity
from mock_knock.world.message_filters import FeedFilter
from mock_knock.world.messages import Messages
from mock_knock.world.recipient_store import RecipientStore


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed, and the counts over all that the filter lets through."""

    page: Page[Message]
    total: int
    unread: int
    unseen: int

    def meta(self) -> dict[str, Any]:
        """The counts in Knock's form."""
        return {
            "__typename": "FeedMetadata",
            "total_count": self.total,
            "unread_count": self.unread,
            "unseen_count": self.unseen,
        }


class Feeds:
    """The feeds of one environment. Reading one costs what stands in it."""

    __slots__ = ("_channels", "_messages", "_recipients")

    def __init__(self, channels: Channels, messages: Messages, recipients: RecipientStore) -> None:
        self._channels = channels
        self._messages = messages
        self._recipients = recipients

    def page(
        self, user_id: str, channel_id: str, wanted: PageRequest, keep: FeedFilter
    ) -> FeedPage:
        """One page of a user's feed, newest first; that of an unknown user is empty.

        The counts follow the filter too (Knock docs: filtering in-app feeds). Raises
        MissingError for a channel that is no in-app feed.
        """
        listing = self._messages.feed(self._channels.feed(channel_id), user_id)
        low, high = self._messages.places(keep.window)
        page = listing.page(wanted, newest_first=True, keep=keep, low=low, high=high)
        total = unread = unseen = 0
        for message in listing.rows():
            if keep(message):
                total += 1
                unread += message.read_at is None
                unseen += message.seen_at is None
        return FeedPage(page, total, unread, unseen)

    def item(self, message: Message, *, compact: bool) -> dict[str, Any]:
        """A feed item in Knock's form.

        A compact one has no activities and no nested data (Knock docs: feeds, mode).
        """
        data = message.data
        if compact and data is not None:
            data = {k: v for k, v in data.items() if not isinstance(v, list | dict)}
        at = message.inserted_at
        source = message.source
        blocks = () if message.contents is None else message.contents.get("blocks", ())
        return {
            "__typename": "FeedItem",
            "id": message.id,
            "activities": [] if compact else [activity(message, self._recipients)],
            "actors": [self._recipients.shown_or_missing(a, at) for a in message.actors],
            "blocks": list(blocks),
            "data": data,
            "source": {
                "__typename": "NotificationSource",
                "key": source.key,
                "version_id": source.version_id,
                "categories": list(source.categories),
            },
            "tenant": message.tenant,
            "total_activities": 1,
            "total_actors": len(message.actors),
            **message.times(),
        }
