"""`--unknown example`: what does not exist gets a valid example, what exists its state."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_knock import KnockServer, MockKnock, Settings
from mock_knock.api.bundle import bundle
from mock_knock.documents import openapi_files

UUID = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
MARK = "x-mock-knock-example"


@pytest.fixture(scope="module")
def lenient_server(mock_knock_settings: Settings) -> Iterator[KnockServer]:
    server = KnockServer(dataclasses.replace(mock_knock_settings, unknown="example"))
    yield server
    server.stop()


@pytest.fixture
def mock(lenient_server: KnockServer, request: pytest.FixtureRequest) -> Iterator[MockKnock]:
    mock = MockKnock(lenient_server, request.node.name)
    yield mock
    assert mock.take_errors() == []
    mock.close()


@pytest.fixture
def lenient(mock: MockKnock) -> Iterator[httpx.Client]:
    with mock.client() as client:
        yield client


UNKNOWN: list[tuple[str, str, Any]] = [
    ("GET", "/v1/users/user_id", None),
    ("DELETE", "/v1/users/user_id", None),
    ("POST", "/v1/users/user_id/merge", {"from_user_id": "user_1"}),
    ("GET", "/v1/users/a%2Fb", None),
    ("PUT", "/v1/users/a%23b", {}),
    ("GET", "/v1/users?after=after&before=before&page_size=0", None),
    ("GET", f"/v1/bulk_operations/{UUID}", None),
    ("GET", "/v1/workflow_recipient_runs/id", None),
    ("GET", "/v1/workflow_recipient_runs?after=after", None),
    ("POST", "/v1/workflows/key/trigger", {"recipients": ["dr_grant"], "actor": "mr_dna"}),
]


@pytest.mark.parametrize(("method", "path", "body"), UNKNOWN)
def test_what_is_unknown_gets_an_example_that_says_so(
    lenient: httpx.Client, method: str, path: str, body: Any
) -> None:
    response = lenient.request(method, path, json=body)
    assert response.status_code == (204 if method == "DELETE" else 200)
    assert response.headers[MARK] == "true"


def test_an_example_of_a_user_has_the_id_that_was_asked_for(lenient: httpx.Client) -> None:
    assert lenient.get("/v1/users/user_id").json()["id"] == "user_id"
    merged = lenient.post("/v1/users/user-7/merge", json={"from_user_id": "x"}).json()
    assert merged["id"] == "user-7"


def test_an_example_of_an_operation_has_the_id_that_was_asked_for(lenient: httpx.Client) -> None:
    assert lenient.get(f"/v1/bulk_operations/{UUID}").json()["id"] == UUID


def test_an_example_of_a_run_has_the_id_that_was_asked_for(lenient: httpx.Client) -> None:
    assert lenient.get(f"/v1/workflow_recipient_runs/{UUID}").json()["id"] == UUID


def test_polling_an_operation_that_never_was_comes_to_an_end(lenient: httpx.Client) -> None:
    # A client that polls until the end would otherwise hang.
    seen = {lenient.get(f"/v1/bulk_operations/{UUID}").json()["status"] for _ in range(10)}
    assert seen & {"completed", "failed"}


def test_going_through_the_pages_of_a_list_that_never_was_comes_to_an_end(
    lenient: httpx.Client,
) -> None:
    page = lenient.get("/v1/users?after=after")
    assert page.headers[MARK] == "true"
    assert page.json()["entries"]
    assert page.json()["page_info"]["after"] is None


def test_a_credential_that_is_not_there_is_lenient_too(
    lenient: httpx.Client, mock: MockKnock
) -> None:
    owner = json.dumps({"collection": "$tenants", "object_id": "acme"})
    path = f"/v1/providers/slack/{UUID}/auth_check"
    answer = lenient.get(path, params={"access_token_object": owner})
    assert answer.headers[MARK] == "true"
    # One that is there and revoked is as it is.
    data = {"connections": [], "token": {"access_token": "mock_revoked"}}
    lenient.put("/v1/tenants/acme", json={"channel_data": {UUID: data}})
    path = f"/v1/providers/slack/{UUID}/channels"
    assert lenient.get(path, params={"access_token_object": owner}).status_code == 403


def test_an_unknown_workflow_is_lenient_too(lenient: httpx.Client, mock: MockKnock) -> None:
    mock.workflows.declare("known")
    for path in ("/v1/workflows/other/trigger", "/v1/workflows/other/cancel"):
        body = {"recipients": [], "cancellation_key": "k"}
        assert lenient.post(path, json=body).headers[MARK] == "true"


def test_what_exists_answers_with_its_state(lenient: httpx.Client, mock: MockKnock) -> None:
    lenient.put("/v1/users/nadia", json={"name": "Nadia"})
    operation = lenient.post("/v1/users/bulk/identify", json={"users": [{"id": "tom"}]}).json()
    for _ in range(3):
        polled = lenient.get(f"/v1/bulk_operations/{operation['id']}")
        assert MARK not in polled.headers
    assert polled.json()["status"] == "completed"
    found = lenient.get("/v1/users/nadia")
    assert MARK not in found.headers
    assert found.json()["name"] == "Nadia"
    listed = lenient.get("/v1/users")
    assert MARK not in listed.headers
    assert [user["id"] for user in listed.json()["entries"]] == ["nadia", "tom"]


def test_what_is_deleted_is_unknown_again(lenient: httpx.Client) -> None:
    lenient.put("/v1/users/nadia", json={"name": "Nadia"})
    for expected in (None, "true"):
        assert lenient.delete("/v1/users/nadia").headers.get(MARK) == expected
    assert lenient.get("/v1/users/nadia").headers[MARK] == "true"


def test_an_example_leaves_no_trace(lenient: httpx.Client, mock: MockKnock) -> None:
    for method, path, body in UNKNOWN:
        lenient.request(method, path, json=body)
    assert len(mock.users) == 0
    assert len(mock.bulk_operations) == 0
    assert mock.workflows.runs == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/v1/users/a", {"name": 5}, 422),
        ("GET", "/v1/bulk_operations/x", None, 422),
        ("GET", "/v1/users?page_size=x", None, 422),
        ("POST", "/v1/users/bulk/delete", {"user_ids": ["x"] * 1_001}, 422),
        ("GET", "/v1/nothing", None, 404),
        ("PATCH", "/v1/users/a", None, 405),
    ],
)
def test_what_the_documents_do_not_allow_is_refused_all_the_same(
    lenient: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    assert lenient.request(method, path, json=body).status_code == status


def test_a_key_is_needed_all_the_same(lenient: httpx.Client) -> None:
    del lenient.headers["authorization"]
    assert lenient.get("/v1/users/user_id").status_code == 401


def documented_requests() -> Iterator[Any]:
    """Every example of a request that the documents have, with what must be in its query."""
    document = bundle(openapi_files())
    shared = document["components"]["parameters"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            url, query = path, {}
            for given in operation.get("parameters", []):
                parameter = shared[given["$ref"].rpartition("/")[2]] if "$ref" in given else given
                name, schema = parameter["name"], parameter["schema"]
                if parameter["in"] == "path" and schema.keys() & {"format", "enum"}:
                    url = url.replace(f"{{{name}}}", parameter["example"])
                elif parameter["in"] == "query" and parameter.get("required"):
                    listed = schema.get("type") == "array"
                    query[f"{name}[]" if listed else name] = parameter["example"]
            content = operation.get("requestBody", {}).get("content", {})
            media = content.get("application/json", {})
            examples = {n: e["value"] for n, e in media.get("examples", {}).items()}
            if "example" in media:
                examples["example"] = media["example"]
            if not content:
                examples["no body"] = None
            url = url.replace("{", "").replace("}", "")
            for name, body in examples.items():
                id = f"{operation['operationId']}-{name}"
                yield pytest.param(method, url, query, body, id=id)


@pytest.mark.parametrize(("method", "path", "query", "body"), list(documented_requests()))
def test_every_documented_request_is_answered(
    lenient: httpx.Client, method: str, path: str, query: dict[str, Any], body: Any
) -> None:
    response = lenient.request(method, path, params=query, json=body)
    assert response.status_code in (200, 204), response.text
