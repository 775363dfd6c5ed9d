"""Tenants: single facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from mock_knock import MockKnock


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def preference_set(client: httpx.Client, **query: Any) -> Any:
    return client.get("/v1/tenants/t", params=query).json()["settings"]["preference_set"]


def put_set(client: httpx.Client, given: Any) -> None:
    body = {"settings": {"preference_set": given}}
    assert client.put("/v1/tenants/t", json=body).status_code == 200


def test_a_tenant_has_its_custom_keys_at_top_level(client: httpx.Client) -> None:
    branding = {"icon_url": "https://example.com/i.png", "primary_color": "#123456"}
    body = {"name": "Acme", "plan": "pro", "settings": {"branding": branding}}
    assert client.put("/v1/tenants/t", json=body).json() == {
        "__typename": "Tenant",
        "id": "t",
        "name": "Acme",
        "plan": "pro",
        "settings": {"branding": branding, "preference_set": None},
    }


def test_a_tenant_is_an_object_of_the_system_collection(client: httpx.Client) -> None:
    client.put("/v1/tenants/t", json={"name": "Acme", "plan": "pro"})
    shown = client.get("/v1/objects/$tenants/t").json()
    assert (shown["collection"], shown["properties"]) == (
        "$tenants",
        {"name": "Acme", "plan": "pro"},
    )
    client.put("/v1/objects/$tenants/t", json={"plan": "free"})
    assert client.get("/v1/tenants/t").json()["plan"] == "free"
    assert [e["id"] for e in client.get("/v1/objects/$tenants").json()["entries"]] == ["t"]


def test_the_default_set_is_merged_replaced_and_removed(client: httpx.Client) -> None:
    put_set(client, {"workflows": {"a": True, "b": {"channel_types": {"email": False}}}})
    put_set(client, {"workflows": {"b": {"channel_types": {"sms": True}}}})
    assert preference_set(client)["workflows"] == {
        "a": True,
        "b": {"channel_types": {"email": False, "sms": True}},
    }
    put_set(client, {"__persistence_strategy__": "replace", "categories": {"c": False}})
    assert (preference_set(client)["workflows"], preference_set(client)["categories"]) == (
        None,
        {"c": False},
    )
    client.put("/v1/tenants/t", json={"name": "Acme", "settings": {"branding": {}}})
    assert preference_set(client)["categories"] == {"c": False}
    put_set(client, None)
    assert preference_set(client) is None


def test_full_settings_are_resolved_on_request(client: httpx.Client, mock_knock: MockKnock) -> None:
    defaults = {"channel_types": {"sms": False, "email": True}, "categories": {"c": True}}
    mock_knock.call(lambda world: setattr(world.preferences, "environment_default", defaults))
    put_set(client, {"channel_types": {"email": False}})
    assert preference_set(client)["channel_types"] == {"email": False}
    resolved = preference_set(client, resolve_full_preference_settings="true")
    assert resolved["channel_types"] == {"sms": False, "email": False}
    assert resolved["categories"] == {"c": True}
    query = {"resolve_full_preference_settings": "true"}
    written = client.put("/v1/tenants/t", json={}, params=query).json()
    assert written["settings"]["preference_set"] == resolved
    assert preference_set(client)["channel_types"] == {"email": False}


def test_an_inline_tenant_of_a_trigger_is_stored_with_its_settings(client: httpx.Client) -> None:
    settings = {"branding": {"dark_logo_url": "https://example.com/d.png"}}
    tenant = {"id": "t", "name": "Acme", "settings": settings}
    client.post("/v1/workflows/w/trigger", json={"recipients": [], "tenant": tenant})
    shown = client.get("/v1/tenants/t").json()
    assert (shown["name"], shown["settings"]["branding"]) == ("Acme", settings["branding"])


def test_a_stub_tenant_is_empty(client: httpx.Client) -> None:
    client.post("/v1/workflows/w/trigger", json={"recipients": [], "tenant": "t"})
    assert client.get("/v1/tenants/t").json() == {
        "__typename": "Tenant",
        "id": "t",
        "name": None,
        "settings": {"branding": None, "preference_set": None},
    }


@pytest.mark.parametrize(
    "value", ["logo", "not a uri", "//x", "https://e.com/a b", 5, {}, "http://[x"]
)
def test_a_branding_url_that_is_none_is_shown_as_null(client: httpx.Client, value: Any) -> None:
    body = {"settings": {"branding": {"dark_logo_url": value, "dark_primary_color": 5}}}
    answer = client.put("/v1/tenants/t", json=body)
    assert answer.status_code == 200
    branding = answer.json()["settings"]["branding"]
    assert branding == {"dark_logo_url": None, "dark_primary_color": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"settings": 5}, "settings"),
        ({"settings": {"branding": []}}, "settings.branding"),
        ({"name": 5}, "name"),
        ({"properties": {"name": {}}}, "name"),
        ({"properties": {"settings": "x"}}, "settings"),
    ],
)
def test_what_no_tenant_can_have_is_refused_on_the_object_route_too(
    client: httpx.Client, body: Any, field: str
) -> None:
    answer = client.put("/v1/objects/$tenants/t", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in (field, "body")
    assert client.get("/v1/tenants/t").status_code == 404


def test_settings_do_not_count_towards_the_256_kb(client: httpx.Client) -> None:
    large = {"workflows": {f"w{n}": True for n in range(30_000)}}
    assert client.put("/v1/tenants/t", json={"settings": {"preference_set": large}}).is_success
    assert client.put("/v1/tenants/t", json={"blob": "x" * 262_144}).status_code == 422


def test_a_bulk_delete_takes_a_thousand_ids_in_the_query(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    ids = [f"{n:04}{'x' * 32}" for n in range(1000)]
    mock_knock.plan_next(progress="immediate")
    client.post("/v1/tenants/bulk/set", json={"tenants": ids})
    mock_knock.plan_next(progress="immediate")
    done = client.post("/v1/tenants/bulk/delete", params={"tenant_ids[]": ids}).json()
    assert (done["name"], done["success_count"]) == ("tenants.delete", 1000)
    assert client.get("/v1/tenants").json()["entries"] == []


def test_a_thousand_ids_come_through_a_socket(mock_knock: MockKnock) -> None:
    query = urlencode([("tenant_ids[]", f"{n:036}") for n in range(1000)])
    assert len(query) > 50_000
    where = urlsplit(mock_knock.url)
    connection = HTTPConnection(where.hostname or "", where.port)
    try:
        # Python's SDK announces JSON even where there is no body.
        headers = {
            "authorization": f"Bearer {mock_knock.api_key}",
            "content-type": "application/json",
        }
        connection.request("POST", f"/v1/tenants/bulk/delete?{query}", headers=headers)
        answer = json.load(connection.getresponse())
    finally:
        connection.close()
    assert answer["estimated_total_rows"] == 1000


def test_over_a_thousand_rows_nothing_is_applied(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.put("/v1/tenants/t", json={})
    set_ = client.post("/v1/tenants/bulk/set", json={"tenants": ["new"] * 1001})
    deleted = client.post("/v1/tenants/bulk/delete", params={"tenant_ids[]": ["t"] * 1001})
    assert (set_.status_code, deleted.status_code) == (422, 422)
    assert [e["id"] for e in client.get("/v1/tenants").json()["entries"]] == ["t"]
    assert len(mock_knock.bulk_operations) == 0


def test_a_bulk_delete_names_its_ids(client: httpx.Client) -> None:
    answer = client.post("/v1/tenants/bulk/delete")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "tenant_ids"


def test_a_row_that_cannot_be_is_an_error_item(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.plan_next(progress="immediate")
    body = {"tenants": ["ok", "a/b", {"id": "c#d", "name": "N"}]}
    done = client.post("/v1/tenants/bulk/set", json=body).json()
    assert done["error_items"] == [{"id": "a/b"}, {"id": "c#d"}]
    assert [e["id"] for e in client.get("/v1/tenants").json()["entries"]] == ["ok"]


def test_a_bulk_stub_leaves_a_known_tenant_alone(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.put("/v1/tenants/t", json={"name": "Acme"})
    mock_knock.plan_next(progress="immediate")
    client.post("/v1/tenants/bulk/set", json={"tenants": ["t"]})
    assert client.get("/v1/tenants/t").json()["name"] == "Acme"


def test_an_unknown_tenant_is_missing(client: httpx.Client) -> None:
    for method in ("GET", "DELETE"):
        answer = client.request(method, "/v1/tenants/nobody")
        assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")
        assert "tenant" in answer.json()["message"]


def test_lists_take_the_cursors_that_sdks_send(client: httpx.Client) -> None:
    for n in range(4):
        client.put(f"/v1/tenants/t{n}", json={})
    page = client.get("/v1/tenants", params={"page_size": 2}).json()
    after = page["page_info"]["after"]
    rest = client.get("/v1/tenants", params={"after": after, "before": after}).json()
    assert [e["id"] for e in rest["entries"]] == ["t2", "t3"]
    before = {"before": rest["page_info"]["before"], "page_size": 1}
    back = client.get("/v1/tenants", params=before).json()
    assert [e["id"] for e in back["entries"]] == ["t1"]
