"""Where a recipient can be reached on a channel: none, one, or several places, a message each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mock_knock.world.channels import Channel
from mock_knock.world.contents import Address
from mock_knock.world.recipients import Recipient

_TOKENS = ("tokens", "target_arns", "player_ids")
_DEVICE_TOKENS = ("token", "target_arn")


def addresses(channel: Channel, recipient: Recipient) -> list[Address]:
    """Every place of the recipient on the channel; empty where it cannot be reached.

    Email addresses and phone numbers are properties; tokens and connections are channel data.
    In-app messages and webhooks need no address.
    """
    if channel.kind == "email":
        return _property(recipient, "email")
    if channel.kind == "sms":
        return _property(recipient, "phone_number")
    if channel.kind == "push":
        tokens = dict.fromkeys(_push_tokens(_data(recipient, channel)))
        return [{"token": token} for token in tokens]
    if channel.kind == "chat":
        connections = _data(recipient, channel).get("connections")
        found = connections if isinstance(connections, list) else []
        return [{"connection": dict(c)} for c in found if isinstance(c, Mapping)]
    return [{}]


def snapshot(recipient: Recipient, address: Address) -> dict[str, Any] | None:
    """Knock's `recipient_snapshot`: who was reached where, None where that says nothing."""
    if not address:
        return None
    connection = address.get("connection", {})
    name = recipient.properties.get("name")
    channel_id, user_id = connection.get("channel_id"), connection.get("user_id")
    return {
        "name": name if isinstance(name, str) else None,
        "email": address.get("email"),
        "user_id": user_id if isinstance(user_id, str) else None,
        "channel_id": channel_id if isinstance(channel_id, str) else None,
        "via_incoming_webhook": "incoming_webhook" in connection if connection else None,
    }


def _property(recipient: Recipient, name: str) -> list[Address]:
    value = recipient.properties.get(name)
    return [{name: value}] if isinstance(value, str) and value else []


def _data(recipient: Recipient, channel: Channel) -> Mapping[str, Any]:
    data = recipient.channel_data.get(channel.id)
    return data if isinstance(data, Mapping) else {}


def _push_tokens(data: Mapping[str, Any]) -> Iterable[str]:
    for name in _TOKENS:
        given = data.get(name)
        yield from (t for t in given if isinstance(t, str)) if isinstance(given, list) else ()
    devices = data.get("devices")
    for device in devices if isinstance(devices, list) else ():
        for name in _DEVICE_TOKENS:
            token = device.get(name) if isinstance(device, Mapping) else None
            if isinstance(token, str):
                yield token
