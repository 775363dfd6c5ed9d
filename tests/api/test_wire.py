"""What comes over a socket that no client library sends, or that needs one to be seen."""

from __future__ import annotations

import pytest

from mock_knock import MockKnock

from .envelope import assert_refused
from .wire import Wire, exchange, head

JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"


def test_a_chunked_body_is_a_body(mock_knock: MockKnock) -> None:
    request = head("PUT", "/v1/users/nadia", JSON, CHUNKED, key=mock_knock.api_key)
    chunks = b'1;extension=1\r\n{\r\na\r\n"name":"N"\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n'
    reply = exchange(mock_knock.url, request, chunks)
    assert (reply.status, reply.json["name"]) == (200, "N")
    assert mock_knock.requests[-1].json == {"name": "N"}


def test_an_empty_chunked_body_is_no_body(mock_knock: MockKnock) -> None:
    request = head("PUT", "/v1/users/nadia", JSON, CHUNKED, key=mock_knock.api_key)
    reply = exchange(mock_knock.url, request, b"0\r\n\r\n")
    assert_refused(reply.as_response(), 422, "invalid_params", field="body")


def test_a_body_may_come_in_pieces(mock_knock: MockKnock) -> None:
    body = b'{"name": "Nadia Okafor"}'
    length = f"Content-Length: {len(body)}"
    with Wire(mock_knock.url) as wire:
        wire.send(head("PUT", "/v1/users/nadia", JSON, length, key=mock_knock.api_key))
        for at in range(len(body)):
            wire.send(body[at : at + 1])
        assert wire.reply().json["name"] == "Nadia Okafor"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_http_1_0_is_answered_and_then_closed(mock_knock: MockKnock, method: str) -> None:
    with Wire(mock_knock.url) as wire:
        wire.send(head(method, "/v1/users", key=mock_knock.api_key, version="HTTP/1.0"))
        assert wire.reply(has_body=method == "GET").status == 200
        assert wire.is_closed_by_peer()


def test_requests_on_one_connection_are_answered_in_order(mock_knock: MockKnock) -> None:
    key = mock_knock.api_key
    with Wire(mock_knock.url) as wire:
        wire.send(
            head("PUT", "/v1/users/a", JSON, "Content-Length: 2", key=key),
            b"{}",
            head("HEAD", "/v1/users/a", key=key),
            head("GET", "/v1/users/b", "Content-Length: 3", key=key),
            b"???",
            head("DELETE", "/v1/users/a", key=key),
            head("GET", "/v1/users", key=key),
        )
        statuses = [wire.reply(has_body=at != 1).status for at in range(5)]
    assert statuses == [200, 200, 404, 204, 200]


def test_a_204_is_truly_empty(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a")
    reply = exchange(mock_knock.url, head("DELETE", "/v1/users/a", key=mock_knock.api_key))
    assert reply.status == 204
    assert "content-type" not in reply.headers
    assert reply.headers.get("content-length", "0") == "0"


def test_an_absolute_target_is_a_path_like_any_other(mock_knock: MockKnock) -> None:
    target = "http://api.knock.app/v1/users"
    assert exchange(mock_knock.url, head("GET", target, key=mock_knock.api_key)).status == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        head("OPTIONS", "*"),
        head("GET", "//v1/users"),
        head("GET", "/v1/users/../users"),
        head("GET", "/v1/./users"),
        head("GET", "/v1/users/\xe9"),
        head("GET", "/v1/users?x=\xff"),
        head("GET", "/v1/users?x=a b"),
        head("FOO", "/v1/users"),
        head("get", "/v1/users"),
        head("PROPFIND", "/v1/users"),
        head("CONNECT", "knock:443"),
        head("GET", "http://knock"),
        head("GET", "/v1/" + "x" * 100_000),
        head("PUT", "/v1/users/a", JSON, "Content-Length: -1", key="k"),
        head("PUT", "/v1/users/a", JSON, "Content-Length: " + "9" * 5_000, key="k"),
        head("PUT", "/v1/users/a", JSON, "Content-Length: 2", "Content-Length: 3", key="k"),
        head("PUT", "/v1/users/a", JSON, CHUNKED, key="k") + b"zz\r\n",
        head("GET", "/v1/users", "Upgrade: websocket", "Connection: Upgrade"),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\nGET /v1/users\r\n\r\n",
    ],
    ids=lambda request: ascii(request[:40]),
)
def test_what_is_not_well_formed_is_a_4xx(mock_knock: MockKnock, request_bytes: bytes) -> None:
    reply = exchange(mock_knock.url, request_bytes)
    assert 400 <= reply.status < 500
    assert_refused(reply.as_response(), reply.status, reply.json["code"])
    # And the server goes on.
    after = exchange(mock_knock.url, head("GET", "/v1/users", key=mock_knock.api_key))
    assert after.status == 200


def test_an_upgrade_that_is_not_offered_is_an_ordinary_request(mock_knock: MockKnock) -> None:
    headers = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    request = head("GET", "/v1/users", *headers, key=mock_knock.api_key)
    assert exchange(mock_knock.url, request).status == 200


def test_a_client_that_leaves_in_the_midst_of_its_body_leaves_no_trace(
    mock_knock: MockKnock,
) -> None:
    with Wire(mock_knock.url) as wire:
        wire.send(
            head("PUT", "/v1/users/a", JSON, "Content-Length: 20", key=mock_knock.api_key),
            b'{"name":',
        )
    reply = exchange(mock_knock.url, head("GET", "/v1/users", key=mock_knock.api_key))
    assert reply.json["entries"] == []
    assert [request.operation_id for request in mock_knock.requests] == ["listUsers"]
