"""What becomes of messages when the people they are about go."""

from __future__ import annotations

from typing import Any

import httpx

from mock_knock import MockKnock
from tests.messages.calls import counts, feed, identify, items, message_ids, trigger


def test_deleting_a_user_deletes_its_messages(client: httpx.Client) -> None:
    trigger(client, "w", "ellie", "nadia", tenant="acme")
    nadia, ellie = message_ids(client)
    assert client.delete("/v1/users/ellie").status_code == 204
    assert message_ids(client) == [nadia]
    assert message_ids(client, tenant="acme") == message_ids(client, source="w") == [nadia]
    assert message_ids(client, **{"message_ids[]": [ellie]}) == []
    assert client.get(f"/v1/messages/{ellie}").status_code == 404
    identify(client, "ellie")
    assert items(client, "/v1/users/ellie/messages") == []
    assert counts(feed(client, "ellie")) == (0, 0, 0)


def test_deleting_users_in_bulk_deletes_their_messages(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "w", "ellie", "nadia")
    mock_knock.plan_next("users.delete", progress="immediate")
    client.post("/v1/users/bulk/delete", json={"user_ids": ["ellie"]})
    assert [m["recipient"] for m in items(client)] == ["nadia"]


def test_a_deleted_actor_is_shown_as_missing(client: httpx.Client) -> None:
    identify(client, "tom", name="Tom")
    trigger(client, "w", "ellie", actor="tom")
    client.delete("/v1/users/tom")
    (item,) = feed(client, "ellie")["entries"]
    assert [(a["id"], a["name"]) for a in item["actors"]] == [("tom", "Missing user")]
    assert item["activities"][0]["actor"]["name"] == "Missing user"
    assert items(client)[0]["actors"] == ["tom"]


def merge(client: httpx.Client, into: str, other: str) -> dict[str, Any]:
    answer = client.post(f"/v1/users/{into}/merge", json={"from_user_id": other})
    assert answer.status_code == 200, answer.text
    survivor: dict[str, Any] = answer.json()
    return survivor


def test_merging_users_moves_the_messages_of_the_last_30_days(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    day = 86_400
    trigger(client, "w", "old", data={"n": 1})
    mock_knock.clock.advance(1)
    trigger(client, "w", "old", data={"n": 2})
    trigger(client, "w", "new", data={"n": 3})
    trigger(client, "w", "old", data={"n": 4})
    mock_knock.clock.advance(30 * day)
    trigger(client, "w", "new", data={"n": 5})
    fourth = message_ids(client)[1]
    client.put(f"/v1/messages/{fourth}/read")

    merge(client, "new", "old")

    mine = items(client, "/v1/users/new/messages")
    assert [m["data"]["n"] for m in mine] == [5, 4, 3, 2]
    assert {m["recipient"] for m in mine} == {"new"}
    assert [m["data"]["n"] for m in items(client)] == [5, 4, 3, 2]
    found = feed(client, "new")
    assert [e["data"]["n"] for e in found["entries"]] == [5, 4, 3, 2]
    assert counts(found) == (4, 3, 4)
    assert counts(feed(client, "old")) == (0, 0, 0)
    trigger(client, "w", "new", data={"n": 6})
    assert [e["data"]["n"] for e in feed(client, "new")["entries"]] == [6, 5, 4, 3, 2]
    assert client.get("/v1/users/old/messages").status_code == 404


def test_an_archived_message_stays_archived_when_it_moves(client: httpx.Client) -> None:
    trigger(client, "w", "old", "new")
    client.put(f"/v1/messages/{message_ids(client)[1]}/archived")
    merge(client, "new", "old")
    assert counts(feed(client, "new")) == (1, 1, 1)
    assert counts(feed(client, "new", archived="include")) == (2, 2, 2)
