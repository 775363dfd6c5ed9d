"""Bodies over the limit: a 413 that the client gets to read, and nothing applied."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import httpx
import pytest

from mock_knock import KnockServer, MockKnock, Settings

from .envelope import assert_refused
from .wire import Reply, Wire, exchange, head

LIMIT = 100_000
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
USER = "/v1/users/nadia"


@pytest.fixture(scope="module")
def small_server(mock_knock_settings: Settings) -> Iterator[KnockServer]:
    server = KnockServer(dataclasses.replace(mock_knock_settings, max_body=LIMIT))
    yield server
    server.stop()


@pytest.fixture
def small(small_server: KnockServer, request: pytest.FixtureRequest) -> Iterator[MockKnock]:
    mock = MockKnock(small_server, request.node.name)
    yield mock
    assert mock.take_errors() == []
    mock.close()


def body_of(size: int) -> bytes:
    """A valid body of exactly `size` bytes."""
    frame = b'{"name":""}'
    return frame[:9] + b"x" * (size - len(frame)) + frame[9:]


def chunked(body: bytes, size: int = 30_000) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def assert_too_large(reply: Reply, mock: MockKnock) -> None:
    body = assert_refused(reply.as_response(), 413, "payload_too_large", field="body")
    assert str(LIMIT) in body["message"]
    assert len(mock.users) == 0


def test_a_body_of_the_limit_is_taken(small: MockKnock) -> None:
    with small.client() as client:
        headers = {"content-type": "application/json"}
        response = client.put(USER, content=body_of(LIMIT), headers=headers)
    assert len(response.json()["name"]) == LIMIT - len(b'{"name":""}')


def test_one_byte_more_is_refused(small: MockKnock) -> None:
    body = body_of(LIMIT + 1)
    length = f"Content-Length: {len(body)}"
    reply = exchange(small.url, head("PUT", USER, JSON, length, key=small.api_key), body)
    assert_too_large(reply, small)


def test_a_chunked_body_has_the_same_limit(small: MockKnock) -> None:
    with Wire(small.url) as wire:
        request = head("PUT", USER, JSON, CHUNKED, key=small.api_key)
        wire.send(request, chunked(body_of(LIMIT + 1)))
        assert_too_large(wire.reply(), small)
        wire.send(request, chunked(body_of(LIMIT)))
        assert wire.reply().status == 200


def test_the_connection_is_of_use_after_a_refusal(small: MockKnock) -> None:
    body = body_of(10 * LIMIT)
    length = f"Content-Length: {len(body)}"
    with Wire(small.url) as wire:
        wire.send(head("PUT", USER, JSON, length, key=small.api_key), body)
        assert_too_large(wire.reply(), small)
        wire.send(head("GET", "/v1/users", key=small.api_key))
        assert wire.reply().status == 200


def test_who_asks_first_need_not_send_it(small: MockKnock) -> None:
    headers = (JSON, "Expect: 100-continue", f"Content-Length: {LIMIT + 1}")
    reply = exchange(small.url, head("PUT", USER, *headers, key=small.api_key))
    assert_too_large(reply, small)


def test_who_asks_first_is_told_to_go_on_with_a_good_one(small: MockKnock) -> None:
    headers = (JSON, "Expect: 100-continue", "Content-Length: 2")
    with Wire(small.url) as wire:
        wire.send(head("PUT", USER, *headers, key=small.api_key))
        assert wire.reply(has_body=False).status == 100
        wire.send(b"{}")
        assert wire.reply().status == 200


def test_an_absurd_announcement_is_refused(small: MockKnock) -> None:
    # More digits than Python turns into a number without asking; only a caller in process, or a
    # server other than uvicorn, lets such a header through.
    headers = {"expect": "100-continue", "content-length": "9" * 5_000}
    with small.client() as client:
        response = client.put(USER, content=b"{}", headers=headers)
    assert response.status_code < 500


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("PUT", "/v1/nothing", True, 404),
        ("PATCH", USER, True, 405),
        ("PUT", USER, False, 401),
        ("GET", "/v1/users", True, 200),
    ],
)
def test_an_answer_given_before_the_body_was_read_arrives(
    small: MockKnock, method: str, path: str, key: bool, status: int
) -> None:
    body = body_of(50 * LIMIT)
    headers = {"content-type": "application/json"}
    if key:
        headers["authorization"] = f"Bearer {small.api_key}"
    with httpx.Client(base_url=small.url, headers=headers) as client:
        assert client.request(method, path, content=body).status_code == status
        assert client.get("/v1/users").status_code == (200 if key else 401)


def test_the_limit_of_a_server_by_default_lets_a_thousand_fat_users_through(
    client: httpx.Client,
) -> None:
    users = [{"id": f"user-{n}", "bio": "x" * 10_000} for n in range(1_000)]
    response = client.post("/v1/users/bulk/identify", json={"users": users})
    assert response.json()["estimated_total_rows"] == 1_000
