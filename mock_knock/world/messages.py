"""Messages of one environment, and every index by which they are listed."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from mock_knock.world.channels import Channel
from mock_knock.world.errors import MissingError
from mock_knock.world.events import EventStream
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant
from mock_knock.world.listing import Listing, Listings, Page, PageRequest, listing_of
from mock_knock.world.message import ENGAGEMENTS, Draft, Message
from mock_knock.world.message_data import MessageData
from mock_knock.world.message_filters import ChannelFilter, MessageFilter, Window
from mock_knock.world.references import RecipientKey

_LABELS = frozenset(
    {"queued", "delivery_attempted", "undelivered", "not_sent", "bounced", *ENGAGEMENTS}
)
"""Statuses whose messages are kept apart: nearly all others are `sent` or `delivered`."""

_RARE = 64
"""A list by status looks at the messages kept apart when at most one in so many has it."""


class Messages:
    """Every message of one environment. A list costs what its narrowest index holds.

    `retention`: how long messages are kept, but for in-app ones, which stay (Knock docs: data
    retention, which is not for in-app feeds).
    """

    def __init__(self, identity: Identity, events: EventStream, retention: Instant) -> None:
        self._identity = identity
        self.events = events
        self._retention = retention
        self._by_id: dict[str, Message] = {}
        # When the message of each place was made: place N is at N - 1, and is never taken out.
        self._made_at: array[int] = array("q")
        self._newest: Listing[Message] = Listing()
        # The ids of those that are not kept for ever, oldest first.
        self._ageing: deque[str] = deque()
        self._by_recipient: Listings[RecipientKey, Message] = Listings()
        # The collections of the objects that bear an id and ever got a message.
        self._collections: dict[str, dict[str, None]] = {}
        self._by_channel: Listings[str, Message] = Listings()
        self._by_source: Listings[str, Message] = Listings()
        self._by_tenant: Listings[str, Message] = Listings()
        self._by_workflow_run: Listings[str, Message] = Listings()
        self._by_category: Listings[str, Message] = Listings()
        self._by_recipient_run: Listings[str, Message] = Listings()
        # Messages by what is rare enough to be looked for: by place, in the order of the change.
        self._labelled: dict[str, dict[int, Message]] = {label: {} for label in _LABELS}
        self._by_data = MessageData()
        self._feeds: Listings[tuple[str, RecipientKey], Message] = Listings()

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Message]:
        return self._newest.rows()

    @property
    def made(self) -> int:
        """How many were ever made: the last place that was given away."""
        return len(self._made_at)

    @property
    def retention(self) -> Instant:
        """How long messages are kept."""
        return self._retention

    def stands_in_feed(self, message: Message) -> bool:
        """Whether its recipient's feed shows it."""
        return self._feeds.get((message.channel.id, message.recipient)).has(message.place)

    def put_back(self, messages: Iterable[tuple[Message, bool]], made: int) -> None:
        """Take over what a snapshot had, by place and instant, each with whether a feed has it."""
        for message, in_feed in messages:
            gap = message.place - len(self._made_at)
            # Those that are gone in between were made by then: no span of time shows more.
            self._made_at.extend(array("q", (message.inserted_at,)) * gap)
            self._add(message)
            if in_feed:
                self.show_in_feed(message)
        last = self._made_at[-1] if self._made_at else 0
        self._made_at.extend(array("q", (last,)) * (made - len(self._made_at)))

    def add(self, draft: Draft, now: Instant) -> Message:
        """Make a message, `queued` at `now`."""
        self._made_at.append(now)
        message = Message(self._identity.ksuid(now), len(self._made_at), draft, now)
        message.note("created", now)
        self.note(message, "queued", now)
        self._add(message)
        return message

    def move(
        self, message: Message, status: str, at: Instant, data: Mapping[str, Any] | None = None
    ) -> None:
        """Let a message go to a delivery status at `at`."""
        self._label(message, message.status, on=False)
        message.status = status
        self.note(message, status, at, data)
        self._label(message, status, on=True)

    def note(
        self, message: Message, event: str, at: Instant, data: Mapping[str, Any] | None = None
    ) -> None:
        """Leave `message.<event>` in the message's log and in the environment's stream."""
        message.note(event, at, data)
        self.events.record(f"message.{event}", message.id, at, data)

    def engage(self, message: Message, status: str, at: Instant | None) -> None:
        """Give a message the instant of an engagement status, or take it away."""
        setattr(message, f"{status}_at", at)
        self._label(message, status, on=at is not None)

    def show_in_feed(self, message: Message) -> None:
        """Let a message stand in its recipient's feed, now that it is delivered."""
        self._feeds.add((message.channel.id, message.recipient), message)

    def find(self, id: str) -> Message | None:
        """The message, None when there is none."""
        return self._by_id.get(id)

    def get(self, id: str) -> Message:
        """The message. Raises MissingError."""
        message = self._by_id.get(id)
        if message is None:
            raise MissingError(
                f"There is no message {id[:80]!r} in this environment: list the messages to see "
                "their ids, with a key of the environment whose workflow made it"
            )
        return message

    def of(self, recipient: RecipientKey) -> Listing[Message]:
        """The messages of a recipient."""
        return self._by_recipient.get(recipient)

    def count_on(self, channel: Channel) -> int:
        """How many messages a channel has."""
        return len(self._by_channel.get(channel.id))

    def on(self, channel: Channel, keep: ChannelFilter) -> Iterator[Message]:
        """The messages of a channel that `keep` lets through, in no order."""
        ways = [[self._by_channel.get(channel.id)]]
        if keep.recipient_ids is not None:
            # An id means the user, and objects of any collection.
            keys = [
                (id, collection)
                for id in dict.fromkeys(keep.recipient_ids)
                for collection in (None, *self._collections.get(id, ()))
            ]
            ways.append([self._by_recipient.get(key) for key in keys])
        for index, wanted in ((self._by_tenant, keep.tenants), (self._by_source, keep.workflows)):
            if wanted is not None:
                ways.append([index.get(key) for key in dict.fromkeys(wanted)])
        fewest = min(ways, key=lambda listings: sum(map(len, listings)))
        for message in chain.from_iterable(listing.rows() for listing in fewest):
            if message.channel.id == channel.id and keep(message):
                yield message

    def feed(self, channel: Channel, user_id: str) -> Listing[Message]:
        """The messages that stand in a user's feed."""
        return self._feeds.get((channel.id, (user_id, None)))

    def page(self, wanted: PageRequest, keep: MessageFilter) -> Page[Message]:
        """One page of the messages that `keep` lets through, newest first."""
        low, high = self.places(keep.window)
        listing = self._narrowest(keep)
        return listing.page(wanted, newest_first=True, keep=keep, low=low, high=high)

    def places(self, window: Window) -> tuple[int, int | None]:
        """The first and the last place whose messages were made within the window."""
        low = 0 if window.first is None else bisect_left(self._made_at, window.first) + 1
        high = None if window.last is None else bisect_right(self._made_at, window.last)
        return low, high

    def has_expired(self, message: Message, at: Instant) -> bool:
        """Whether the message is no longer kept at `at`."""
        return not message.channel.is_in_app and message.inserted_at < at - self._retention

    def expire(self, now: Instant) -> None:
        """Remove what is no longer kept."""
        while self._ageing:
            message = self._by_id.get(self._ageing[0])
            if message is not None:
                if not self.has_expired(message, now):
                    return
                self.remove(message)
            self._ageing.popleft()

    def remove(self, message: Message) -> None:
        """Let the message be gone, from everywhere."""
        message.gone = True
        del self._by_id[message.id]
        self._newest.remove(message.place)
        self._leave_recipient(message)
        for index, key in self._narrow_indexes(message):
            index.remove(key, message)
        self._by_data.remove(message)
        for label in _LABELS:
            self._label(message, label, on=False)

    def forget(self, recipient: RecipientKey) -> None:
        """Remove every message of a recipient that is deleted (Knock docs: deleting users)."""
        for message in list(self.of(recipient).rows()):
            self.remove(message)

    def hand_over(self, recipient: RecipientKey, heir: RecipientKey, since: Instant) -> None:
        """Give the heir the messages made at `since` or later; those before are removed.

        (Knock docs: merging users; the last 30 days of messages move.)
        """
        moved = []
        feeds: dict[str, list[Message]] = {}
        for message in list(self.of(recipient).rows()):
            if message.inserted_at < since:
                self.remove(message)
                continue
            if self._feeds.get((message.channel.id, recipient)).has(message.place):
                feeds.setdefault(message.channel.id, []).append(message)
            self._leave_recipient(message)
            message.recipient = heir
            moved.append(message)
        if moved:
            self._by_recipient.merge(heir, moved)
        for channel_id, shown in feeds.items():
            self._feeds.merge((channel_id, heir), shown)

    def _add(self, message: Message) -> None:
        self._by_id[message.id] = message
        if not message.channel.is_in_app:
            self._ageing.append(message.id)
        self._newest.add(message.place, message)
        for label in (message.status, *message.engagement_statuses):
            self._label(message, label, on=True)
        self._by_recipient.add(message.recipient, message)
        for index, key in self._narrow_indexes(message):
            index.add(key, message)
        self._by_data.add(message)
        id, collection = message.recipient
        if collection is not None:
            self._collections.setdefault(id, {})[collection] = None

    def _leave_recipient(self, message: Message) -> None:
        self._by_recipient.remove(message.recipient, message)
        self._feeds.remove((message.channel.id, message.recipient), message)

    def _narrow_indexes(self, message: Message) -> Iterator[tuple[Listings[str, Message], str]]:
        """The indexes that a message stays in for as long as it is, with its key in each."""
        source = message.source
        yield self._by_channel, message.channel.id
        yield self._by_source, source.key
        if message.tenant is not None:
            yield self._by_tenant, message.tenant
        if source.workflow_run_id is not None:
            yield self._by_workflow_run, source.workflow_run_id
        if source.workflow_recipient_run_id is not None:
            yield self._by_recipient_run, source.workflow_recipient_run_id
        for category in dict.fromkeys(source.categories):
            yield self._by_category, category

    def _label(self, message: Message, label: str, *, on: bool) -> None:
        labelled = self._labelled.get(label)
        if labelled is None:
            return
        if on:
            labelled[message.place] = message
        else:
            labelled.pop(message.place, None)

    def _narrowest(self, keep: MessageFilter) -> Listing[Message]:
        if keep.message_ids is not None:
            named = (self._by_id.get(id) for id in keep.message_ids)
            return listing_of(m for m in named if m)
        if keep.workflow_recipient_run_id is not None:
            return self._by_recipient_run.get(keep.workflow_recipient_run_id)
        candidates = [self._newest]
        if keep.recipient is not None:
            candidates.append(self._by_recipient.get(keep.recipient))
        for index, key in (
            (self._by_channel, keep.channel_id),
            (self._by_source, keep.source),
            (self._by_tenant, keep.tenant),
            (self._by_workflow_run, keep.workflow_run_id),
            (self._by_category, keep.categories[0] if len(keep.categories) == 1 else None),
        ):
            if key is not None:
                candidates.append(index.get(key))
        narrowest = min(candidates, key=len)
        if keep.trigger_data is not None and narrowest is self._newest:
            by_data = self._by_data.narrowest(keep.trigger_data, self)
            narrowest = narrowest if by_data is None else by_data
        for labels in (keep.statuses, *((status,) for status in keep.engagement)):
            if labels and all(label in self._labelled for label in labels):
                count = sum(len(self._labelled[label]) for label in labels)
                if count * _RARE < len(narrowest):
                    found = chain.from_iterable(self._labelled[label].values() for label in labels)
                    narrowest = listing_of(set(found))
        return narrowest
