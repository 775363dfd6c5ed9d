"""Audiences over HTTP: who is a member, alone or within a tenant."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import MockKnock
from mock_knock.world.audiences import Audience, Audiences
from mock_knock.world.objects import Objects
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.users import Users

PATH = "/v1/audiences/vip/members"


def member(user_id: str, tenant: str | None = None, **properties: Any) -> dict[str, Any]:
    return {"user": {"id": user_id, **properties}, "tenant": tenant}


def add(client: httpx.Client, *members: dict[str, Any], create: str = "true") -> httpx.Response:
    params = {"create_audience": create}
    return client.post(PATH, params=params, json={"members": list(members)})


def remove(client: httpx.Client, *members: dict[str, Any]) -> httpx.Response:
    return client.request("DELETE", PATH, json={"members": list(members)})


def listed(client: httpx.Client) -> list[tuple[str, str | None]]:
    entries = client.get(PATH).json()["entries"]
    return [(entry["user_id"], entry["tenant"]) for entry in entries]


def test_members_are_identified_and_listed_as_they_joined(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    assert add(client, member("ann", name="Ann"), member("bob", "acme")).status_code == 204
    mock_knock.clock.advance(60)
    add(client, member("cat"), member("ann", plan="pro"))
    assert listed(client) == [("ann", None), ("bob", "acme"), ("cat", None)]
    first = client.get(PATH).json()["entries"][0]
    assert first == {
        "__typename": "AudienceMember",
        "user_id": "ann",
        "user": client.get("/v1/users/ann").json(),
        "tenant": None,
        "added_at": "2026-01-05T09:00:00.000000Z",
    }
    assert (first["user"]["name"], first["user"]["plan"]) == ("Ann", "pro")


def test_a_user_is_a_member_once_for_each_tenant(client: httpx.Client) -> None:
    add(client, member("ann"), member("ann", "acme"), member("ann", "other"), member("ann", "acme"))
    assert listed(client) == [("ann", None), ("ann", "acme"), ("ann", "other")]
    remove(client, member("ann", "acme"), member("ann", "nowhere"), member("nobody"))
    assert listed(client) == [("ann", None), ("ann", "other")]
    remove(client, member("ann"))
    assert listed(client) == [("ann", "other")]


def test_the_list_is_one_page_however_long(client: httpx.Client) -> None:
    add(client, *(member(f"u{n}") for n in range(120)))
    answer = client.get(PATH).json()
    assert len(answer["entries"]) == 120
    assert answer["page_info"] == {
        "__typename": "PageInfo",
        "after": None,
        "before": None,
        "page_size": 120,
    }


@pytest.mark.parametrize("create", ["false", "true"])
def test_an_unknown_audience_is_made_only_when_asked_for(client: httpx.Client, create: str) -> None:
    answer = add(client, member("ann"), create=create)
    assert answer.status_code == (204 if create == "true" else 404)
    assert client.get(PATH).status_code == (200 if create == "true" else 404)
    assert client.get("/v1/users/ann").status_code == (200 if create == "true" else 404)


def test_nobody_can_be_removed_from_an_unknown_audience(client: httpx.Client) -> None:
    assert remove(client, member("ann")).status_code == 404


def test_members_of_a_dynamic_audience_do_not_come_by_calls(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.call(lambda world: world.audiences.declare(Audience("vip", static=False)))
    for answer in (add(client, member("ann")), remove(client, member("ann"))):
        assert answer.status_code == 422
        assert "dynamic" in answer.json()["message"]
    assert listed(client) == []


@pytest.mark.parametrize(
    ("members", "status", "field"),
    [
        ([member("ann"), member("a/b")], 404, "members[1].user.id"),
        ([member("ann"), member("bob", "a#b")], 404, "members[1].tenant"),
        ([member("ann"), member("bob", text="x" * 300_000)], 422, "properties"),
        ([member("ann")] * 1001, 422, "members"),
        ([member("ann"), {"tenant": "acme"}], 422, "members[1].user"),
    ],
)
def test_if_any_member_is_refused_none_is_added(
    client: httpx.Client, members: list[dict[str, Any]], status: int, field: str
) -> None:
    answer = add(client, *members)
    assert answer.status_code == status
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert client.get(PATH).status_code == 404
    assert client.get("/v1/users").json()["entries"] == []


def test_members_go_when_their_user_does(client: httpx.Client) -> None:
    add(client, member("ann"), member("ann", "acme"), member("bob"), member("cat"))
    client.delete("/v1/users/ann")
    client.post("/v1/users/cat/merge", json={"from_user_id": "bob"})
    assert listed(client) == [("cat", None)]
    add(client, member("ann"))
    assert listed(client) == [("cat", None), ("ann", None)]


keys = st.tuples(st.sampled_from("abc"), st.sampled_from([None, "t1", "t2"]))
commands = st.tuples(st.sampled_from(("add", "remove", "forget")), st.lists(keys, max_size=4))


@given(st.lists(commands, max_size=12))
def test_membership_is_a_set_that_remembers_its_order(
    plan: list[tuple[str, list[tuple[str, str | None]]]],
) -> None:
    users = Users()
    audiences = Audiences(RecipientStore(users, Objects()))
    audiences.declare(Audience("vip"))
    model: dict[tuple[str, str | None], None] = {}
    for command, named in plan:
        members = [member(*key) for key in named]
        if command == "add":
            audiences.add("vip", members, 0)
            model.update(dict.fromkeys(named))
        elif command == "remove":
            audiences.remove("vip", members, 0)
            model = {key: None for key in model if key not in named}
        else:
            for user_id, _ in named:
                users.delete(user_id)
                audiences.forget(user_id)
            model = {key: None for key in model if key[0] not in {id for id, _ in named}}
        shown = [(entry["user_id"], entry["tenant"]) for entry in audiences.members("vip")]
        assert shown == list(model)
        assert all(audiences.has("vip", *key) == (key in model) for key in named)
