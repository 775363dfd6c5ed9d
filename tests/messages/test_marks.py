"""Engagement marks on one message: set, repeated, taken back."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from tests.messages.calls import events, message_ids, trigger

TAKEN_BACK = [
    ("seen", "seen"),
    ("read", "read"),
    ("archived", "archived"),
    ("seen", "unseen"),
    ("read", "unread"),
    ("archived", "unarchived"),
]


@pytest.fixture
def message(client: httpx.Client, mock_knock: MockKnock) -> str:
    """The path of one message, made at nine o'clock; it is a minute later."""
    trigger(client, "welcome", "ellie")
    (id,) = message_ids(client)
    mock_knock.clock.advance(60)
    return f"/v1/messages/{id}"


@pytest.mark.parametrize(("status", "way_back"), TAKEN_BACK)
def test_a_mark_is_set_and_taken_back(
    client: httpx.Client, mock_knock: MockKnock, message: str, status: str, way_back: str
) -> None:
    marked = client.put(f"{message}/{status}").json()
    assert marked["engagement_statuses"] == [status]
    assert marked[f"{status}_at"] == marked["updated_at"] == "2026-01-05T09:01:00.000000Z"
    assert marked == client.get(message).json()
    mock_knock.clock.advance(1)
    back = client.delete(f"{message}/{way_back}").json()
    assert (back["engagement_statuses"], back[f"{status}_at"]) == ([], None)
    assert back["updated_at"] == "2026-01-05T09:01:01.000000Z"
    id = marked["id"]
    assert [event for event, _ in events(client, id)][3:] == [status, f"un{status}"]


def test_a_mark_that_is_repeated_has_the_later_instant(
    client: httpx.Client, mock_knock: MockKnock, message: str
) -> None:
    first = client.put(f"{message}/seen").json()
    mock_knock.clock.advance(5)
    second = client.put(f"{message}/seen").json()
    assert (first["seen_at"][17:19], second["seen_at"][17:19]) == ("00", "05")


def test_marks_stand_side_by_side(client: httpx.Client, message: str) -> None:
    client.put(f"{message}/archived")
    client.put(f"{message}/read")
    both = client.put(f"{message}/seen").json()
    assert both["engagement_statuses"] == ["seen", "read", "archived"]
    assert client.delete(f"{message}/read").json()["engagement_statuses"] == ["seen", "archived"]


def test_read_does_not_make_a_message_seen(client: httpx.Client, message: str) -> None:
    assert client.put(f"{message}/read").json()["seen_at"] is None


def test_who_interacts_has_read(client: httpx.Client, mock_knock: MockKnock, message: str) -> None:
    marked = client.put(f"{message}/interacted").json()
    assert marked["engagement_statuses"] == ["read", "interacted"]
    assert marked["read_at"] == marked["interacted_at"]
    mock_knock.clock.advance(5)
    again = client.put(f"{message}/interacted", json={}).json()
    assert again["read_at"] == marked["read_at"]
    assert again["interacted_at"] != marked["interacted_at"]


def test_taking_back_what_was_never_set_changes_nothing(client: httpx.Client, message: str) -> None:
    before = client.get(message).json()
    assert client.delete(f"{message}/seen").json() == before
    assert len(events(client, before["id"])) == 3


def test_metadata_of_an_interaction_is_in_its_event(client: httpx.Client, message: str) -> None:
    metadata = {"button": "track", "position": 1, "a": None, "b": True, "c": 1.5}
    answer = client.put(f"{message}/interacted", json={"metadata": metadata})
    assert answer.status_code == 200
    newest = client.get(f"{message}/events").json()["items"][0]
    assert (newest["type"], newest["data"]) == ("message.interacted", metadata)


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({str(n): n for n in range(6)}, "metadata"),
        ({"a": {"b": 1}}, "metadata.a"),
        ({"a": [1]}, "metadata.a"),
        ("text", "metadata"),
    ],
)
def test_too_much_metadata_is_refused_and_nothing_is_marked(
    client: httpx.Client, message: str, metadata: Any, field: str
) -> None:
    answer = client.put(f"{message}/interacted", json={"metadata": metadata})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert client.get(message).json()["engagement_statuses"] == []


def test_a_put_without_a_body_may_announce_json(client: httpx.Client, message: str) -> None:
    for status in ("seen", "read", "interacted", "archived"):
        headers = {"content-type": "application/json"}
        assert client.put(f"{message}/{status}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "status"),
    [("PUT", s) for s in ("seen", "read", "interacted", "archived")]
    + [("DELETE", way_back) for _, way_back in TAKEN_BACK],
)
def test_marking_an_unknown_message_is_a_404(
    client: httpx.Client, method: str, status: str
) -> None:
    answer = client.request(method, f"/v1/messages/message_id/{status}")
    assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")


def test_an_interaction_cannot_be_taken_back(client: httpx.Client, message: str) -> None:
    assert client.delete(f"{message}/interacted").status_code == 405


def test_a_public_key_may_mark_messages(
    client: httpx.Client, mock_knock: MockKnock, message: str
) -> None:
    headers = {"authorization": f"Bearer {mock_knock.public_key}"}
    assert client.put(f"{message}/seen", headers=headers).status_code == 200
    assert client.get(message, headers=headers).status_code == 200
    assert client.get("/v1/messages", headers=headers).status_code == 403
