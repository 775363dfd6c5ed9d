"""Ids in paths: what they may hold, and what is said about those that cannot be."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused

GOOD = [
    "nadia.okafor@example.com",
    "a b",
    " ",
    "a+b",
    "a;b=c",
    "a?b",
    "a&b",
    "100%",
    "%41",
    "..",
    "a\\b",
    "a\nb",
    "\u0000",
    "\x7f",
    "é",
    "😀",
    "null",
    "bulk",
    "x" * 256,
]


@pytest.mark.parametrize("id", GOOD, ids=ascii)
def test_an_id_comes_back_as_it_was_meant(
    client: httpx.Client, mock_knock: MockKnock, id: str
) -> None:
    path = f"/v1/users/{quote(id, safe='')}"
    if id == "..":
        path = "/v1/users/%2E%2E"  # clients take a bare one for a step up
    assert client.put(path, json={"name": "N"}).json()["id"] == id
    assert client.get(path).json()["id"] == id
    assert list(mock_knock.users) == [id]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("id", ["a/b", "a#b", "/", "x" * 257], ids=ascii)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_that_cannot_be_is_answered_like_one_that_is_not(
    client: httpx.Client, mock_knock: MockKnock, method: str, id: str
) -> None:
    refused = client.request(
        method,
        f"/v1/users/{quote(id, safe='')}",
        content=b"{}",
        headers={"content-type": "application/json"},
    )
    assert_refused(refused, 404, "resource_missing", field="user_id")
    assert len(mock_knock.users) == 0


@pytest.mark.parametrize("path", ["%FF", "a%C3", "%ED%A0%80", "%C0%AF", "%F5%80%80%80"])
def test_a_path_that_is_not_utf_8_is_a_400(client: httpx.Client, path: str) -> None:
    refused = client.get(f"/v1/users/{path}")
    assert_refused(refused, 400, "invalid_params", field="path")


@pytest.mark.parametrize("path", ["%", "a%2", "%zz"])
def test_a_percent_sign_that_encodes_nothing_stands_for_itself(
    client: httpx.Client, path: str
) -> None:
    assert client.put(f"/v1/users/{path}", json={}).json()["id"] == path


@pytest.mark.parametrize(
    "id",
    [
        "x",
        "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f",
        "6f1d8c523b7e4c0a9d528e1b7a40c3f6",
        "{6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6}",
        "urn:uuid:6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6",
        "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6 ",
        "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3fg",
        "6f1d8c52%2F3b7e-4c0a-9d52-8e1b7a40c3f6",
    ],
)
def test_a_bulk_operation_id_that_is_no_uuid_is_a_422(client: httpx.Client, id: str) -> None:
    refused = client.get(f"/v1/bulk_operations/{id}")
    body = assert_refused(refused, 422, "invalid_params", field="id")
    assert "UUID" in body["message"]


def test_a_uuid_of_no_operation_is_a_404(client: httpx.Client) -> None:
    refused = client.get("/v1/bulk_operations/6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6")
    assert_refused(refused, 404, "resource_missing")


def test_a_uuid_may_be_written_in_capitals(client: httpx.Client) -> None:
    operation = client.post("/v1/users/bulk/identify", json={"users": [{"id": "a"}]}).json()
    found = client.get(f"/v1/bulk_operations/{operation['id'].upper()}")
    assert found.json()["id"] == operation["id"]


def test_a_run_id_is_any_text(client: httpx.Client) -> None:
    refused = client.get("/v1/workflow_recipient_runs/id")
    assert_refused(refused, 404, "resource_missing")


@pytest.mark.parametrize("key", ["order-shipped", "a%2Fb", "%00", "x" * 5_000])
def test_a_workflow_key_is_any_text_while_none_is_declared(client: httpx.Client, key: str) -> None:
    assert client.post(f"/v1/workflows/{key}/trigger", json={"recipients": []}).status_code == 200
