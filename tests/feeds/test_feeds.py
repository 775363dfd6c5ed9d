"""A user's in-app feed: what stands in it, its counts, filters, modes and cursors."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.channels import DEFAULT_FEED_ID
from tests.messages.calls import counts, feed, identify, message_ids, trigger

APP_FEED = "4be1f7a2-0c95-4d38-a6e1-9f3b72d8c054"
FIELDS = {
    "__typename", "__cursor", "id", "activities", "actors", "archived_at", "blocks", "clicked_at",
    "data", "inserted_at", "interacted_at", "link_clicked_at", "read_at", "seen_at", "source",
    "tenant", "total_activities", "total_actors", "updated_at",
}  # fmt: skip


def numbers(found: dict[str, Any]) -> list[int]:
    return [entry["data"]["n"] for entry in found["entries"]]


def test_an_unknown_user_has_an_empty_feed(client: httpx.Client) -> None:
    found = feed(client, "nobody")
    assert (found["entries"], counts(found), found["vars"]) == ([], (0, 0, 0), {})
    assert found["page_info"]["after"] is None


def test_items_stand_newest_first_with_all_that_clients_read(client: httpx.Client) -> None:
    identify(client, "tom", name="Tom")
    trigger(client, "welcome", "ellie", "nadia", data={"n": 1})
    trigger(client, "welcome", "ellie", actor="tom", tenant="acme", data={"n": 2, "o": {"p": 1}})
    found = feed(client, "ellie")
    newest, oldest = found["entries"]
    assert set(newest) == FIELDS
    assert newest["id"] == message_ids(client)[0]
    assert [a["name"] for a in newest["actors"]] == ["Tom"]
    assert (newest["total_actors"], newest["total_activities"]) == (1, 1)
    assert newest["activities"][0]["data"] == {"n": 2, "o": {"p": 1}}
    assert (newest["tenant"], oldest["tenant"]) == ("acme", None)
    assert newest["source"]["key"] == "welcome"
    assert newest["blocks"][0]["rendered"] == "<p>A message of the workflow welcome</p>"
    assert (oldest["actors"], oldest["total_actors"]) == ([], 0)


def test_any_uuid_is_the_default_feed_until_one_is_declared(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "w", "ellie")
    assert counts(feed(client, "ellie", APP_FEED)) == (1, 1, 1)
    assert counts(feed(client, "ellie", APP_FEED.upper())) == (1, 1, 1)
    mock_knock.channels.declare("email", "email")
    assert counts(feed(client, "ellie", APP_FEED)) == (1, 1, 1)
    mock_knock.channels.declare("bell")
    for path in ("", "/settings"):
        answer = client.get(f"/v1/users/ellie/feeds/{APP_FEED}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "channel_invalid")


def test_each_feed_has_its_own_messages(client: httpx.Client, mock_knock: MockKnock) -> None:
    bell = mock_knock.channels.declare("bell", id=APP_FEED)
    inbox = mock_knock.channels.declare("inbox")
    mock_knock.workflows.declare("both", steps=["bell", "inbox"])
    mock_knock.workflows.declare("one", steps=["inbox"])
    trigger(client, "both", "ellie")
    trigger(client, "one", "ellie")
    assert counts(feed(client, "ellie", bell.id)) == (1, 1, 1)
    assert counts(feed(client, "ellie", inbox.id)) == (2, 2, 2)


def test_other_channels_are_no_feeds(client: httpx.Client, mock_knock: MockKnock) -> None:
    email = mock_knock.channels.declare("email", "email")
    answer = client.get(f"/v1/users/ellie/feeds/{email.id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "channel_invalid")
    assert client.get("/v1/users/ellie/feeds/not-a-uuid").status_code == 422


@pytest.mark.parametrize(
    ("query", "expected", "unread_unseen"),
    [
        ({}, [4, 3, 2, 1], (3, 3)),
        ({"status": "all"}, [4, 3, 2, 1], (3, 3)),
        ({"status": "unread"}, [4, 2, 1], (3, 2)),
        ({"status": "read"}, [3], (0, 1)),
        ({"status": "unseen"}, [4, 3, 1], (2, 3)),
        ({"status": "seen"}, [2], (1, 0)),
        ({"archived": "exclude"}, [4, 3, 2, 1], (3, 3)),
        ({"archived": "include"}, [5, 4, 3, 2, 1], (4, 4)),
        ({"archived": "only"}, [5], (1, 1)),
        ({"source": "bills"}, [4, 3], (1, 2)),
        ({"workflow_categories[]": ["money"]}, [4, 3], (1, 2)),
        ({"workflow_categories[]": ["money", "reading"]}, [4, 3, 2, 1], (3, 3)),
        ({"tenant": "acme"}, [3, 2, 1], (2, 2)),
        ({"tenant": "acme", "has_tenant": "true"}, [3, 2], (1, 1)),
        ({"tenant": "acme", "has_tenant": "false"}, [1], (1, 1)),
        ({"has_tenant": "true"}, [4, 3, 2], (2, 2)),
        ({"has_tenant": "false"}, [1], (1, 1)),
        ({"trigger_data": '{"n":2}'}, [2], (1, 0)),
        ({"trigger_data": "trigger_data"}, [], (0, 0)),
        ({"inserted_at[gt]": "2026-01-05T09:02:00Z"}, [4], (1, 1)),
        ({"inserted_at.gte": "2026-01-05T09:02:00Z"}, [4, 3], (1, 2)),
        ({"inserted_at[lt]": "lt"}, [], (0, 0)),
        ({"locale": "fr-FR"}, [4, 3, 2, 1], (3, 3)),
        ({"exclude": "exclude"}, [4, 3, 2, 1], (3, 3)),
        ({"status": "unread", "tenant": "acme", "source": "news"}, [2, 1], (2, 1)),
    ],
)  # fmt: skip
def test_filters_hold_for_items_and_counts(
    client: httpx.Client,
    mock_knock: MockKnock,
    query: dict[str, Any],
    expected: list[int],
    unread_unseen: tuple[int, int],
) -> None:
    mock_knock.workflows.declare("news", categories=["reading"])
    mock_knock.workflows.declare("bills", categories=["money"])
    for n, (key, tenant) in enumerate(
        [("news", None), ("news", "acme"), ("bills", "acme"), ("bills", "beta"), ("news", "beta")],
        start=1,
    ):
        trigger(client, key, "ellie", tenant=tenant, data={"n": n})
        mock_knock.clock.advance(60)
    fifth, _, third, second, _ = message_ids(client)
    client.put(f"/v1/messages/{second}/seen")
    client.put(f"/v1/messages/{third}/read")
    client.put(f"/v1/messages/{fifth}/archived")
    found = feed(client, "ellie", **query)
    assert numbers(found) == expected
    assert counts(found) == (len(expected), *unread_unseen)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "bored"}, "status"),
        ({"archived": "maybe"}, "archived"),
        ({"mode": "huge"}, "mode"),
        ({"has_tenant": "perhaps"}, "has_tenant"),
        ({"trigger_data": '{"a":{"b":1}}'}, "trigger_data"),
    ],
)
def test_filters_that_break_a_rule_name_the_field(
    client: httpx.Client, query: dict[str, str], field: str
) -> None:
    answer = client.get(f"/v1/users/ellie/feeds/{DEFAULT_FEED_ID}", params=query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_compact_items_have_no_activities_and_no_nested_data(client: httpx.Client) -> None:
    data = {"n": 1, "text": "t", "nothing": None, "list": [1], "object": {"a": 1}}
    identify(client, "tom")
    trigger(client, "w", "ellie", actor="tom", data=data)
    (rich,) = feed(client, "ellie", mode="rich")["entries"]
    (compact,) = feed(client, "ellie", mode="compact")["entries"]
    assert rich["data"] == data
    assert compact["data"] == {"n": 1, "text": "t", "nothing": None}
    assert (compact["activities"], len(compact["actors"])) == ([], 1)
    kept = FIELDS - {"activities", "data"}
    assert {name: compact[name] for name in kept} == {name: rich[name] for name in kept}


def test_fields_can_be_excluded(client: httpx.Client) -> None:
    trigger(client, "w", "ellie")
    found = feed(
        client,
        "ellie",
        exclude="entries.archived_at, entries.source.version_id,meta.total_count,vars,a.b.c.d,x.y",
    )
    (item,) = found["entries"]
    assert set(item) == FIELDS - {"archived_at"}
    assert set(item["source"]) == {"__typename", "key", "categories"}
    assert set(found["meta"]) == {"__typename", "unread_count", "unseen_count"}
    assert set(found) == {"entries", "meta", "page_info"}


def test_paths_of_four_levels_are_ignored(client: httpx.Client) -> None:
    trigger(client, "w", "ellie")
    found = feed(client, "ellie", exclude="entries.activities.recipient.id")
    assert found == feed(client, "ellie")


def test_a_feed_is_paged(client: httpx.Client) -> None:
    for n in range(5):
        trigger(client, "w", "ellie", "nadia", data={"n": n})
    first = feed(client, "ellie", page_size=2)
    assert (numbers(first), counts(first)) == ([4, 3], (5, 5, 5))
    second = feed(client, "ellie", page_size=2, after=first["page_info"]["after"])
    assert (numbers(second), counts(second)) == ([2, 1], (5, 5, 5))
    last = feed(client, "ellie", page_size=2, after=second["page_info"]["after"])
    assert (numbers(last), last["page_info"]["after"]) == ([0], None)


def test_the_cursor_of_the_first_item_leads_to_newer_ones(client: httpx.Client) -> None:
    trigger(client, "w", "ellie", data={"n": 1})
    head = feed(client, "ellie")["entries"][0]["__cursor"]
    assert numbers(feed(client, "ellie", before=head)) == []
    trigger(client, "w", "ellie", data={"n": 2})
    trigger(client, "w", "ellie", data={"n": 3})
    newer = feed(client, "ellie", before=head, mode="compact", archived="exclude")
    assert (numbers(newer), counts(newer)) == ([3, 2], (3, 3, 3))


def test_the_stock_feed_marks_everything_as_read(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    """What `@knocklabs/client` sends for `markAllAsRead`, for a feed of one tenant."""
    mock_knock.plan_all("messages.*", progress="immediate")
    trigger(client, "w", "ellie", "nadia", tenant="acme")
    trigger(client, "w", "ellie", tenant="beta")
    scope = {"user_ids": ["ellie"], "archived": "exclude", "tenants": ["acme"]}
    headers = {"authorization": f"Bearer {mock_knock.public_key}"}
    answer = client.post(f"/v1/channels/{APP_FEED}/messages/bulk/read", json=scope, headers=headers)
    assert answer.json()["success_count"] == 1
    query = {"mode": "compact", "archived": "exclude", "tenant": "acme", "has_tenant": "true"}
    assert counts(feed(client, "ellie", APP_FEED, **query)) == (1, 0, 1)
    assert counts(feed(client, "ellie", APP_FEED)) == (2, 1, 2)
    assert counts(feed(client, "nadia", APP_FEED)) == (1, 1, 1)


def test_settings_of_a_feed(client: httpx.Client) -> None:
    answer = client.get(f"/v1/users/nobody/feeds/{APP_FEED}/settings")
    assert answer.json() == {"features": {"branding_required": False}}


def test_a_public_key_may_read_feeds(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "w", "ellie")
    headers = {"authorization": f"Bearer {mock_knock.public_key}"}
    for path in ("", "/settings"):
        answer = client.get(f"/v1/users/ellie/feeds/{DEFAULT_FEED_ID}{path}", headers=headers)
        assert answer.status_code == 200
