"""Lists of messages: every filter, pages, and the query forms of Knock's clients."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.channels import DEFAULT_FEED_ID
from tests.messages.calls import identify, ids, items, message_ids, trigger

UNKNOWN = "3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10"


@pytest.fixture
def mail(client: httpx.Client, mock_knock: MockKnock) -> dict[str, str]:
    """Four messages: the ids by a name each, the oldest first."""
    mock_knock.channels.declare("bell")
    mock_knock.channels.declare("email", "email")
    mock_knock.workflows.declare("news", steps=["bell"], categories=["reading", "weekly"])
    mock_knock.workflows.declare("bills", steps=["email"], categories=["money"])
    identify(client, "ellie", "nadia", email="someone@example.com")
    trigger(client, "news", "ellie", data={"n": 1, "t": "x" * 300, "flag": True})
    mock_knock.clock.advance(60)
    trigger(client, "news", "nadia", tenant="acme", data={"n": 2})
    mock_knock.clock.advance(60)
    trigger(client, "bills", "ellie", tenant="acme", data={"n": 1})
    mock_knock.clock.advance(60)
    trigger(client, "bills", "nadia", tenant="beta")
    return dict(
        zip(("news-1", "news-2", "bill-1", "bill-2"), message_ids(client)[::-1], strict=True)
    )


def names(mail: dict[str, str], found: list[str]) -> list[str]:
    by_id = {id: name for name, id in mail.items()}
    return [by_id[id] for id in found]


EVERY = ["bill-2", "bill-1", "news-2", "news-1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, EVERY),
        ({"tenant": "acme"}, ["bill-1", "news-2"]),
        ({"tenant": "nobody"}, []),
        ({"source": "news"}, ["news-2", "news-1"]),
        ({"source": "money"}, []),
        ({"status[]": ["delivered", "bounced"]}, ["bill-1", "news-2", "news-1"]),
        ({"status[]": ["queued"]}, ["bill-2"]),
        ({"status": "queued"}, ["bill-2"]),
        ({"workflow_categories[]": ["weekly", "other"]}, ["news-2", "news-1"]),
        ({"workflow_categories[]": ["money"], "tenant": "acme"}, ["bill-1"]),
        ({"trigger_data": '{"n":1}'}, ["bill-1", "news-1"]),
        ({"trigger_data": '{"n":1,"flag":true}'}, ["news-1"]),
        ({"trigger_data": '{"flag":1}'}, []),
        ({"trigger_data": "{}"}, EVERY),
        ({"trigger_data": json.dumps({"t": "x" * 256 + "y"})}, ["news-1"]),
        ({"trigger_data": json.dumps({"t": "x" * 255})}, []),
        ({"trigger_data": "trigger_data"}, []),
        ({"trigger_data": "[1]"}, []),
        ({"inserted_at.gt": "2026-01-05T09:01:00Z"}, ["bill-2", "bill-1"]),
        ({"inserted_at[gt]": "2026-01-05T09:01:00Z"}, ["bill-2", "bill-1"]),
        ({"inserted_at[gte]": "2026-01-05T09:01:00Z"}, ["bill-2", "bill-1", "news-2"]),
        ({"inserted_at[lt]": "2026-01-05T10:01:00+01:00"}, ["news-1"]),
        ({"inserted_at.lte": "2026-01-05T09:01:00"}, ["news-2", "news-1"]),
        ({"inserted_at.lte": "2026-01-05"}, []),
        ({"inserted_at.gt": "2026-01-05T09:00:00Z", "inserted_at.lt": "2026-01-05T09:02:00Z"},
         ["news-2"]),
        ({"inserted_at[gt]": "gt"}, []),
        ({"inserted_at[gt]": "2026-01-05", "inserted_at[lt]": "lt"}, []),
        ({"channel_id": "channel_id"}, []),
        ({"channel_id": UNKNOWN}, []),
        ({"workflow_run_id": UNKNOWN}, []),
        ({"workflow_recipient_run_id": UNKNOWN}, []),
        ({"message_ids[]": ["message_id"]}, []),
        ({"engagement_status[]": ["seen"]}, []),
        ({"engagement_status[]": ["unseen", "unread", "unarchived"]}, EVERY),
        ({"engagement_status[]": ["unseen", "seen"]}, []),
    ],
)  # fmt: skip
def test_filters(
    client: httpx.Client, mail: dict[str, str], query: dict[str, Any], expected: list[str]
) -> None:
    assert names(mail, message_ids(client, **query)) == expected


def test_filters_by_ids_that_are_only_known_at_run_time(
    client: httpx.Client, mail: dict[str, str]
) -> None:
    bill = client.get(f"/v1/messages/{mail['bill-1']}").json()
    source = bill["source"]
    assert message_ids(client, workflow_run_id=source["workflow_run_id"]) == [bill["id"]]
    run_id = source["workflow_recipient_run_id"].upper()
    assert message_ids(client, workflow_recipient_run_id=run_id) == [bill["id"]]
    assert names(mail, message_ids(client, channel_id=bill["channel_id"].upper())) == EVERY[:2]
    some = [mail["news-1"], "unknown", mail["bill-1"], mail["bill-1"]]
    assert names(mail, message_ids(client, **{"message_ids[]": some})) == ["bill-1", "news-1"]
    both = {"message_ids[]": some, "tenant": "acme"}
    assert names(mail, message_ids(client, **both)) == ["bill-1"]


def test_engagement_filters_follow_the_marks(client: httpx.Client, mail: dict[str, str]) -> None:
    client.put(f"/v1/messages/{mail['news-1']}/seen")
    client.put(f"/v1/messages/{mail['news-1']}/archived")
    client.put(f"/v1/messages/{mail['bill-1']}/seen")

    def engaged(*statuses: str) -> list[str]:
        return names(mail, message_ids(client, **{"engagement_status[]": list(statuses)}))

    assert engaged("seen") == ["bill-1", "news-1"]
    assert engaged("seen", "archived") == ["news-1"]
    assert engaged("unarchived", "seen") == ["bill-1"]
    assert engaged("link_clicked") == engaged("interacted") == []


def test_lists_of_one_recipient(client: httpx.Client, mail: dict[str, str]) -> None:
    path = "/v1/users/ellie/messages"
    assert names(mail, ids(items(client, path))) == ["bill-1", "news-1"]
    assert names(mail, ids(items(client, path, tenant="acme"))) == ["bill-1"]
    theirs = {"message_ids[]": [mail["news-2"], mail["news-1"]]}
    assert names(mail, ids(items(client, path, **theirs))) == ["news-1"]


def test_lists_of_one_object(client: httpx.Client) -> None:
    one, two = ({"id": "p", "collection": c, "name": c} for c in ("projects", "repos"))
    trigger(client, "w", one, two, "p")
    for path, recipient in (
        ("/v1/objects/projects/p", {"id": "p", "collection": "projects"}),
        ("/v1/objects/repos/p", {"id": "p", "collection": "repos"}),
        ("/v1/users/p", "p"),
    ):
        assert [m["recipient"] for m in items(client, f"{path}/messages")] == [recipient]


@pytest.mark.parametrize("path", ["/v1/users/nobody", "/v1/objects/projects/nothing"])
def test_lists_of_unknown_recipients_are_a_404(client: httpx.Client, path: str) -> None:
    answer = client.get(f"{path}/messages")
    assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"trigger_data": '{"a":{"b":1}}'}, "trigger_data"),
        ({"trigger_data": '{"a":[]}'}, "trigger_data"),
        ({"message_ids[]": [str(n) for n in range(51)]}, "message_ids"),
        ({"status[]": ["lost"]}, "status[0]"),
        ({"engagement_status[]": ["bored"]}, "engagement_status[0]"),
        ({"workflow_run_id": "x"}, "workflow_run_id"),
        ({"status[0]": "sent"}, "status[0]"),
        ({"page_size": "many"}, "page_size"),
    ],
)
def test_filters_that_break_a_rule_name_the_field(
    client: httpx.Client, query: dict[str, Any], field: str
) -> None:
    answer = client.get("/v1/messages", params=query)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_pages_go_from_the_newest_to_the_oldest_and_back(client: httpx.Client) -> None:
    trigger(client, "w", *(f"u{n}" for n in range(7)))
    everything = message_ids(client)
    first = client.get("/v1/messages", params={"page_size": 3}).json()
    assert ids(first["items"]) == everything[:3]
    assert (first["page_info"]["before"], first["page_info"]["page_size"]) == (None, 3)
    second = client.get(
        "/v1/messages", params={"page_size": 3, "after": first["page_info"]["after"]}
    ).json()
    assert ids(second["items"]) == everything[3:6]
    last = client.get(
        "/v1/messages", params={"page_size": 3, "after": second["page_info"]["after"]}
    ).json()
    assert ids(last["items"]) == everything[6:]
    assert last["page_info"]["after"] is None
    back = client.get(
        "/v1/messages", params={"page_size": 2, "before": last["page_info"]["before"]}
    ).json()
    assert ids(back["items"]) == everything[4:6]


def test_the_cursor_of_a_row_continues_behind_it(client: httpx.Client) -> None:
    trigger(client, "w", "a", "b", "c")
    newest, middle, oldest = items(client)
    assert ids(items(client, after=middle["__cursor"])) == [oldest["id"]]
    assert ids(items(client, before=middle["__cursor"])) == [newest["id"]]
    assert "__cursor" not in client.get(f"/v1/messages/{oldest['id']}").json()


def test_pages_keep_to_the_filter_and_the_span_of_time(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    for n in range(12):
        trigger(client, "w", "ellie", tenant="even" if n % 2 == 0 else "odd", data={"n": n})
        mock_knock.clock.advance(1)
    query: dict[str, Any] = {
        "tenant": "even",
        "inserted_at[gte]": "2026-01-05T09:00:02Z",
        "inserted_at[lt]": "2026-01-05T09:00:10Z",
        "page_size": 2,
    }
    first = client.get("/v1/messages", params=query).json()
    assert [m["data"]["n"] for m in first["items"]] == [8, 6]
    assert first["page_info"]["before"] is None
    after = first["page_info"]["after"]
    second = client.get("/v1/messages", params={**query, "after": after}).json()
    assert [m["data"]["n"] for m in second["items"]] == [4, 2]
    assert second["page_info"]["after"] is None
    assert second["page_info"]["before"] is not None


@pytest.mark.parametrize(
    "path", ["/v1/messages", "/v1/messages/{id}/events", f"/v1/users/ellie/feeds/{DEFAULT_FEED_ID}"]
)
def test_a_cursor_of_another_list_is_a_404(client: httpx.Client, path: str) -> None:
    trigger(client, "w", "ellie", "nadia")
    path = path.replace("{id}", message_ids(client)[0])
    for cursor in ("after", "dXNlcnM6MQ=="):
        answer = client.get(path, params={"after": cursor})
        assert answer.status_code == 404
        assert [error["field"] for error in answer.json()["errors"]] == ["after"]


def test_events_are_paged_too(client: httpx.Client) -> None:
    trigger(client, "w", "ellie")
    (id,) = message_ids(client)
    path = f"/v1/messages/{id}/events"
    first = client.get(path, params={"page_size": 2}).json()
    rest = client.get(path, params={"after": first["page_info"]["after"]}).json()
    types = [e["type"] for e in (*first["items"], *rest["items"])]
    assert types == ["message.delivered", "message.queued", "message.created"]
    assert len({e["id"] for e in (*first["items"], *rest["items"])}) == 3


@pytest.mark.parametrize("what", ["", "/content", "/events", "/activities", "/delivery_logs"])
def test_unknown_messages_are_a_404(client: httpx.Client, what: str) -> None:
    answer = client.get(f"/v1/messages/message_id{what}")
    assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")


def test_environments_do_not_see_each_others_messages(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "w", "ellie")
    other = MockKnock(mock_knock.server, "someone-else")
    with other.client() as theirs:
        assert items(theirs) == []
        assert theirs.get(f"/v1/messages/{message_ids(client)[0]}").status_code == 404
    other.close()


def test_the_rare_ones_among_many_are_found(client: httpx.Client, mock_knock: MockKnock) -> None:
    """Lists by status look at the few that have it, when they are few."""
    identify(client, "boss", email="boss@example.com")
    trigger(client, "news", *(f"u{n}" for n in range(300)), tenant="acme")
    *_, middle = message_ids(client)
    mock_knock.channels.declare("email", "email", ends="bounced")
    mock_knock.workflows.declare("mail", steps=["email"], categories=["letters"])
    trigger(client, "mail", "boss")
    (letter,) = message_ids(client, source="mail")
    trigger(client, "mail", "boss", tenant="acme")

    assert message_ids(client, **{"status[]": "queued"})[1:] == [letter]
    assert message_ids(client, **{"status[]": ["queued", "bounced"]})[1:] == [letter]
    mock_knock.clock.advance(10)
    assert message_ids(client, **{"status[]": ["queued"]}) == []
    assert len(message_ids(client, **{"status[]": ["queued", "bounced"]})) == 2
    assert message_ids(client, **{"status[]": "bounced"}, tenant="acme") != [letter]
    assert len(message_ids(client, **{"status[]": ["delivered", "bounced"]})) == 50
    assert len(message_ids(client, **{"workflow_categories[]": "letters"})) == 2

    client.put(f"/v1/messages/{letter}/interacted")
    client.put(f"/v1/messages/{middle}/read")
    assert message_ids(client, **{"engagement_status[]": "read"}) == [letter, middle]
    assert message_ids(client, **{"engagement_status[]": ["read", "interacted"]}) == [letter]
    assert message_ids(client, **{"engagement_status[]": ["read"]}, tenant="acme") == [middle]
    client.delete(f"/v1/messages/{middle}/read")
    assert message_ids(client, **{"engagement_status[]": "read"}) == [letter]
    client.delete("/v1/users/boss")
    assert message_ids(client, **{"engagement_status[]": "read"}) == []
    assert message_ids(client, **{"status[]": "bounced"}) == []
