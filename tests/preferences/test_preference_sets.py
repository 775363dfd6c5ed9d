"""Preference sets: single facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

USER = "/v1/users/ada/preferences"
OBJECT = "/v1/objects/projects/p/preferences"
NOTHING = {
    "categories": None,
    "workflows": None,
    "channel_types": None,
    "channels": None,
    "commercial_subscribed": None,
}


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def set_environment_default(mock: MockKnock, default: dict[str, Any]) -> None:
    mock.call(lambda world: setattr(world.preferences, "environment_default", default))


def set_tenant_default(client: httpx.Client, default: dict[str, Any]) -> None:
    client.put("/v1/tenants/acme", json={"settings": {"preference_set": default}})


@pytest.mark.parametrize("base", [USER, OBJECT])
def test_a_set_that_was_never_written_is_there_and_empty(client: httpx.Client, base: str) -> None:
    assert client.get(f"{base}/default").status_code == 404
    client.put(base.removesuffix("/preferences"), json={})
    assert client.get(f"{base}/default").json() == {"id": "default", **NOTHING}
    assert client.get(f"{base}/some-tenant").json() == {"id": "some-tenant", **NOTHING}
    assert client.get(base).json() == []


@pytest.mark.parametrize("base", [USER, OBJECT])
def test_writing_creates_the_recipient(client: httpx.Client, base: str) -> None:
    assert client.put(f"{base}/default", json={"workflows": {"w": False}}).status_code == 200
    assert client.get(base.removesuffix("/preferences")).status_code == 200


def test_a_put_replaces_and_merges_on_request(client: httpx.Client) -> None:
    """The example of Knock's docs, preferences overview."""
    collaboration = {"channel_types": {"email": True, "in_app_feed": True}}
    client.put(f"{USER}/default", json={"categories": {"collaboration": collaboration}})
    body = {
        "__persistence_strategy__": "merge",
        "categories": {"collaboration": {"channel_types": {"email": False}}},
    }
    merged = client.put(f"{USER}/default", json=body).json()
    assert merged["categories"] == {
        "collaboration": {"channel_types": {"email": False, "in_app_feed": True}}
    }
    replaced = client.put(f"{USER}/default", json={"workflows": {"w": True}}).json()
    assert replaced == {"id": "default", **NOTHING, "workflows": {"w": True}}


def test_null_groups_are_as_if_never_set(client: httpx.Client, mock_knock: MockKnock) -> None:
    set_environment_default(mock_knock, {"workflows": {"w": False}})
    answer = client.put(f"{USER}/default", json={"workflows": None}).json()
    assert answer["workflows"] == {"w": False}


def test_a_user_that_set_nothing_has_the_defaults(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    set_environment_default(mock_knock, {"channel_types": {"sms": False, "email": True}})
    set_tenant_default(client, {"channel_types": {"email": False}})
    client.put("/v1/users/ada", json={})
    assert client.get(f"{USER}/default").json()["channel_types"] == {"sms": False, "email": True}
    for answer in (
        client.get(f"{USER}/acme").json(),
        client.get(f"{USER}/default", params={"tenant": "acme"}).json(),
    ):
        assert answer["channel_types"] == {"sms": False, "email": False}


def test_a_tenant_named_in_the_query_goes_before_the_sets_own(client: httpx.Client) -> None:
    set_tenant_default(client, {"workflows": {"w": False}})
    client.put("/v1/users/ada", json={})
    answer = client.get(f"{USER}/acme", params={"tenant": "another"}).json()
    assert answer["workflows"] is None
    answer = client.get(f"{USER}/another", params={"tenant": "acme"}).json()
    assert (answer["id"], answer["workflows"]) == ("another", {"w": False})


def test_what_the_user_set_goes_before_the_defaults(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    set_environment_default(mock_knock, {"workflows": {"a": False, "b": False}})
    set_tenant_default(client, {"workflows": {"b": True, "c": True}})
    answer = client.put(f"{USER}/acme", json={"workflows": {"c": False}}).json()
    assert answer["workflows"] == {"a": False, "b": True, "c": False}
    assert client.get(USER).json() == [answer]


def test_a_tenants_replace_strategy_overrides_the_user_and_is_visible(
    client: httpx.Client,
) -> None:
    """The example of Knock's docs, per-tenant preferences."""
    own = {
        "categories": {
            "collaboration": {"channel_types": {"email": True}},
            "project-updates": {"channel_types": {"email": True}},
        }
    }
    overriding = {"__strategy__": "replace", "channel_types": {"email": False}}
    set_tenant_default(
        client,
        {
            "categories": {
                "collaboration": overriding,
                "project-updates": {"channel_types": {"email": False}},
            },
            "channel_types": {"__strategy__": "replace", "sms": True},
        },
    )
    client.put(f"{USER}/acme", json={**own, "channel_types": {"sms": False}})
    shown = client.get(f"{USER}/acme").json()
    assert shown["categories"] == {
        "collaboration": overriding,
        "project-updates": {"channel_types": {"email": True}},
    }
    assert shown["channel_types"] == {"__strategy__": "replace", "sms": True}
    # What it overrode comes back when the strategy goes.
    set_tenant_default(client, {"categories": {"collaboration": {"__strategy__": "merge"}}})
    shown = client.get(f"{USER}/acme").json()["categories"]["collaboration"]
    assert shown["channel_types"] == {"email": True}


def test_a_deleted_set_shows_the_defaults(client: httpx.Client, mock_knock: MockKnock) -> None:
    set_environment_default(mock_knock, {"workflows": {"w": True}})
    client.put(f"{USER}/default", json={"workflows": {"w": False}})
    assert client.delete(f"{USER}/default").status_code == 204
    assert client.delete(f"{USER}/default").status_code == 204
    assert client.get(f"{USER}/default").json()["workflows"] == {"w": True}
    assert client.get(USER).json() == []
    assert client.delete("/v1/users/nobody/preferences/default").status_code == 404


@pytest.mark.parametrize("set_id", ["a%2Fb", "%23", "x" * 257])
def test_an_id_that_no_tenant_can_have_is_missing(client: httpx.Client, set_id: str) -> None:
    client.put("/v1/users/ada", json={})
    for method in ("GET", "PUT", "DELETE"):
        body: dict[str, Any] | None = {} if method == "PUT" else None
        answer = client.request(method, f"{USER}/{set_id}", json=body)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["field"] == "id"
    assert client.put(f"/v1/users/eve/preferences/{set_id}", json={}).status_code == 404
    assert client.get("/v1/users/eve").status_code == 404


@pytest.mark.parametrize("base", [USER, OBJECT])
@pytest.mark.parametrize(
    ("part", "name"), [("workflows", "w"), ("categories", "c"), ("channel_types", "email")]
)
def test_one_setting_takes_the_browser_clients_form(
    client: httpx.Client, base: str, part: str, name: str
) -> None:
    path = f"{base}/default/{part}"
    assert client.put(f"{path}/{name}", json={"subscribed": False}).json()[part] == {name: False}
    setting = {"channel_types": {"sms": True}}
    assert client.put(f"{path}/{name}", json=setting).json()[part] == {name: setting}
    assert client.put(f"{path}/{name}", json=True).json()[part] == {name: True}
    assert client.put(path, json={"other": False}).json()[part] == {"other": False}
    assert client.put(path, json={}).json()[part] == {}


def test_parts_leave_the_other_parts_alone(client: httpx.Client) -> None:
    client.put(f"{USER}/default", json={"categories": {"c": False}, "workflows": {"a": True}})
    client.put(f"{USER}/default/workflows/b", json={"subscribed": False})
    shown = client.get(f"{USER}/default").json()
    assert (shown["categories"], shown["workflows"]) == ({"c": False}, {"a": True, "b": False})


@pytest.mark.parametrize("path", ["workflows", "workflows/w", "channel_types/email"])
@pytest.mark.parametrize(
    "content",
    [
        {},
        {"content": b"", "headers": {"content-type": "application/json"}},
        {"content": b"a=1", "headers": {"content-type": "text/plain"}},
    ],
)
def test_without_a_json_body_a_part_stays_as_it_is(
    client: httpx.Client, path: str, content: Any
) -> None:
    client.put(f"{USER}/default", json={"workflows": {"w": False}})
    answer = client.put(f"{USER}/default/{path}", **content)
    assert answer.status_code == 200
    assert answer.json()["workflows"] == {"w": False}


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("workflows", [True], 422, "body"),
        ("workflows", {"w": 5}, 422, "w"),
        ("workflows", {"w": {"subscribed": "yes"}}, 422, "subscribed"),
        ("workflows/w", "yes", 422, "body"),
        ("workflows/w", {"subscribed": None}, 422, "subscribed"),
        ("channel_types/fax", {"subscribed": True}, 404, "type"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(
    client: httpx.Client, path: str, body: Any, status: int, field: str
) -> None:
    answer = client.put(f"{USER}/default/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert client.get("/v1/users/ada").status_code == 404


def test_malformed_json_for_a_part_is_a_400(client: httpx.Client) -> None:
    answer = client.put(
        f"{USER}/default/workflows",
        content=b"{",
        headers={"content-type": "application/json; charset=utf-8"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_params")


def test_any_json_that_the_documents_let_through_is_kept_and_shown(client: httpx.Client) -> None:
    """`anyOf` with a bare `nullable` allows anything."""
    body = {"workflows": 5, "categories": ["x"], "channel_types": "no"}
    answer = client.put(f"{USER}/default", json=body)
    assert answer.json() == {"id": "default", **NOTHING, **body}
    merged = client.put(
        f"{USER}/default", json={"__persistence_strategy__": "merge", "workflows": {"w": True}}
    ).json()
    assert (merged["workflows"], merged["categories"]) == ({"w": True}, ["x"])


def test_a_public_key_may_read_and_write_sets(client: httpx.Client, mock_knock: MockKnock) -> None:
    client.headers["authorization"] = f"Bearer {mock_knock.public_key}"
    assert client.put(f"{USER}/default", json={}).status_code == 200
    assert client.put(f"{USER}/default/workflows/w", json={"subscribed": True}).status_code == 200
    assert client.get(USER).status_code == 200
    assert client.delete(f"{USER}/default").status_code == 403
