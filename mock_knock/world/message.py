"""One message: what made it, how far its delivery is, and what its recipient did with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mock_knock.world.channels import Channel
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.references import RecipientKey, reference

ENGAGEMENTS = ("seen", "read", "interacted", "link_clicked", "archived")
"""The engagement statuses of a message, in the order in which Knock lists them."""


@dataclass(frozen=True, slots=True)
class Source:
    """What made a message: a step of a workflow run, a broadcast or a guide."""

    key: str
    version_id: str
    categories: tuple[str, ...] = ()
    type: str = "workflow"
    step_ref: str | None = None
    workflow_run_id: str | None = None
    workflow_recipient_run_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The source in Knock's form."""
        return {
            "__typename": "NotificationSource",
            "type": self.type,
            "key": self.key,
            "version_id": self.version_id,
            "categories": list(self.categories),
            "step_ref": self.step_ref,
            "workflow_run_id": self.workflow_run_id,
            "workflow_recipient_run_id": self.workflow_recipient_run_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a message is made of."""

    channel: Channel
    recipient: RecipientKey
    source: Source
    actor: RecipientKey | None = None
    tenant: str | None = None
    data: Mapping[str, Any] | None = None
    contents: Mapping[str, Any] | None = None
    snapshot: Mapping[str, Any] | None = None


class Message:
    """One message to one recipient on one channel. `place` is its rank in the order of making.

    `log` has what happened to it: the type of a Knock event, its instant, and its data.
    """

    __slots__ = (
        "actors",
        "archived_at",
        "channel",
        "contents",
        "data",
        "external_id",
        "gone",
        "id",
        "inserted_at",
        "interacted_at",
        "link_clicked_at",
        "log",
        "place",
        "read_at",
        "recipient",
        "seen_at",
        "snapshot",
        "source",
        "status",
        "tenant",
        "updated_at",
    )

    def __init__(self, id: str, place: int, draft: Draft, now: Instant) -> None:
        self.id = id
        self.place = place
        self.channel = draft.channel
        self.recipient = draft.recipient
        self.source = draft.source
        self.actors: tuple[RecipientKey, ...] = () if draft.actor is None else (draft.actor,)
        self.tenant = draft.tenant
        self.data = draft.data
        self.contents = draft.contents
        self.snapshot = draft.snapshot
        self.status = "queued"
        self.external_id: str | None = None
        self.gone = False
        self.inserted_at = self.updated_at = now
        self.seen_at: Instant | None = None
        self.read_at: Instant | None = None
        self.interacted_at: Instant | None = None
        self.link_clicked_at: Instant | None = None
        self.archived_at: Instant | None = None
        self.log: list[tuple[str, Instant, Mapping[str, Any] | None]] = []

    def note(self, event: str, at: Instant, data: Mapping[str, Any] | None = None) -> None:
        """Leave the event `message.<event>` in the log; the message changed at `at`."""
        self.updated_at = at
        self.log.append(_entry(event, at) if data is None else (event, at, data))

    @property
    def engagement_statuses(self) -> list[str]:
        """What the recipient did with it and did not take back."""
        return [name for name in ENGAGEMENTS if getattr(self, f"{name}_at") is not None]

    def times(self) -> dict[str, str | None]:
        """Every instant that messages and feed items have in common, as text or null."""
        return {
            "seen_at": _text(self.seen_at),
            "read_at": _text(self.read_at),
            "interacted_at": _text(self.interacted_at),
            "link_clicked_at": _text(self.link_clicked_at),
            "clicked_at": _text(self.link_clicked_at),
            "archived_at": _text(self.archived_at),
            "inserted_at": to_text(self.inserted_at),
            "updated_at": to_text(self.updated_at),
        }

    def to_json(self) -> dict[str, Any]:
        """The message in Knock's form."""
        external_id = self.external_id
        return {
            "__typename": "Message",
            "id": self.id,
            "channel_id": self.channel.id,
            "channel": self.channel.to_json(),
            "recipient": reference(self.recipient),
            "recipient_snapshot": self.snapshot,
            "actors": [reference(actor) for actor in self.actors],
            "tenant": self.tenant,
            "status": self.status,
            "engagement_statuses": self.engagement_statuses,
            "source": self.source.to_json(),
            "workflow": self.source.key if self.source.type == "workflow" else None,
            "data": self.data,
            "metadata": None if external_id is None else {"external_id": external_id},
            "scheduled_at": None,
            **self.times(),
        }


@lru_cache(maxsize=256)
def _entry(event: str, at: Instant) -> tuple[str, Instant, None]:
    """One entry for all the messages to which the same thing happens at the same instant."""
    return event, at, None


def _text(instant: Instant | None) -> str | None:
    return None if instant is None else to_text(instant)
