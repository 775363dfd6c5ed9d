"""The request journal over HTTP: listed, filtered, waited for, verified, cleared."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.server import KnockServer
from mock_knock.settings import FIXTURE_SETTINGS
from tests.control.streams import PATIENCE, eventually

REQUESTS = "/_mock_knock/requests"


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def send_a_few(client: httpx.Client) -> None:
    client.put("/v1/users/ellie", json={"name": "Ellie", "tags": ["a", {"b": 1}]})
    client.get("/v1/users/nobody")
    client.get("/v1/users", params={"page_size": "x"})
    client.post("/v1/workflows/welcome/trigger", json={"recipients": ["ellie", "alan"]})
    client.get("/v1/nowhere")


def listed(client: httpx.Client, **query: Any) -> list[str | None]:
    answer = client.get(REQUESTS, params=query)
    assert answer.status_code == 200, answer.text
    return [entry["operation_id"] for entry in answer.json()["entries"]]


ALL = [None, "triggerWorkflow", "listUsers", "getUser", "identifyUser"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"operation_id": "getUser"}, ["getUser"]),
        ({"method": "put"}, ["identifyUser"]),
        ({"path": "/v1/users/*"}, ["getUser", "identifyUser"]),
        ({"status": "4xx"}, [None, "listUsers", "getUser"]),
        ({"status": "404,200"}, [None, "triggerWorkflow", "getUser", "identifyUser"]),
        ({"text": "ELLIE"}, ["triggerWorkflow", "identifyUser"]),
        ({"text": "page_size="}, ["listUsers"]),
        ({"text": "triggerw"}, ["triggerWorkflow"]),
        ({"body": '{"recipients": ["alan"]}'}, ["triggerWorkflow"]),
        ({"body": '{"tags": [{"b": 1.0}]}'}, ["identifyUser"]),
        ({"body": '{"tags": [{"b": true}]}'}, []),
        ({"body": '{"recipients": ["alan", "ellie"]}'}, []),
        ({"since": "2026-01-05T09:00:00Z"}, ALL),
        ({"until": "2026-01-05T08:59:59Z"}, []),
        ({"since": "2026-01-05T09:00:01Z"}, []),
        ({"status": "4xx", "method": "GET", "text": "nobody"}, ["getUser"]),
    ],
)
def test_requests_are_listed_by_criteria_newest_first(
    client: httpx.Client, query: dict[str, str], found: list[str | None]
) -> None:
    send_a_few(client)
    assert listed(client, **query) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=abc", "status"),
        ("body={", "body"),
        ("since=yesterday", "since"),
        ("page_size=0", "page_size"),
    ],
)
def test_criteria_that_make_no_sense_are_refused(
    client: httpx.Client, query: str, field: str
) -> None:
    answer = client.get(f"{REQUESTS}?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_cursor_that_no_list_gave_out_is_unknown(client: httpx.Client) -> None:
    answer = client.get(f"{REQUESTS}?after=x")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, "after")


@pytest.mark.parametrize("filters", [{}, {"method": "GET"}])
def test_pages_lose_and_repeat_nothing_while_requests_come(
    client: httpx.Client, filters: dict[str, str]
) -> None:
    for number in range(300):
        client.get(f"/v1/users/{number}")
    collected: list[str] = []
    after: str | None = None
    while True:
        query = {**filters, "page_size": "7"} | ({"after": after} if after else {})
        page = client.get(REQUESTS, params=query).json()
        collected += [entry["path"] for entry in page["entries"]]
        client.get("/v1/users/later")
        after = page["page_info"]["after"]
        if after is None:
            break
    assert collected == [f"/v1/users/{number}" for number in reversed(range(300))]


def test_the_newest_are_kept_and_the_journal_can_be_cleared() -> None:
    mock = MockKnock(KnockServer(replace(FIXTURE_SETTINGS, journal_size=3)), "small")
    with mock.client() as client:
        send_a_few(client)
        assert listed(client) == ALL[:3]
        assert client.delete(REQUESTS).status_code == 204
        assert listed(client) == []
        send_a_few(client)
        assert listed(client) == ALL[:3]


def test_a_journal_of_size_0_keeps_nothing() -> None:
    mock = MockKnock(KnockServer(replace(FIXTURE_SETTINGS, journal_size=0)), "none")
    with mock.client() as client:
        send_a_few(client)
        assert listed(client) == []


def test_calls_of_the_control_plane_are_not_noted_down(client: httpx.Client) -> None:
    client.get("/_mock_knock/clock")
    assert listed(client) == []


def test_a_request_is_shown_whole_with_its_secrets_masked(client: httpx.Client) -> None:
    secret = "xoxb-very-secret"
    client.put("/v1/users/ellie", json={"slack": {"access_token": secret}, "name": "Ellie"})
    sent = client.get("/v1/users/ellie?include=preferences", headers={"x-knock-user-token": secret})
    shown = client.get(f"{REQUESTS}/{sent.headers['x-request-id']}").json()
    assert shown["request"]["query"] == [{"name": "include", "value": "preferences"}]
    headers = {header["name"]: header["value"] for header in shown["request"]["headers"]}
    assert (headers["authorization"], headers["x-knock-user-token"]) == ("Bearer ***", "***")
    assert shown["answer"]["body"]["json"]["name"] == "Ellie"
    assert shown["request"]["body"] is None
    for entry in client.get(REQUESTS).json()["entries"]:
        whole = client.get(f"{REQUESTS}/{entry['request_id']}").text
        assert secret not in whole
        assert client.headers["authorization"] not in whole


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", None),
        (b'{"a": 1}', {"json": {"a": 1}}),
        (b"{", {"text": "{"}),
        (b"\xff\x00", {"base64": "/wA="}),
        (b"[" * 300 + b"]" * 300, {"text": "[" * 300 + "]" * 300}),
    ],
)
def test_a_body_is_shown_as_what_it_is(
    client: httpx.Client, body: bytes, shown: dict[str, Any] | None
) -> None:
    headers = {"content-type": "application/json"}
    sent = client.put("/v1/users/ellie", content=body, headers=headers)
    found = client.get(f"{REQUESTS}/{sent.headers['x-request-id']}").json()
    assert found["request"]["body"] == shown


def test_an_unknown_request_is_missing(client: httpx.Client) -> None:
    answer = client.get(f"{REQUESTS}/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "request_missing")


NASTY = "é'\"$(touch /tmp/nothing)`x`\\ \n;&"


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("GET", "/v1/users?page_size=2&after=x%5B%5D", b"", {}),
        ("HEAD", "/v1/users", b"", {}),
        ("PUT", "/v1/users/%C3%A9%2Fa'b%7B1%7D", b'{"name": "x"}', {}),
        ("PUT", "/v1/users/nasty", f'{{"name": "{NASTY}"}}'.encode(), {}),
        ("PUT", "/v1/users/bytes", b"\xff\x00@x", {}),
        ("PUT", "/v1/users/file", b"@/etc/passwd", {}),
        ("DELETE", "/v1/users/ellie", b"", {}),
        ("POST", "/v1/workflows/w/trigger", b'{"recipients":[]}', {"idempotency-key": "it's"}),
        ("POST", "/v1/workflows/w/trigger", b'{"recipients":[], "data": "' + b"x" * 200_000, {}),
    ],
)
def test_the_curl_line_sends_the_same_request_again(
    mock_knock: MockKnock, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    auth = {"authorization": f"Bearer {mock_knock.api_key}"}
    if body:
        headers = {**headers, "content-type": "application/json"}
    url = mock_knock.url
    with httpx.Client(headers=auth, timeout=PATIENCE) as client:
        sent = client.request(method, url + path, content=body, headers=headers)
        id = sent.headers["x-request-id"]
        line = client.get(f"{url}{REQUESTS}/{id}").json()["curl"]
    assert mock_knock.api_key not in line
    done = subprocess.run(
        ["sh"],
        input=f"{line} > /dev/null",
        env={**os.environ, "KNOCK_API_KEY": mock_knock.api_key},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, again = (request.entry for request in mock_knock.requests)
    for field in ("method", "raw_path", "query_string", "body", "status"):
        assert getattr(again, field) == getattr(first, field), field
    for name in headers:
        assert dict(again.headers)[name.encode()] == headers[name].encode()


def test_verify_counts_what_matches(client: httpx.Client) -> None:
    send_a_few(client)
    match = {"path": "/v1/users*", "method": "GET"}
    for wanted in ({}, {"count": 2}, {"at_least": 2, "at_most": 2}, {"at_most": 5}):
        answer = client.post(f"{REQUESTS}/verify", json={"match": match, **wanted})
        assert answer.status_code == 200, answer.text
        assert answer.json()["count"] == 2
        assert [e["operation_id"] for e in answer.json()["entries"]] == ["getUser", "listUsers"]
    for wanted in ({"count": 1}, {"at_least": 3}, {"at_most": 1}):
        answer = client.post(f"{REQUESTS}/verify", json={"match": match, **wanted})
        assert (answer.status_code, answer.json()["code"]) == (409, "requests_not_verified")
        assert answer.headers["x-should-retry"] == "false"


def test_a_count_that_is_wrong_tells_the_nearest_misses(client: httpx.Client) -> None:
    send_a_few(client)
    match = {
        "operation_id": "triggerWorkflow",
        "status": "2xx",
        "body": {"recipients": ["ellie", "zoe"]},
    }
    answer = client.post(f"{REQUESTS}/verify", json={"match": match, "count": 1}).json()
    assert answer["count"] == 0
    nearest, second, *_ = answer["nearest_misses"]
    assert nearest["operation_id"] == "triggerWorkflow"
    assert nearest["failed"] == {"body": 'body.recipients has no item "zoe" in that order'}
    assert list(second["failed"]) == ["operation_id", "body"]
    assert "exactly 1 was expected" in answer["message"]
    assert nearest["failed"]["body"] in answer["message"]


def test_a_count_that_contradicts_itself_is_refused(client: httpx.Client) -> None:
    for body, field in (
        ({"count": 1, "at_least": 1}, "count"),
        ({"at_least": 3, "at_most": 2}, "at_least"),
        ({"match": {"colour": "red"}}, "match.colour"),
    ):
        answer = client.post(f"{REQUESTS}/verify", json=body)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_wait_answers_when_as_many_requests_came(mock_knock: MockKnock) -> None:
    url, headers = mock_knock.url, {"authorization": f"Bearer {mock_knock.api_key}"}
    got: list[httpx.Response] = []
    body = {"match": {"operation_id": "getUser"}, "count": 3, "timeout": PATIENCE}

    def wait() -> None:
        got.append(httpx.post(f"{url}{REQUESTS}/wait", json=body, headers=headers, timeout=60))

    with mock_knock.client() as client:
        client.get("/v1/users/a")
        waiting = Thread(target=wait)
        waiting.start()
        eventually(lambda: len(mock_knock.server.service.following) == 1)
        client.get("/v1/users/b")
        client.get("/v1/users")
        client.get("/v1/users/c")
        waiting.join()
    assert got[0].status_code == 200
    paths = [entry["path"] for entry in got[0].json()["entries"]]
    assert paths == ["/v1/users/a", "/v1/users/b", "/v1/users/c"]
    assert len(mock_knock.server.service.following) == 0


@pytest.mark.parametrize("in_process", [True, False])
def test_wait_says_what_came_instead(mock_knock: MockKnock, in_process: bool) -> None:
    body = {"match": {"operation_id": "getUser", "status": 200}, "timeout": 0.01}
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    with mock_knock.client() as client:
        client.get("/v1/users/nobody")
        if in_process:
            answer = client.post(f"{REQUESTS}/wait", json={**body, "timeout": 60})
        else:
            url = f"{mock_knock.url}{REQUESTS}/wait"
            answer = httpx.post(url, json=body, headers=headers, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["code"]) == (409, "requests_not_come")
    assert answer.json()["nearest_misses"][0]["failed"] == {"status": "the status is 404, not 200"}


async def test_who_stops_waiting_is_let_go_of(mock_knock: MockKnock) -> None:
    url, headers = mock_knock.url, {"authorization": f"Bearer {mock_knock.api_key}"}
    following = mock_knock.server.service.following
    async with httpx.AsyncClient(headers=headers) as client:
        waiting = asyncio.ensure_future(client.post(f"{url}{REQUESTS}/wait", json={"timeout": 60}))
        await asyncio.to_thread(eventually, lambda: len(following) == 1)
        waiting.cancel()
    await asyncio.to_thread(eventually, lambda: len(following) == 0)
    assert not mock_knock.take_errors()
