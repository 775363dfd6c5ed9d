"""Objects: single facts."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_knock import MockKnock

CHANNEL = "97c5837d-c65c-4d54-aa39-080eeb81c69d"


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def test_custom_keys_come_at_top_level_and_go_back_under_properties(client: httpx.Client) -> None:
    body = {"name": "Apollo", "plan": "pro", "created_at": "2020-01-01T00:00:00Z"}
    assert client.put("/v1/objects/projects/p1", json=body).json() == {
        "__typename": "Object",
        "id": "p1",
        "collection": "projects",
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2026-01-05T09:00:00.000Z",
        "properties": {"name": "Apollo", "plan": "pro"},
    }


def test_an_answer_can_be_sent_back_and_changes_nothing(client: httpx.Client) -> None:
    body = {"name": "Apollo", "plan": {"a": [1]}, "properties": {"locale": "de"}}
    answer = client.put("/v1/objects/projects/p1", json=body).json()
    assert client.put("/v1/objects/projects/p1", json=answer).json() == answer
    assert answer["properties"] == {"name": "Apollo", "plan": {"a": [1]}, "locale": "de"}


def test_where_both_name_a_property_the_top_level_decides(client: httpx.Client) -> None:
    body = {"plan": "top", "properties": {"plan": "nested", "size": 1}}
    answer = client.put("/v1/objects/projects/p1", json=body).json()
    assert answer["properties"] == {"plan": "top", "size": 1}


def test_what_is_no_map_under_properties_is_a_custom_key(client: httpx.Client) -> None:
    answer = client.put("/v1/objects/projects/p1", json={"properties": [1]}).json()
    assert answer["properties"] == {"properties": [1]}


@pytest.mark.parametrize("value", [5, "yesterday", "2020-01-01", {}, []])
def test_created_at_is_a_date_time(client: httpx.Client, value: object) -> None:
    for body in ({"created_at": value}, {"properties": {"created_at": value}}):
        answer = client.put("/v1/objects/projects/p1", json=body)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == ["created_at"]
    assert client.get("/v1/objects/projects/p1").status_code == 404


def test_an_unknown_collection_is_an_empty_list(client: httpx.Client) -> None:
    answer = client.get("/v1/objects/nothing")
    assert answer.status_code == 200
    assert answer.json()["entries"] == []
    assert answer.json()["page_info"]["after"] is None


def test_preferences_are_included_when_asked_for(client: httpx.Client) -> None:
    sets = {"default": {"workflows": {"w": False}}}
    client.put("/v1/objects/projects/p1", json={"preferences": sets})
    plain = client.get("/v1/objects/projects").json()["entries"][0]
    assert "preferences" not in plain
    query = {"include[]": "preferences"}
    entry = client.get("/v1/objects/projects", params=query).json()["entries"][0]
    assert entry["preferences"]["default"]["workflows"] == {"w": False}
    assert "preferences" not in entry["properties"]


def test_objects_of_two_collections_may_share_an_id(client: httpx.Client) -> None:
    client.put("/v1/objects/projects/x", json={"kind": "project"})
    client.put("/v1/objects/teams/x", json={"kind": "team"})
    client.delete("/v1/objects/teams/x")
    assert client.get("/v1/objects/projects/x").json()["properties"] == {"kind": "project"}


def test_deleting_takes_preferences_and_channel_data_along(client: httpx.Client) -> None:
    base = "/v1/objects/projects/p1"
    body = {
        "preferences": {"default": {"workflows": {"w": False}}},
        "channel_data": {CHANNEL: {"tokens": ["t"]}},
    }
    client.put(base, json=body)
    assert client.get(f"{base}/channel_data/{CHANNEL}").status_code == 200
    assert client.delete(base).status_code == 204
    assert client.get(f"{base}/preferences").status_code == 404
    client.put(base, json={})
    assert client.get(f"{base}/preferences").json() == []
    assert client.get(f"{base}/channel_data/{CHANNEL}").status_code == 404


def test_deleting_takes_its_runs_along(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.workflows.declare("w", delay=60)
    recipient = {"collection": "projects", "id": "p1", "name": "Apollo"}
    client.post("/v1/workflows/w/trigger", json={"recipients": [recipient]})
    assert len(mock_knock.workflows.runs) == 1
    client.delete("/v1/objects/projects/p1")
    assert mock_knock.workflows.runs == []


def test_an_object_named_bulk_is_an_object_like_any_other(client: httpx.Client) -> None:
    assert client.put("/v1/objects/projects/bulk", json={"a": 1}).status_code == 200
    assert client.get("/v1/objects/projects/bulk").json()["properties"] == {"a": 1}


def test_a_cursor_of_another_list_is_refused(client: httpx.Client) -> None:
    for n in range(3):
        client.put(f"/v1/users/u{n}", json={})
    after = client.get("/v1/users", params={"page_size": 1}).json()["page_info"]["after"]
    answer = client.get("/v1/objects/projects", params={"after": after})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == "after"
