"""Marks for many messages in one call, and their limit of one update a second."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from tests.messages.calls import items, message_ids, trigger

LIMITED = "x-ratelimited-message_ids"


def batch(client: httpx.Client, status: str, *ids: str, **body: Any) -> httpx.Response:
    answer = client.post(f"/v1/messages/batch/{status}", json={"message_ids": list(ids), **body})
    assert answer.status_code == 200, answer.text
    return answer


def test_every_status_has_a_batch(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "w", "ellie", "nadia")
    ids = message_ids(client)
    after = {
        "seen": ["seen"],
        "read": ["seen", "read"],
        "archived": ["seen", "read", "archived"],
        "unseen": ["read", "archived"],
        "unread": ["archived"],
        "unarchived": [],
        "interacted": ["read", "interacted"],
    }
    for status, expected in after.items():
        answer = batch(client, status, *ids)
        assert [m["id"] for m in answer.json()] == ids
        assert [m["engagement_statuses"] for m in answer.json()] == [expected, expected]
        assert LIMITED not in answer.headers
    assert [
        {**m, "__cursor": r["__cursor"]} for m, r in zip(answer.json(), items(client), strict=True)
    ] == items(client)


def test_a_second_update_within_a_second_is_left_out(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "w", "a", "b", "c")
    one, two, three = message_ids(client)
    first = batch(client, "seen", one, two).json()
    mock_knock.clock.advance(0.9)
    second = batch(client, "seen", three, two, one)
    assert second.headers[LIMITED] == f"{two},{one}"
    assert [m["id"] for m in second.json()] == [three, two, one]
    assert second.json()[1:] == first[::-1]
    assert second.json()[0]["seen_at"] == "2026-01-05T09:00:00.900000Z"


def test_what_was_left_out_does_not_count(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "w", "ellie")
    (id,) = message_ids(client)
    batch(client, "seen", id)
    mock_knock.clock.advance(0.6)
    assert LIMITED in batch(client, "seen", id).headers
    mock_knock.clock.advance(0.4)
    answer = batch(client, "seen", id)
    assert LIMITED not in answer.headers
    assert answer.json()[0]["seen_at"] == "2026-01-05T09:00:01.000000Z"


def test_the_limit_is_for_each_status_and_for_batches_alone(client: httpx.Client) -> None:
    trigger(client, "w", "ellie")
    (id,) = message_ids(client)
    for status in ("seen", "read", "unseen", "archived"):
        assert LIMITED not in batch(client, status, id).headers
    assert client.put(f"/v1/messages/{id}/seen").json()["seen_at"] is not None
    limited = batch(client, "unseen", id)
    assert limited.json()[0]["seen_at"] is not None
    assert limited.headers[LIMITED] == id


def test_an_id_that_comes_twice_counts_once(client: httpx.Client) -> None:
    trigger(client, "w", "ellie")
    (id,) = message_ids(client)
    answer = batch(client, "seen", id, id)
    assert len(answer.json()) == 1
    assert LIMITED not in answer.headers


def test_unknown_ids_are_left_out_of_the_answer(client: httpx.Client) -> None:
    trigger(client, "w", "ellie")
    (id,) = message_ids(client)
    assert [m["id"] for m in batch(client, "read", "message_id", id).json()] == [id]
    assert batch(client, "read", "message_id").json() == []
    assert batch(client, "read").json() == []


@pytest.mark.parametrize(
    "status", ["seen", "unseen", "read", "unread", "interacted", "archived", "unarchived"]
)
def test_over_fifty_ids_are_refused_and_nothing_is_marked(
    client: httpx.Client, status: str
) -> None:
    trigger(client, "w", *(f"u{n}" for n in range(51)))
    ids = [*message_ids(client), message_ids(client, page_size=1)[0]]
    answer = client.post(f"/v1/messages/batch/{status}", json={"message_ids": ids})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["message_ids"]
    assert not any(m["engagement_statuses"] for m in items(client))
    assert len(batch(client, "seen", *ids[:50]).json()) == 50


def test_metadata_is_noted_for_each_message(client: httpx.Client) -> None:
    trigger(client, "w", "ellie", "nadia")
    ids = message_ids(client)
    batch(client, "interacted", *ids, metadata={"button": "ok"})
    for id in ids:
        assert items(client, f"/v1/messages/{id}/events")[0]["data"] == {"button": "ok"}
    too_much = {"message_ids": ids, "metadata": {str(n): n for n in range(6)}}
    assert client.post("/v1/messages/batch/interacted", json=too_much).status_code == 422
    # The browser client sends the field with every status.
    assert batch(client, "seen", *ids, metadata=None).json()


def test_browsers_may_read_the_header(client: httpx.Client) -> None:
    trigger(client, "w", "ellie")
    (id,) = message_ids(client)
    answer = client.post(
        "/v1/messages/batch/seen", json={"message_ids": [id]}, headers={"origin": "http://app"}
    )
    assert LIMITED in answer.headers["access-control-expose-headers"]
