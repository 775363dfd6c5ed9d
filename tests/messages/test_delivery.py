"""Delivery statuses move through time, each kind of channel in its own way."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from tests.messages.calls import events, items, message_ids, trigger

CHANNEL = "2f64a8d1-90b3-4e7c-b5f2-6c1d03e8a947"
ELLIE = {
    "id": "ellie",
    "email": "ellie@example.com",
    "name": "Ellie",
    "phone_number": "+441632960101",
    "channel_data": {CHANNEL: {"tokens": ["t"], "connections": [{"channel_id": "C1"}]}},
}
START = ("created", "09:00:00.000"), ("queued", "09:00:00.000")


def send(client: httpx.Client, mock_knock: MockKnock, kind: str, **fields: Any) -> str:
    """One message to Ellie on a channel of that kind, made at nine o'clock; its id."""
    settings = fields.pop("settings", {})
    mock_knock.channels.declare("channel", kind, id=CHANNEL, **fields)
    mock_knock.workflows.declare("w", steps=["channel"])
    trigger(client, "w", ELLIE, settings=settings)
    (id,) = message_ids(client)
    return id


@pytest.mark.parametrize("kind", ["email", "sms", "http"])
def test_with_a_provider_messages_are_sent_and_then_delivered(
    client: httpx.Client, mock_knock: MockKnock, kind: str
) -> None:
    id = send(client, mock_knock, kind)
    shown = []
    for _ in range(5):
        shown.append(client.get(f"/v1/messages/{id}").json()["status"])
        mock_knock.clock.advance(1)
    assert shown == ["queued", "sent", "sent", "delivered", "delivered"]
    assert events(client, id) == [
        *START,
        ("sent", "09:00:01.000"),
        ("delivered", "09:00:03.000"),
    ]


@pytest.mark.parametrize("kind", ["push", "chat"])
def test_push_and_chat_stop_at_sent(client: httpx.Client, mock_knock: MockKnock, kind: str) -> None:
    id = send(client, mock_knock, kind)
    mock_knock.clock.run_until_idle()
    assert events(client, id) == [*START, ("sent", "09:00:01.000")]


def test_in_app_messages_are_delivered_at_once(client: httpx.Client, mock_knock: MockKnock) -> None:
    id = send(client, mock_knock, "in_app_feed")
    assert events(client, id) == [*START, ("delivered", "09:00:00.000")]


@pytest.mark.parametrize("kind", ["in_app_feed", "email"])
@pytest.mark.parametrize("by", ["channel", "trigger"])
def test_in_the_sandbox_messages_are_not_sent(
    client: httpx.Client, mock_knock: MockKnock, kind: str, by: str
) -> None:
    fields = {"sandbox": True} if by == "channel" else {"settings": {"sandbox_mode": True}}
    id = send(client, mock_knock, kind, **fields)
    mock_knock.clock.run_until_idle()
    assert client.get(f"/v1/messages/{id}").json()["status"] == "not_sent"
    assert client.get(f"/v1/users/ellie/feeds/{CHANNEL}").json().get("entries", []) == []
    assert items(client, f"/v1/messages/{id}/delivery_logs") == []


@pytest.mark.parametrize(
    ("ends", "path"),
    [
        ("queued", []),
        ("sent", ["sent"]),
        ("bounced", ["sent", "bounced"]),
        ("not_sent", ["not_sent"]),
        ("delivery_attempted", ["delivery_attempted"]),
        ("undelivered", ["delivery_attempted", "undelivered"]),
    ],
)
def test_a_channel_can_be_told_where_its_messages_end(
    client: httpx.Client, mock_knock: MockKnock, ends: str, path: list[str]
) -> None:
    id = send(client, mock_knock, "email", ends=ends)
    mock_knock.clock.run_until_idle()
    message = client.get(f"/v1/messages/{id}").json()
    assert message["status"] == ends
    assert [event for event, _ in events(client, id)][2:] == path
    assert message_ids(client, **{"status[]": ends}) == [id]
    assert message_ids(client, **{"status[]": "delivered"}) == []


def test_delivery_leaves_one_log_of_the_call_to_the_provider(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    id = send(client, mock_knock, "email", provider="email_sendgrid")
    assert items(client, f"/v1/messages/{id}/delivery_logs") == []
    mock_knock.clock.run_until_idle()
    (log,) = items(client, f"/v1/messages/{id}/delivery_logs")
    message = client.get(f"/v1/messages/{id}").json()
    assert (log["service_name"], log["response"]["status"]) == ("email_sendgrid", 200)
    assert log["request"]["body"]["to"] == "ellie@example.com"
    assert log["response"]["body"] == message["metadata"]
    assert log["inserted_at"] == "2026-01-05T09:00:01.000000Z"


def test_in_app_messages_have_no_delivery_log(client: httpx.Client, mock_knock: MockKnock) -> None:
    id = send(client, mock_knock, "in_app_feed")
    assert items(client, f"/v1/messages/{id}/delivery_logs") == []


def test_a_snapshot_tells_who_was_reached_where(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    id = send(client, mock_knock, "email")
    client.put("/v1/users/ellie", json={"email": "new@example.com"})
    snapshot = client.get(f"/v1/messages/{id}").json()["recipient_snapshot"]
    assert (snapshot["name"], snapshot["email"]) == ("Ellie", "ellie@example.com")


def test_a_deleted_message_goes_no_further(client: httpx.Client, mock_knock: MockKnock) -> None:
    id = send(client, mock_knock, "email")
    assert client.delete("/v1/users/ellie").status_code == 204
    mock_knock.clock.run_until_idle()
    assert client.get(f"/v1/messages/{id}").status_code == 404
