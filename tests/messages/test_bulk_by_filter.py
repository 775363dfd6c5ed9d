"""Bulk updates of one channel's messages, by filter and action."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.channels import DEFAULT_FEED_ID
from tests.messages.calls import counts, feed, identify, items, message_ids, trigger

UNKNOWN = "3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10"


def submit(
    client: httpx.Client, action: str, channel_id: str = DEFAULT_FEED_ID, **body: Any
) -> dict[str, Any]:
    answer = client.post(f"/v1/channels/{channel_id}/messages/bulk/{action}", json=body)
    assert answer.status_code == 200, answer.text
    operation: dict[str, Any] = answer.json()
    return operation


def marked(client: httpx.Client, status: str) -> list[str]:
    """Who has a message with that engagement status, the oldest first."""
    return [m["recipient"] for m in items(client)[::-1] if status in m["engagement_statuses"]]


def test_rows_take_effect_one_by_one(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "w", "a", "b", "c")
    mock_knock.plan_next("messages.*", progress="time", queue_for=10, rows_per_second=1)
    operation = submit(client, "read")
    assert (operation["name"], operation["status"]) == ("messages.read", "queued")
    assert operation["estimated_total_rows"] == 3
    mock_knock.clock.advance(11)
    assert marked(client, "read") == ["a"]
    mock_knock.clock.advance(1)
    assert marked(client, "read") == ["a", "b"]
    mock_knock.clock.advance(60)
    assert [m["read_at"][17:19] for m in items(client)[::-1]] == ["11", "12", "13"]
    ended = mock_knock.bulk_operations.get(operation["id"])
    assert (ended["status"], ended["success_count"]) == ("completed", 3)


def test_what_comes_later_is_left_alone(client: httpx.Client) -> None:
    trigger(client, "w", "a")
    operation = submit(client, "seen")
    trigger(client, "w", "b")
    for _ in range(3):
        client.get(f"/v1/bulk_operations/{operation['id']}")
    assert marked(client, "seen") == ["a"]


@pytest.mark.parametrize(
    ("action", "undone", "status"),
    [
        ("seen", "unseen", "seen"),
        ("read", "unread", "read"),
        ("archived", "unarchived", "archived"),
        ("archive", "unarchive", "archived"),
    ],
)
def test_each_action_marks_and_takes_back(
    client: httpx.Client, mock_knock: MockKnock, action: str, undone: str, status: str
) -> None:
    mock_knock.plan_all("messages.*", progress="immediate")
    trigger(client, "w", "a")
    assert submit(client, action)["name"] == f"messages.{action}"
    assert marked(client, status) == ["a"]
    submit(client, undone)
    assert marked(client, status) == []


def test_interacted_and_delete(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.plan_all("messages.*", progress="immediate")
    trigger(client, "w", "a", "b")
    submit(client, "interacted", recipient_ids=["a"])
    assert marked(client, "interacted") == marked(client, "read") == ["a"]
    submit(client, "delete", user_ids=["a"])
    assert [m["recipient"] for m in items(client)] == ["b"]
    assert counts(feed(client, "a")) == (0, 0, 0)


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"recipient_ids": ["c", "a", "nobody"]}, ["a", "c"]),
        ({"user_ids": ["b"]}, ["b"]),
        ({"user_ids": ["b"], "recipient_ids": ["a"]}, ["a", "b"]),
        ({"recipient_ids": []}, []),
        ({"tenants": ["acme", "other"]}, ["b", "c"]),
        ({"has_tenant": True}, ["b", "c", "d"]),
        ({"has_tenant": False}, ["a"]),
        ({"workflows": ["bills"]}, ["c", "d"]),
        ({"workflows": ["bills"], "tenants": ["acme"]}, ["c"]),
        ({"engagement_status": "seen"}, ["b", "d"]),
        ({"engagement_status": "unseen"}, ["a", "c"]),
        ({"archived": "exclude"}, ["a", "b", "c"]),
        ({"archived": "only"}, ["d"]),
        ({"archived": "include"}, ["a", "b", "c", "d"]),
        ({"delivery_status": "delivered"}, ["a", "b", "c", "d"]),
        ({"delivery_status": "bounced"}, []),
        ({"newer_than": "2026-01-05T09:01:00Z"}, ["c", "d"]),
        ({"older_than": "2026-01-05T09:01:00Z"}, ["a"]),
        ({"trigger_data": '{"n":1}'}, ["a", "c"]),
        ({"trigger_data": "trigger_data"}, []),
    ],
)
def test_filters(
    client: httpx.Client, mock_knock: MockKnock, keep: dict[str, Any], expected: list[str]
) -> None:
    mock_knock.plan_all("messages.*", progress="immediate")
    trigger(client, "news", "a", data={"n": 1})
    mock_knock.clock.advance(60)
    trigger(client, "news", "b", tenant="acme")
    mock_knock.clock.advance(60)
    trigger(client, "bills", "c", tenant="acme", data={"n": 1})
    trigger(client, "bills", "d", tenant="beta")
    d, _, b, _ = message_ids(client)
    client.post("/v1/messages/batch/seen", json={"message_ids": [b, d]})
    client.put(f"/v1/messages/{d}/archived")
    operation = submit(client, "read", **keep)
    assert (operation["estimated_total_rows"], operation["error_count"]) == (len(expected), 0)
    assert marked(client, "read") == expected


def test_objects_are_recipients_too(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.plan_all("messages.*", progress="immediate")
    trigger(client, "w", {"id": "p", "collection": "projects", "name": "P"}, "p", "q")
    assert submit(client, "seen", recipient_ids=["p"])["success_count"] == 2


def test_only_messages_of_the_channel_are_touched(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.plan_all("messages.*", progress="immediate")
    bell = mock_knock.channels.declare("bell")
    email = mock_knock.channels.declare("email", "email")
    mock_knock.workflows.declare("w", steps=["bell", "email"])
    identify(client, "a", email="a@example.com")
    trigger(client, "w", "a")
    assert submit(client, "seen", email.id)["estimated_total_rows"] == 1
    assert submit(client, "seen", bell.id, user_ids=["a"])["estimated_total_rows"] == 1
    assert [m["engagement_statuses"] for m in items(client)] == [["seen"], ["seen"]]


def test_with_a_channel_declared_others_are_unknown(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    assert submit(client, "seen", UNKNOWN)["status"] == "queued"
    mock_knock.channels.declare("bell")
    answer = client.post(f"/v1/channels/{UNKNOWN}/messages/bulk/seen", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "channel_invalid")


def test_rows_fail_as_the_plan_says(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "w", "a", "b", "c")
    failing = message_ids(client)[1]
    mock_knock.plan_next(progress="immediate", failing_ids=[failing])
    operation = submit(client, "archive")
    assert (operation["status"], operation["error_items"]) == ("completed", [{"id": failing}])
    assert marked(client, "archived") == ["a", "c"]


def test_a_message_that_is_gone_when_its_row_comes_up_is_an_error_item(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "w", "a", "b")
    gone = message_ids(client)[1]
    mock_knock.plan_next(progress="time", queue_for=10)
    operation = submit(client, "read")
    client.delete("/v1/users/a")
    mock_knock.clock.run_until_idle()
    ended = mock_knock.bulk_operations.get(operation["id"])
    assert (ended["error_items"], ended["success_count"]) == ([{"id": gone}], 1)


def test_over_a_thousand_messages_are_no_problem(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.plan_all("messages.*", progress="immediate")
    for n in range(3):
        trigger(client, "w", *(f"u{n}-{m}" for m in range(500)))
    assert submit(client, "read")["processed_rows"] == 1500


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"user_ids": "a"}, "user_ids"),
        ({"user_ids": [1]}, "user_ids"),
        ({"recipient_ids": "a"}, "recipient_ids"),
        ({"archived": "maybe"}, "archived"),
        ({"newer_than": "yesterday"}, "newer_than"),
        ({"engagement_status": "bored"}, "engagement_status"),
        ({"trigger_data": '{"a":{}}'}, "trigger_data"),
    ],
)
def test_bad_filters_name_the_field(
    client: httpx.Client, mock_knock: MockKnock, body: dict[str, Any], field: str
) -> None:
    answer = client.post(f"/v1/channels/{DEFAULT_FEED_ID}/messages/bulk/delete", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert len(mock_knock.bulk_operations) == 0


def test_an_unknown_action_is_refused(client: httpx.Client) -> None:
    answer = client.post(f"/v1/channels/{DEFAULT_FEED_ID}/messages/bulk/burn", json={})
    assert answer.status_code == 422
