"""The filters of messages and feeds, out of a query. Text that is no filter matches nothing.

Knock's own clients send such text (`inserted_at[gt]=gt`) and expect an empty list, not an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.environment import Environment
from mock_knock.world.instants import Instant, from_text
from mock_knock.world.message_filters import NEVER, FeedFilter, MessageFilter, Window, check_ids
from mock_knock.world.references import RecipientKey
from mock_knock.world.trigger_data import TriggerData


def message_filter(
    query: Mapping[str, Any], world: Environment, recipient: RecipientKey | None = None
) -> MessageFilter:
    """The filter of a list of messages.

    Raises InvalidParamsError for over 50 message ids, or nested trigger data.
    """
    ids = query.get("message_ids")
    channel_id = query.get("channel_id")
    channel = None if channel_id is None else world.channels.find(channel_id)
    return MessageFilter(
        recipient=recipient,
        tenant=query.get("tenant"),
        channel_id=channel_id if channel is None else channel.id,
        statuses=tuple(query.get("status", ())),
        engagement=tuple(query.get("engagement_status", ())),
        message_ids=None if ids is None else tuple(check_ids(ids)),
        categories=tuple(query.get("workflow_categories", ())),
        source=query.get("source"),
        workflow_run_id=_lower(query.get("workflow_run_id")),
        workflow_recipient_run_id=_lower(query.get("workflow_recipient_run_id")),
        trigger_data=trigger_data(query),
        window=window(query),
    )


def feed_filter(query: Mapping[str, Any]) -> FeedFilter:
    """The filter of a feed. Raises InvalidParamsError for nested trigger data."""
    return FeedFilter(
        status=query.get("status", "all"),
        source=query.get("source"),
        tenant=query.get("tenant"),
        has_tenant=query.get("has_tenant"),
        categories=tuple(query.get("workflow_categories", ())),
        archived=query.get("archived", "exclude"),
        trigger_data=trigger_data(query),
        window=window(query),
    )


def trigger_data(given: Mapping[str, Any]) -> TriggerData | None:
    """The filter `trigger_data` of a query or a body. Raises InvalidParamsError for nested data."""
    text = given.get("trigger_data")
    return None if text is None else TriggerData.parse(text)


def window(query: Mapping[str, Any]) -> Window:
    """The span of instants that `inserted_at.gt`, `gte`, `lt` and `lte` leave together."""
    firsts: list[Instant] = []
    lasts: list[Instant] = []
    try:
        for name, ends, step in (
            ("gt", firsts, 1),
            ("gte", firsts, 0),
            ("lt", lasts, -1),
            ("lte", lasts, 0),
        ):
            text = query.get(f"inserted_at.{name}")
            if text is not None:
                ends.append(_instant(text) + step)
    except ValueError:
        return NEVER
    return Window(max(firsts, default=None), min(lasts, default=None))


def _instant(text: str) -> Instant:
    """The instant of an ISO 8601 text, which is in UTC when it names no zone. Raises ValueError."""
    try:
        return from_text(text)
    except ValueError:
        return from_text(f"{text}Z" if "T" in text.upper() else f"{text}T00:00:00Z")


def _lower(id: str | None) -> str | None:
    return None if id is None else id.lower()
