"""Messages of one environment, and every index by which they are listed."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import chain
from typing import Any, Generic, TypeVar

from mock_knock.world.channels import Channel
from mock_knock.world.errors import MissingError
from mock_knock.world.events import EventStream
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant
from mock_knock.world.listing import Listing, Page, PageRequest
from mock_knock.world.message import ENGAGEMENTS, Draft, Message
from mock_knock.world.message_filters import MessageFilter, Window
from mock_knock.world.references import RecipientKey

_LABELS = frozenset(
    {"queued", "delivery_attempted", "undelivered", "not_sent", "bounced", *ENGAGEMENTS}
)
"""Statuses whose messages are kept apart: nearly all others are `sent` or `delivered`."""

_RARE = 64
"""A list by status looks at the messages kept apart when at most one in so many has it."""

Key = TypeVar("Key")


class MessageIndex(Generic[Key]):
    """Messages by a key of theirs, each key with a listing of its own."""

    __slots__ = ("_listings",)

    def __init__(self) -> None:
        self._listings: dict[Key, Listing[Message]] = {}

    def add(self, key: Key, message: Message) -> None:
        """Append a message under `key`."""
        listing = self._listings.get(key)
        if listing is None:
            listing = self._listings[key] = Listing()
        listing.add(message.place, message)

    def remove(self, key: Key, message: Message) -> None:
        """Take the message away from `key`; a key without messages is forgotten."""
        listing = self._listings.get(key)
        if listing is not None:
            listing.remove(message.place)
            if not len(listing):
                del self._listings[key]

    def get(self, key: Key) -> Listing[Message]:
        """The messages under `key`, an empty listing when there are none."""
        return self._listings.get(key) or Listing()

    def merge(self, key: Key, messages: Iterable[Message]) -> None:
        """Put messages, oldest first, among those under `key`, each in its place."""
        present = self.get(key).rows()
        self._listings[key] = listing_of(merge(present, messages, key=lambda m: m.place))


def listing_of(messages: Iterable[Message]) -> Listing[Message]:
    """A listing of messages that come oldest first."""
    listing: Listing[Message] = Listing()
    for message in messages:
        listing.add(message.place, message)
    return listing


class Messages:
    """Every message of one environment. A list costs what its narrowest index holds."""

    def __init__(self, identity: Identity, events: EventStream) -> None:
        self._identity = identity
        self.events = events
        self._by_id: dict[str, Message] = {}
        # When the message of each place was made: place N is at N - 1, and is never taken out.
        self._made_at: array[int] = array("q")
        self._newest: Listing[Message] = Listing()
        self._by_recipient: MessageIndex[RecipientKey] = MessageIndex()
        # The collections of the objects that bear an id and ever got a message.
        self._collections: dict[str, dict[str, None]] = {}
        self._by_channel: MessageIndex[str] = MessageIndex()
        self._by_source: MessageIndex[str] = MessageIndex()
        self._by_tenant: MessageIndex[str] = MessageIndex()
        self._by_workflow_run: MessageIndex[str] = MessageIndex()
        self._by_category: MessageIndex[str] = MessageIndex()
        # A run makes few messages, and there are many runs: a tuple is all they need.
        self._by_recipient_run: dict[str, tuple[Message, ...]] = {}
        # Messages by what is rare enough to be looked for: by place, in the order of the change.
        self._labelled: dict[str, dict[int, Message]] = {label: {} for label in _LABELS}
        self._feeds: MessageIndex[tuple[str, RecipientKey]] = MessageIndex()

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Message]:
        return self._newest.rows()

    def add(self, draft: Draft, now: Instant) -> Message:
        """Make a message, `queued` at `now`."""
        self._made_at.append(now)
        message = Message(self._identity.ksuid(now), len(self._made_at), draft, now)
        message.note("created", now)
        self.note(message, "queued", now)
        self._labelled["queued"][message.place] = message
        self._by_id[message.id] = message
        self._newest.add(message.place, message)
        self._by_recipient.add(message.recipient, message)
        for index, key in self._narrow_indexes(message):
            index.add(key, message)
        run_id = message.source.workflow_recipient_run_id
        if run_id is not None:
            self._by_recipient_run[run_id] = (*self._by_recipient_run.get(run_id, ()), message)
        id, collection = message.recipient
        if collection is not None:
            self._collections.setdefault(id, {})[collection] = None
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

    def of_id(self, id: str) -> Iterator[Message]:
        """The messages of every recipient with that id: the user, and objects of any collection."""
        for collection in (None, *self._collections.get(id, ())):
            yield from self.of((id, collection)).rows()

    def on(self, channel: Channel) -> Listing[Message]:
        """The messages of a channel."""
        return self._by_channel.get(channel.id)

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

    def remove(self, message: Message) -> None:
        """Let the message be gone, from everywhere."""
        message.gone = True
        del self._by_id[message.id]
        self._newest.remove(message.place)
        self._leave_recipient(message)
        for index, key in self._narrow_indexes(message):
            index.remove(key, message)
        self._leave_run(message)
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

    def _leave_run(self, message: Message) -> None:
        run_id = message.source.workflow_recipient_run_id or ""
        rest = tuple(m for m in self._by_recipient_run.pop(run_id, ()) if m is not message)
        if rest:
            self._by_recipient_run[run_id] = rest

    def _leave_recipient(self, message: Message) -> None:
        self._by_recipient.remove(message.recipient, message)
        self._feeds.remove((message.channel.id, message.recipient), message)

    def _narrow_indexes(self, message: Message) -> Iterator[tuple[MessageIndex[str], str]]:
        """The indexes that a message stays in for as long as it is, with its key in each."""
        source = message.source
        yield self._by_channel, message.channel.id
        yield self._by_source, source.key
        if message.tenant is not None:
            yield self._by_tenant, message.tenant
        if source.workflow_run_id is not None:
            yield self._by_workflow_run, source.workflow_run_id
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
            return listing_of(sorted((m for m in named if m), key=lambda m: m.place))
        if keep.workflow_recipient_run_id is not None:
            return listing_of(self._by_recipient_run.get(keep.workflow_recipient_run_id, ()))
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
        for labels in (keep.statuses, *((status,) for status in keep.engagement)):
            if labels and all(label in self._labelled for label in labels):
                count = sum(len(self._labelled[label]) for label in labels)
                if count * _RARE < len(narrowest):
                    found = chain.from_iterable(self._labelled[label].values() for label in labels)
                    narrowest = listing_of(sorted(set(found), key=lambda m: m.place))
        return narrowest
