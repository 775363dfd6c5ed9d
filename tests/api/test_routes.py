"""Which operation answers a path and a method, and what is said when none does."""

from __future__ import annotations

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused

ONE_USER = "/v1/users/nadia"


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/users/",
        "/v1//users",
        "/v1/users//merge",
        "/v1/users/nadia/merge/",
        "/v1/users/bulk/identify/more",
        "/v2/users",
        "/V1/users",
        "/v1/Users",
        "/_stainless_unknown_path",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_route_is_a_404_that_repeats_it(
    client: httpx.Client, method: str, path: str
) -> None:
    body = assert_refused(client.request(method, path), 404, "not_found")
    assert f"{method} {path}" in body["message"]


@pytest.mark.parametrize("path", ["/users", "/users/nadia", "/users/bulk/identify"])
def test_a_path_without_v1_is_told_the_right_one(client: httpx.Client, path: str) -> None:
    body = assert_refused(client.get(path), 404, "not_found")
    assert f"try /v1{path}" in body["message"]


def test_an_unknown_route_needs_no_key(client: httpx.Client) -> None:
    del client.headers["authorization"]
    assert_refused(client.get("/v1/nothing"), 404, "not_found")


def test_a_very_long_path_is_not_repeated_whole(client: httpx.Client) -> None:
    body = assert_refused(client.get("/nothing/" + "x" * 20_000), 404, "not_found")
    assert len(body["message"]) < 1_000


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/users", {"GET", "HEAD"}),
        ("DELETE", "/v1/users", {"GET", "HEAD"}),
        ("POST", ONE_USER, {"GET", "HEAD", "PUT", "DELETE"}),
        ("PATCH", ONE_USER, {"GET", "HEAD", "PUT", "DELETE"}),
        ("GET", "/v1/users/nadia/merge", {"POST"}),
        ("HEAD", "/v1/users/nadia/merge", {"POST"}),
        ("GET", "/v1/users/bulk/identify", {"POST"}),
        ("PUT", "/v1/users/bulk/delete", {"POST"}),
        ("DELETE", "/v1/bulk_operations/x", {"GET", "HEAD"}),
        ("GET", "/v1/workflows/welcome/trigger", {"POST"}),
        ("OPTIONS", "/v1/workflows/welcome/cancel", {"POST"}),
        ("TRACE", "/v1/workflow_recipient_runs", {"GET", "HEAD"}),
    ],
)
def test_a_wrong_method_is_a_405_that_lists_the_right_ones(
    client: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == allowed
    if method != "HEAD":
        body = assert_refused(response, 405, "method_not_allowed")
        assert all(name in body["message"] for name in allowed)


def test_a_literal_segment_goes_before_a_parameter(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.post("/v1/users/bulk/identify", json={"users": []})
    client.post("/v1/users/bulk/merge", json={"from_user_id": "other"})
    client.put("/v1/users/bulk", json={"name": "A user whose id is bulk"})
    client.get("/v1/users/bulk")
    seen = [request.operation_id for request in mock_knock.requests]
    assert seen == ["bulkIdentifyUsers", "mergeUser", "identifyUser", "getUser"]
    assert mock_knock.users["bulk"]["name"] == "A user whose id is bulk"


def test_an_encoded_literal_is_the_same_route(client: httpx.Client) -> None:
    assert client.get("/v1/%75sers").status_code == 200


@pytest.mark.parametrize("path", ["/v1/users/a%2Fmerge", "/v1/users/bulk%2Fidentify"])
def test_an_encoded_slash_separates_nothing(client: httpx.Client, path: str) -> None:
    assert_refused(client.put(path, json={}), 404, "resource_missing", field="user_id")


@pytest.mark.parametrize(
    "path", ["/v1/users", "/v1/users/nadia", "/v1/workflow_recipient_runs", "/v1/users/nobody"]
)
def test_head_answers_as_get_does_without_the_body(
    client: httpx.Client, mock_knock: MockKnock, path: str
) -> None:
    mock_knock.users.identify("nadia")
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["content-type"] == get.headers["content-type"]


def test_head_of_an_operation_counts_as_a_read(client: httpx.Client, mock_knock: MockKnock) -> None:
    id = client.post("/v1/users/bulk/identify", json={"users": [{"id": "a"}]}).json()["id"]
    for _ in range(3):
        assert client.head(f"/v1/bulk_operations/{id}").status_code == 200
    assert mock_knock.bulk_operations.get(id)["status"] == "completed"
