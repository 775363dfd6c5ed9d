"""Channels of one environment: where messages go out. No runtime call makes one; they are declared.

Until an in-app feed is declared there is one, `DEFAULT_FEED`, so that feeds work with no set-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mock_knock.world.errors import Detail, MissingError, invalid_field
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant, to_text

PROVIDERS = {
    "email": "email_smtp",
    "in_app": "in_app_knock",
    "in_app_feed": "in_app_feed_knock",
    "in_app_guide": "in_app_guide_knock",
    "sms": "sms_twilio",
    "push": "push_fcm",
    "chat": "chat_slack",
    "http": "http_knock_webhook",
}
"""Every kind of channel, with the provider that it has when none is declared."""

STATUSES = (
    "queued", "sent", "delivered", "delivery_attempted", "undelivered", "not_sent", "bounced",
)  # fmt: skip
"""The delivery statuses of a message (Knock docs: message statuses)."""

DEFAULT_FEED_ID = "6f0c8b52-9d1e-4a37-b4c5-2e7a90d3f618"
"""Id of the in-app feed that every environment has until one is declared."""

BUILT_IN_FEED = "in-app-feed"
"""Its key."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FEED_KINDS = frozenset({"in_app", "in_app_feed"})
"""Kinds of channels whose messages stand in feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What is declared about a channel.

    key: the name that workflow steps know it by.
    kind: `email`, `in_app_feed`, `sms`, `push`, `chat`, `http`, ...: a key of `PROVIDERS`.
    id: a UUID; one that follows from the key when it is empty.
    provider, name: as shown in messages; by kind and key when they are empty.
    sandbox: whether messages stop short of the provider, as `not_sent`.
    ends: the delivery status in which messages end; None for what is usual for the kind.
    """

    key: str
    kind: str = "in_app_feed"
    id: str = ""
    provider: str = ""
    name: str = ""
    sandbox: bool = False
    ends: str | None = None
    created_at: Instant = 0

    @property
    def is_feed(self) -> bool:
        """Whether its messages stand in feeds."""
        return self.kind in FEED_KINDS

    @property
    def is_in_app(self) -> bool:
        """Whether messages are delivered by being there, with no provider to call."""
        return self.kind.startswith("in_app")

    def to_json(self) -> dict[str, str]:
        """The channel in Knock's form, as it stands in a message."""
        at = to_text(self.created_at)
        return {
            "id": self.id,
            "key": self.key,
            "name": self.name,
            "type": self.kind,
            "provider": self.provider,
            "created_at": at,
            "updated_at": at,
        }


class Channels:
    """The channels of one environment."""

    __slots__ = ("_built_in", "_by_id", "_by_key", "_identity")

    def __init__(self, identity: Identity, now: Instant) -> None:
        self._identity = identity
        self._by_key: dict[str, Channel] = {}
        self._by_id: dict[str, Channel] = {}
        self._built_in = Channel(
            key=BUILT_IN_FEED,
            id=DEFAULT_FEED_ID,
            provider=PROVIDERS["in_app_feed"],
            name="In-app feed",
            created_at=now,
        )

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._by_key.values())

    @property
    def built_in(self) -> Channel:
        """The in-app feed that there is until one is declared."""
        return self._built_in

    def put_back(self, declared: Iterable[Channel], built_in_since: Instant) -> None:
        """Take over what a snapshot had; none must be declared yet."""
        for channel in declared:
            self._by_key[channel.key] = self._by_id[channel.id] = channel
        self._built_in = replace(self._built_in, created_at=built_in_since)

    def declare(self, channel: Channel, now: Instant) -> Channel:
        """Let this channel be known, in place of an earlier one with its key.

        Raises InvalidParamsError, naming the field, for one that cannot be.
        """
        if channel.kind not in PROVIDERS:
            raise invalid_field("kind", f"kind must be one of {', '.join(PROVIDERS)}", "enum")
        if channel.ends is not None and channel.ends not in STATUSES:
            raise invalid_field("ends", f"ends must be one of {', '.join(STATUSES)}", "enum")
        if not channel.key:
            raise invalid_field("key", "key must have at least one character")
        before = self._by_key.get(channel.key)
        if channel.id:
            id = channel.id.lower()
        else:
            id = before.id if before else self._identity.derived_uuid("channel", channel.key)
        if not _UUID.fullmatch(id):
            raise invalid_field("id", f"id must be a UUID, not {channel.id[:80]!r}", "format")
        other = self._by_id.get(id)
        if other is not None and other.key != channel.key:
            raise invalid_field("id", f"id {id} is that of the channel {other.key!r} already")
        declared = replace(
            channel,
            id=id,
            provider=channel.provider or PROVIDERS[channel.kind],
            name=channel.name or channel.key,
            created_at=before.created_at if before else now,
        )
        if before is not None:
            del self._by_id[before.id]
        self._by_key[declared.key] = self._by_id[id] = declared
        return declared

    @property
    def default_feed(self) -> Channel:
        """The in-app feed that workflows use when they do not say: the first one declared."""
        return next((c for c in self._by_key.values() if c.is_feed), self._built_in)

    def named(self, key_or_id: str) -> Channel | None:
        """The channel with that key or id, None when there is none."""
        found = self._by_key.get(key_or_id) or self._by_id.get(key_or_id.lower())
        if found is None and self.default_feed is self._built_in:
            found = self._built_in if key_or_id in (self._built_in.key, DEFAULT_FEED_ID) else None
        return found

    def find(self, id: str) -> Channel | None:
        """The channel with that id. While no in-app feed is declared, any other UUID names it."""
        id = id.lower()
        found = self._by_id.get(id)
        if found is None and self.default_feed is self._built_in and _UUID.fullmatch(id):
            return self._built_in
        return found

    def get(self, id: str, field: str = "channel_id") -> Channel:
        """As `find`. Raises MissingError, naming `field`, when there is none."""
        found = self.find(id)
        if found is None:
            raise _unknown(field, f"There is no channel {id[:80]!r} in this environment", self)
        return found

    def of_guides(self, key_or_id: str, now: Instant) -> Channel:
        """The channel of guides with that key or id; a UUID of no channel becomes one.

        Raises InvalidParamsError for a channel of another kind, or none.
        """
        found = self._by_key.get(key_or_id) or self._by_id.get(key_or_id.lower())
        if found is None:
            key = f"guides-{key_or_id.lower()}"
            found = self.declare(Channel(key=key, kind="in_app_guide", id=key_or_id), now)
        if found.kind != "in_app_guide":
            problem = f"names {found.key!r}, a channel of the kind {found.kind}: guides stand on"
            raise invalid_field("channel_id", f"{problem} one of the kind in_app_guide")
        return found

    def provider_of(self, id: str) -> str | None:
        """The provider of a push or chat channel that is declared; None for any other id."""
        found = self._by_id.get(id.lower())
        return found.provider if found is not None and found.kind in ("push", "chat") else None

    def feed(self, id: str) -> Channel:
        """The in-app feed with that id. Raises MissingError for any other channel, or none."""
        found = self.get(id, "id")
        if not found.is_feed:
            raise _unknown("id", f"The channel {found.key!r} is no in-app feed", self)
        return found


def _unknown(field: str, problem: str, channels: Channels) -> MissingError:
    there = ", ".join(f"{c.key} ({c.kind}, {c.id})" for c in channels) or "none is declared"
    return MissingError(
        f"{problem}; there are: {there}",
        code="channel_invalid",
        details=(Detail(field, problem, "unknown_channel"),),
    )
