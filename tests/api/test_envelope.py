"""What every answer has, whatever it is about."""

from __future__ import annotations

import itertools
import re

import httpx

from mock_knock import KnockServer, MockKnock, Settings

from .envelope import REQUEST_ID, assert_refused

UUID = "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6"
PATHS = [
    "/v1/users",
    "/v1/users/nobody",
    "/v1/users/a%2Fb",
    "/v1/users/%FF",
    "/v1/users/nobody/merge",
    "/v1/users/bulk/identify",
    "/v1/users/bulk/delete",
    "/v1/users/bulk/preferences",
    f"/v1/bulk_operations/{UUID}",
    "/v1/bulk_operations/x",
    "/v1/workflows/welcome/trigger",
    "/v1/workflows/welcome/cancel",
    "/v1/workflow_recipient_runs?status=x",
    "/v1/workflow_recipient_runs/x",
]
METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]
BODIES = [b"", b"{", b"[]", b"{}"]


def test_every_refusal_is_in_the_envelope(client: httpx.Client) -> None:
    client.headers["content-type"] = "application/json"
    refused = 0
    for method, path, body in itertools.product(METHODS, PATHS, BODIES):
        response = client.request(method, path, content=body)
        assert REQUEST_ID.fullmatch(response.headers["x-request-id"])
        assert response.status_code < 500
        if response.status_code >= 400:
            refused += 1
            assert_refused(response, response.status_code, response.json()["code"])
        elif response.status_code == 204:
            assert response.content == b""
        else:
            assert response.headers["content-type"] == "application/json"
    assert refused > 200


def test_no_two_answers_have_the_same_request_id(client: httpx.Client) -> None:
    paths = itertools.islice(itertools.cycle(PATHS), 2_000)
    ids = [client.get(path).headers["x-request-id"] for path in paths]
    assert len(set(ids)) == 2_000


def test_a_request_id_of_the_clients_is_not_taken_over(client: httpx.Client) -> None:
    response = client.get("/v1/users", headers={"x-request-id": "mine"})
    assert response.headers["x-request-id"] != "mine"


def test_two_servers_of_one_seed_give_the_same_ids() -> None:
    answers = []
    for _ in range(2):
        server = KnockServer(Settings(check_responses=True))
        with MockKnock(server, "same").client() as client:
            operation = client.post("/v1/users/bulk/identify", json={"users": []})
            trigger = client.post("/v1/workflows/w/trigger", json={"recipients": []})
        answers.append([operation.json()["id"], trigger.json(), trigger.headers["x-request-id"]])
    assert answers[0] == answers[1]


def test_a_message_repeats_no_key(client: httpx.Client, mock_knock: MockKnock) -> None:
    for path in PATHS:
        text = client.get(path).text
        assert mock_knock.api_key not in text
        assert not re.search('Traceback|File "', text)


def test_the_log_of_requests_masks_the_key(client: httpx.Client, mock_knock: MockKnock) -> None:
    client.get("/v1/users?page_size=3", headers={"x-knock-user-token": "ey.secret"})
    [request] = mock_knock.requests
    assert (request.method, request.path, request.status) == ("GET", "/v1/users", 200)
    assert request.query == [("page_size", "3")]
    assert request.headers["authorization"] == "Bearer ***"
    assert request.headers["x-knock-user-token"] == "***"
    assert mock_knock.api_key not in repr(mock_knock.requests)
