"""The bulk endpoints of objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def rows(count: int) -> dict[str, Any]:
    return {"objects": [{"id": f"p{n}", "n": n} for n in range(count)]}


def test_rows_take_effect_one_by_one(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.plan_next("objects.projects.set", progress="manual")
    operation = client.post("/v1/objects/projects/bulk/set", json=rows(4)).json()
    assert (operation["name"], operation["status"]) == ("objects.projects.set", "queued")
    mock_knock.bulk_operations.move(operation["id"], 3)
    listed = client.get("/v1/objects/projects").json()["entries"]
    assert [entry["id"] for entry in listed] == ["p0", "p1", "p2"]
    mock_knock.bulk_operations.finish(operation["id"])
    shown = client.get(f"/v1/bulk_operations/{operation['id']}").json()
    assert (shown["status"], shown["success_count"]) == ("completed", 4)


def test_a_row_is_updated_at_its_own_instant(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.plan_next(progress="time", queue_for=1, rows_per_second=1)
    client.post("/v1/objects/projects/bulk/set", json=rows(3))
    mock_knock.clock.advance(60)
    listed = client.get("/v1/objects/projects").json()["entries"]
    assert [entry["updated_at"][17:23] for entry in listed] == ["02.000", "03.000", "04.000"]


def test_failed_rows_name_their_collection(client: httpx.Client) -> None:
    body = {"objects": [{"id": "ok"}, {"id": "a/b"}, {"id": "mock_row_fails"}]}
    id = client.post("/v1/objects/projects/bulk/set", json=body).json()["id"]
    for _ in range(3):
        shown = client.get(f"/v1/bulk_operations/{id}").json()
    assert shown["error_items"] == [
        {"id": "a/b", "collection": "projects"},
        {"id": "mock_row_fails", "collection": "projects"},
    ]
    assert (shown["status"], shown["error_count"], shown["success_count"]) == ("completed", 2, 1)


def test_a_row_that_is_refused_changes_nothing(client: httpx.Client, mock_knock: MockKnock) -> None:
    client.put("/v1/objects/projects/p0", json={"a": 1})
    mock_knock.plan_next(progress="immediate")
    body = {"objects": [{"id": "p0", "a": 2, "blob": "x" * 262_144}, {"id": "p1", "a": 2}]}
    done = client.post("/v1/objects/projects/bulk/set", json=body).json()
    assert done["error_items"] == [{"id": "p0", "collection": "projects"}]
    assert client.get("/v1/objects/projects/p0").json()["properties"] == {"a": 1}
    assert client.get("/v1/objects/projects/p1").json()["properties"] == {"a": 2}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("set", {"objects": [{"id": f"p{n}"} for n in range(1001)]}),
        ("delete", {"object_ids": ["p"] * 1001}),
        ("subscriptions/add", {"subscriptions": [{"id": "p", "recipients": []}] * 1001}),
        ("subscriptions/delete", {"subscriptions": [{"id": "p", "recipients": []}] * 1001}),
        ("subscriptions/add", {"subscriptions": [{"id": "p", "recipients": ["u"] * 101}]}),
        ("subscriptions/delete", {"subscriptions": [{"id": "p", "recipients": ["u"] * 101}]}),
    ],
)
def test_over_a_limit_nothing_is_applied(
    client: httpx.Client, mock_knock: MockKnock, path: str, body: dict[str, Any]
) -> None:
    client.put("/v1/objects/projects/p", json={})
    client.put("/v1/users/u", json={})
    answer = client.post(f"/v1/objects/projects/bulk/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_params")
    assert answer.json()["errors"][0]["type"] == "max_items"
    assert len(mock_knock.bulk_operations) == 0
    assert len(client.get("/v1/objects/projects").json()["entries"]) == 1
    assert client.get("/v1/objects/projects/p/subscriptions").json()["entries"] == []


def test_a_collection_that_cannot_be_fails_row_by_row(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.plan_next(progress="immediate")
    done = client.post("/v1/objects/a%23b/bulk/set", json=rows(2)).json()
    assert (done["status"], done["error_count"]) == ("completed", 2)


def test_bulk_rows_of_the_system_collection_are_tenants(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.plan_next(progress="immediate")
    client.post("/v1/objects/$tenants/bulk/set", json={"objects": [{"id": "t", "name": "Acme"}]})
    assert client.get("/v1/tenants/t").json()["name"] == "Acme"
