"""Subscriptions: who gets to hear what is sent to an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError
from mock_knock.world.events import SILENCE
from mock_knock.world.inline_recipients import InlineRecipients
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.listing import Listing, Listings, Page, PageRequest, listing_of
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.references import RecipientKey, Reference, recipient_key

MAX_RECIPIENTS = 100
"""Recipients of one object in one call (Knock docs: subscriptions)."""

MAX_DEPTH = 2
"""How deep a fan-out goes: parent -> child -> user (Knock docs: subscriptions)."""


class Subscription:
    """One recipient's subscription to one object. `place` is its rank in the order of creation."""

    __slots__ = ("inserted_at", "object", "place", "properties", "recipient", "updated_at")

    def __init__(
        self, object: RecipientKey, recipient: RecipientKey, place: int, now: Instant
    ) -> None:
        self.object = object
        self.recipient = recipient
        self.place = place
        self.properties: Mapping[str, Any] | None = None
        self.inserted_at = self.updated_at = now


class Subscriptions:
    """Every subscription of one environment. Keys of objects are keys of recipients as well."""

    def __init__(self, recipients: RecipientStore) -> None:
        self._recipients = recipients
        self._by_pair: dict[tuple[RecipientKey, RecipientKey], Subscription] = {}
        self._of_object: Listings[RecipientKey, Subscription] = Listings()
        self._of_recipient: Listings[RecipientKey, Subscription] = Listings()
        self._created = 0
        self.events = SILENCE

    def __len__(self) -> int:
        return len(self._by_pair)

    @property
    def created(self) -> int:
        """How many were ever created: the last place that was given away."""
        return self._created

    def rows(self) -> Iterator[Subscription]:
        """Every subscription, in the order of their creation."""
        return iter(self._by_pair.values())

    def put_back(self, subscriptions: Iterable[Subscription], created: int) -> None:
        """Take over what a snapshot had, by place; nothing must be here yet."""
        for subscription in subscriptions:
            self._add(subscription)
        self._created = created

    def find(self, object: RecipientKey, recipient: RecipientKey) -> Subscription | None:
        """The subscription of `recipient` to `object`, None when there is none."""
        return self._by_pair.get((object, recipient))

    def add(
        self, object: RecipientKey, body: Mapping[str, Any], now: Instant
    ) -> list[Subscription]:
        """Subscribe `body["recipients"]`, and update those that are subscribed already.

        Recipients given inline are stored first. `body["properties"]`, when there, take the place
        of the properties of each. Raises MissingError for an unknown object or recipient,
        InvalidParamsError over a limit; then nothing has changed.
        """
        given: Sequence[Reference] = body["recipients"]
        check_count(given, "recipients")
        self._get_object(object)
        inline = InlineRecipients(self._recipients)
        for at, reference in enumerate(given):
            inline.add(reference, f"recipients[{at}]")
        for at, reference in enumerate(given):
            key = recipient_key(reference)
            if not inline.stores(key) and key not in self._recipients:
                raise _unknown(reference, f"recipients[{at}]")
        inline.store(now)
        added = []
        for key in dict.fromkeys(map(recipient_key, given)):
            subscription = self._by_pair.get((object, key)) or self._create(object, key, now)
            if "properties" in body:
                subscription.properties = body["properties"]
            subscription.updated_at = now
            self._tell("subscription.set", subscription, now)
            added.append(subscription)
        return added

    def delete(
        self, object: RecipientKey, given: Sequence[Reference], now: Instant
    ) -> list[dict[str, Any]]:
        """Unsubscribe recipients; what went, in Knock's form. Those not subscribed are skipped.

        Raises MissingError for an unknown object, InvalidParamsError over the limit.
        """
        check_count(given, "recipients")
        self._get_object(object)
        deleted = []
        for key in dict.fromkeys(map(recipient_key, given)):
            subscription = self._by_pair.get((object, key))
            if subscription is not None:
                deleted.append(self.shown(subscription))
                self._remove(subscription)
                self._tell("subscription.deleted", subscription, now)
        return deleted

    def page_of_object(
        self,
        object: RecipientKey,
        wanted: PageRequest,
        recipients: Sequence[RecipientKey] | None = None,
    ) -> Page[Subscription]:
        """One page of the subscriptions to an object, newest first.

        `recipients` narrows it down. Raises MissingError for an unknown object.
        """
        self._get_object(object)
        pairs = None if recipients is None else [(object, key) for key in recipients]
        return self._page(self._of_object.get(object), wanted, pairs)

    def page_of_recipient(
        self,
        recipient: RecipientKey,
        wanted: PageRequest,
        objects: Sequence[RecipientKey] | None = None,
    ) -> Page[Subscription]:
        """One page of what a recipient is subscribed to, newest first.

        `objects` narrows it down. Raises MissingError for an unknown recipient.
        """
        self._recipients.get(recipient)
        pairs = None if objects is None else [(key, recipient) for key in objects]
        return self._page(self._of_recipient.get(recipient), wanted, pairs)

    def reached_by(self, object: RecipientKey) -> Iterator[Subscription]:
        """By which subscriptions a trigger for the object reaches others: each recipient once,
        oldest subscription first.

        Objects that are subscribers bring their own subscribers, down to a depth of 2.
        """
        seen = {object}
        level = [object]
        for _ in range(MAX_DEPTH):
            following = []
            for parent in level:
                for subscription in self._of_object.get(parent).rows():
                    key = subscription.recipient
                    if key not in seen:
                        seen.add(key)
                        following.append(key)
                        yield subscription
            level = [key for key in following if key[1] is not None]

    def forget(self, key: RecipientKey) -> None:
        """Remove every subscription of, and to, a recipient that is deleted."""
        for listings in (self._of_object, self._of_recipient):
            for subscription in list(listings.get(key).rows()):
                self._remove(subscription)

    def hand_over(self, giver: RecipientKey, taker: RecipientKey, now: Instant) -> None:
        """Let `taker` have the subscriptions that only `giver` has; the giver's own all go."""
        for subscription in list(self._of_recipient.get(giver).rows()):
            self._remove(subscription)
            if (subscription.object, taker) not in self._by_pair:
                taken = self._create(subscription.object, taker, subscription.inserted_at)
                taken.properties = subscription.properties
                taken.updated_at = now

    def shown(
        self, subscription: Subscription, *, with_preferences: bool = False
    ) -> dict[str, Any]:
        """A subscription in Knock's form, with its recipient and its object."""
        return {
            "__typename": "Subscription",
            "recipient": self._recipients.get(subscription.recipient).to_json(
                with_preferences=with_preferences
            ),
            "object": self._recipients.get(subscription.object).to_json(),
            "properties": subscription.properties,
            "inserted_at": to_text(subscription.inserted_at),
            "updated_at": to_text(subscription.updated_at),
        }

    def _tell(self, kind: str, subscription: Subscription, now: Instant) -> None:
        (object_id, collection), (id, of) = subscription.object, subscription.recipient
        recipient = {"id": id, "collection": of}
        self.events.record(kind, object_id, now, {"collection": collection, "recipient": recipient})

    def _get_object(self, object: RecipientKey) -> None:
        self._recipients.get(object)

    def _create(self, object: RecipientKey, recipient: RecipientKey, now: Instant) -> Subscription:
        self._created += 1
        subscription = Subscription(object, recipient, self._created, now)
        self._add(subscription)
        return subscription

    def _add(self, new: Subscription) -> None:
        self._by_pair[new.object, new.recipient] = new
        self._of_object.add(new.object, new)
        self._of_recipient.add(new.recipient, new)

    def _remove(self, subscription: Subscription) -> None:
        object, recipient = subscription.object, subscription.recipient
        del self._by_pair[object, recipient]
        self._of_object.remove(object, subscription)
        self._of_recipient.remove(recipient, subscription)

    def _page(
        self,
        listing: Listing[Subscription],
        wanted: PageRequest,
        pairs: Iterable[tuple[RecipientKey, RecipientKey]] | None,
    ) -> Page[Subscription]:
        # A filter names the few that are wanted: they are looked up, not searched for.
        if pairs is not None:
            found = (self._by_pair.get(pair) for pair in dict.fromkeys(pairs))
            listing = listing_of(item for item in found if item is not None)
        return listing.page(wanted, newest_first=True)


def check_count(given: Sequence[Reference], field: str) -> None:
    """Raise InvalidParamsError, naming the field, for over 100 recipients of one object."""
    if len(given) > MAX_RECIPIENTS:
        raise InvalidParamsError(
            f"{field} has {len(given)} entries and one object takes at most {MAX_RECIPIENTS} in "
            "one call: split the list over several calls. Nothing was done",
            details=(Detail(field, f"at most {MAX_RECIPIENTS} entries", "max_items"),),
        )


def _unknown(reference: Reference, field: str) -> MissingError:
    return MissingError(
        f"{field} is no recipient of this environment: {str(reference)[:80]}. Identify it first, "
        "or give it inline, as an object with its id and properties",
        details=(Detail(field, "is not identified", "missing"),),
    )
