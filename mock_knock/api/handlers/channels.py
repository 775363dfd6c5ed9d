"""The bulk update of a channel's messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.message_query import trigger_data
from mock_knock.world.errors import invalid_field
from mock_knock.world.instants import from_text
from mock_knock.world.message_filters import ChannelFilter, Window


def bulkUpdateMessagesForChannel(request: Request) -> dict[str, Any]:
    """POST /v1/channels/{channel_id}/messages/bulk/{action}"""
    world = request.world
    channel = world.channels.get(request.path["channel_id"])
    keep = _filter(request.body or {})
    action = request.path["action"]
    return world.message_updates.submit(
        channel, action, keep, request.base_url, world.now
    ).to_json()


def _filter(body: Mapping[str, Any]) -> ChannelFilter:
    newer, older = body.get("newer_than"), body.get("older_than")
    return ChannelFilter(
        archived=body.get("archived", "include"),
        delivery_status=body.get("delivery_status"),
        engagement_status=body.get("engagement_status"),
        has_tenant=body.get("has_tenant"),
        window=Window(
            None if newer is None else from_text(newer) + 1,
            None if older is None else from_text(older) - 1,
        ),
        recipient_ids=_recipient_ids(body),
        tenants=_texts(body, "tenants"),
        trigger_data=trigger_data(body),
        workflows=_texts(body, "workflows"),
    )


def _recipient_ids(body: Mapping[str, Any]) -> tuple[str, ...] | None:
    """`recipient_ids`, and `user_ids`, which is what Knock's browser client calls them."""
    given, users = _texts(body, "recipient_ids"), _texts(body, "user_ids")
    return users if given is None else (*given, *(users or ()))


def _texts(body: Mapping[str, Any], field: str) -> tuple[str, ...] | None:
    values = body.get(field)
    if values is None:
        return None
    # The documents do not know `user_ids`, so nobody has looked at it yet.
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise invalid_field(field, f"{field} must be a list of texts", "type")
    return tuple(values)
