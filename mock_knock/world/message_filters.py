"""Which messages a list, a feed or a bulk update is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mock_knock.world.errors import Detail, InvalidParamsError
from mock_knock.world.instants import Instant
from mock_knock.world.references import RecipientKey
from mock_knock.world.trigger_data import TriggerData

if TYPE_CHECKING:
    from mock_knock.world.message import Message

MAX_IDS = 50
"""Message ids in one filter or one batch call (Knock docs: messages; mobile SDK references)."""

_ENGAGED: dict[str, Callable[[Message], bool]] = {
    "seen": lambda message: message.seen_at is not None,
    "unseen": lambda message: message.seen_at is None,
    "read": lambda message: message.read_at is not None,
    "unread": lambda message: message.read_at is None,
    "interacted": lambda message: message.interacted_at is not None,
    "link_clicked": lambda message: message.link_clicked_at is not None,
    "archived": lambda message: message.archived_at is not None,
    "unarchived": lambda message: message.archived_at is None,
}

Archived = Literal["exclude", "include", "only"]


def is_engaged(message: Message, status: str) -> bool:
    """Whether the message has that engagement status, `unseen` and its like among them."""
    return _ENGAGED[status](message)


def is_in_archive(message: Message, wanted: Archived) -> bool:
    """Whether the message is let through by `archived`: exclude, include or only."""
    return wanted == "include" or (message.archived_at is not None) == (wanted == "only")


def check_ids(ids: list[str], most: int = MAX_IDS, field: str = "message_ids") -> list[str]:
    """The ids, each once, in their order. Raises InvalidParamsError for over `most` of them."""
    if len(ids) > most:
        message = (
            f"{field} has {len(ids)} ids and one call takes at most {most}: split them over "
            "several calls. Nothing was applied"
        )
        detail = Detail(field, f"at most {most} ids", "max_items")
        raise InvalidParamsError(message, details=(detail,))
    return list(dict.fromkeys(ids))


@dataclass(frozen=True, slots=True)
class Window:
    """A span of instants, both ends included; None leaves an end open."""

    first: Instant | None = None
    last: Instant | None = None

    def __contains__(self, instant: Instant) -> bool:
        return (self.first is None or instant >= self.first) and (
            self.last is None or instant <= self.last
        )


NEVER = Window(1, 0)
"""The window of no instant: what a filter that is no time comes down to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilter:
    """Which messages a list is to have; None (or an empty tuple) lets all through.

    Of several statuses or categories one has to match, of engagement statuses all.
    """

    recipient: RecipientKey | None = None
    tenant: str | None = None
    channel_id: str | None = None
    statuses: tuple[str, ...] = ()
    engagement: tuple[str, ...] = ()
    message_ids: tuple[str, ...] | None = None
    categories: tuple[str, ...] = ()
    source: str | None = None
    workflow_run_id: str | None = None
    workflow_recipient_run_id: str | None = None
    trigger_data: TriggerData | None = None
    window: Window = Window()

    def __call__(self, message: Message) -> bool:
        source = message.source
        return (
            (self.recipient is None or message.recipient == self.recipient)
            and (self.tenant is None or message.tenant == self.tenant)
            and (self.channel_id is None or message.channel.id == self.channel_id)
            and (not self.statuses or message.status in self.statuses)
            and all(is_engaged(message, status) for status in self.engagement)
            and (self.message_ids is None or message.id in self.message_ids)
            and (not self.categories or not set(self.categories).isdisjoint(source.categories))
            and (self.source is None or source.key == self.source)
            and (self.workflow_run_id is None or source.workflow_run_id == self.workflow_run_id)
            and (
                self.workflow_recipient_run_id is None
                or source.workflow_recipient_run_id == self.workflow_recipient_run_id
            )
            and (self.trigger_data is None or self.trigger_data(message.data))
            and message.inserted_at in self.window
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFilter:
    """Which messages of a feed are wanted. A `tenant` also lets those without one through,
    unless `has_tenant` is true (Knock docs: filtering in-app feeds).
    """

    status: str = "all"
    source: str | None = None
    tenant: str | None = None
    has_tenant: bool | None = None
    categories: tuple[str, ...] = ()
    archived: Archived = "exclude"
    trigger_data: TriggerData | None = None
    window: Window = Window()

    def __call__(self, message: Message) -> bool:
        source, tenant = message.source, message.tenant
        return (
            (self.status == "all" or is_engaged(message, self.status))
            and is_in_archive(message, self.archived)
            and (self.tenant is None or tenant is None or tenant == self.tenant)
            and (self.has_tenant is None or (tenant is not None) == self.has_tenant)
            and (self.source is None or source.key == self.source)
            and (not self.categories or not set(self.categories).isdisjoint(source.categories))
            and (self.trigger_data is None or self.trigger_data(message.data))
            and message.inserted_at in self.window
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFilter:
    """Which messages of a channel a bulk update is for; None lets all through."""

    archived: Archived = "include"
    delivery_status: str | None = None
    engagement_status: str | None = None
    has_tenant: bool | None = None
    window: Window = Window()
    recipient_ids: tuple[str, ...] | None = None
    tenants: tuple[str, ...] | None = None
    trigger_data: TriggerData | None = None
    workflows: tuple[str, ...] | None = None

    def __call__(self, message: Message) -> bool:
        tenant = message.tenant
        return (
            is_in_archive(message, self.archived)
            and (self.delivery_status is None or message.status == self.delivery_status)
            and (self.engagement_status is None or is_engaged(message, self.engagement_status))
            and (self.has_tenant is None or (tenant is not None) == self.has_tenant)
            and (self.recipient_ids is None or message.recipient[0] in self.recipient_ids)
            and (self.tenants is None or tenant in self.tenants)
            and (self.trigger_data is None or self.trigger_data(message.data))
            and (self.workflows is None or message.source.key in self.workflows)
            and message.inserted_at in self.window
        )
