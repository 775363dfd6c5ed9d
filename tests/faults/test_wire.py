"""What a fault looks like on the wire, byte for byte, and to real clients."""

from __future__ import annotations

import json
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests

from mock_knock import MockKnock

BODY = (
    b'{"entries":[],"page_info":'
    b'{"__typename":"PageInfo","after":null,"before":null,"page_size":50}}'
)


def exchange(mock: MockKnock, path: str = "/v1/users", method: str = "GET") -> bytes:
    """All that the server sends for one request; ConnectionResetError for a reset."""
    parts = urlsplit(mock.url)
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            f"Authorization: Bearer {mock.api_key}\r\n\r\n".encode()
        )
        received = b""
        while piece := connection.recv(65_536):
            received += piece
        return received


def without_changing_headers(head: bytes) -> bytes:
    return re.sub(rb"(x-request-id|date): [^\r]*\r\n", b"", head)


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def test_truncate_sends_the_whole_head_and_a_part_of_the_body(mock_knock: MockKnock) -> None:
    mock_knock.faults.add(connection={"kind": "truncate", "bytes": 10})
    received = without_changing_headers(exchange(mock_knock))
    assert received == HEAD + b"content-length: 94\r\nconnection: close\r\n\r\n" + BODY[:10]


def test_malformed_chunk_sends_a_chunk_and_then_no_size(mock_knock: MockKnock) -> None:
    mock_knock.faults.add(connection={"kind": "malformed_chunk", "bytes": 10})
    received = without_changing_headers(exchange(mock_knock))
    assert received == (
        HEAD
        + b"connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        + b"a\r\n"
        + BODY[:10]
        + b"\r\nnot-a-size\r\n"
    )


def test_empty_closes_without_a_byte(mock_knock: MockKnock) -> None:
    mock_knock.faults.add(connection={"kind": "empty"})
    assert exchange(mock_knock) == b""


def test_reset_resets(mock_knock: MockKnock) -> None:
    mock_knock.faults.add(connection={"kind": "reset"})
    with pytest.raises(ConnectionResetError):
        exchange(mock_knock)


def test_dribble_sends_everything_in_the_end(mock_knock: MockKnock) -> None:
    mock_knock.faults.add(connection={"kind": "dribble", "bytes": 40, "interval": 0.01})
    received = without_changing_headers(exchange(mock_knock))
    assert received == HEAD + b"content-length: 94\r\nconnection: close\r\n\r\n" + BODY


def test_an_answer_without_a_body_cannot_be_cut_in_its_midst(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a")
    mock_knock.faults.add(connection={"kind": "truncate"})
    assert exchange(mock_knock, "/v1/users/a", "DELETE") == b""
    assert "a" not in mock_knock.users


def test_a_status_in_knocks_envelope(mock_knock: MockKnock) -> None:
    mock_knock.faults.add(status={"status": 503, "retry_after": 7, "headers": {"X-Extra": "yes"}})
    head, _, body = exchange(mock_knock).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"\r\nretry-after: 7\r\n" in head
    assert b"\r\nx-extra: yes\r\n" in head
    assert json.loads(body) == {
        "code": "service_unavailable",
        "message": "Service Unavailable: a fault that was asked for, not the server's own",
        "status": 503,
        "type": "api_error",
    }


def test_a_429_has_retry_after_and_the_limits_of_its_tier(mock_knock: MockKnock) -> None:
    mock_knock.faults.add(status={"status": 429})
    head = exchange(mock_knock).partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert {
        b"retry-after: 1",
        b"x-ratelimit-limit: 200",
        b"x-ratelimit-remaining: 0",
        b"x-ratelimit-reset: 1",
    } <= set(head)


CUTS: list[tuple[str, type[Exception], type[Exception]]] = [
    ("reset", httpx.ReadError, requests.ConnectionError),
    ("empty", httpx.RemoteProtocolError, requests.ConnectionError),
    ("truncate", httpx.RemoteProtocolError, requests.exceptions.ChunkedEncodingError),
    (
        "malformed_chunk",
        httpx.RemoteProtocolError,
        requests.exceptions.ChunkedEncodingError,
    ),
]


@pytest.mark.parametrize(("kind", "by_httpx", "by_requests"), CUTS)
def test_clients_see_the_connection_break_in_process_as_over_a_socket(
    mock_knock: MockKnock,
    kind: str,
    by_httpx: type[Exception],
    by_requests: type[Exception],
) -> None:
    mock_knock.faults.add(connection={"kind": kind})
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    over_socket = httpx.Client(base_url=mock_knock.url, headers=headers)
    with over_socket, pytest.raises(by_httpx) as over_socket_error:
        over_socket.get("/v1/users")
    with mock_knock.client() as in_process, pytest.raises(by_httpx) as in_process_error:
        in_process.get("/v1/users")
    assert str(in_process_error.value) == str(over_socket_error.value)
    with pytest.raises(by_requests):
        requests.get(f"{mock_knock.url}/v1/users", headers=headers, timeout=10)


def test_the_call_behind_a_cut_connection_was_carried_out(mock_knock: MockKnock) -> None:
    mock_knock.faults.add("identifyUser", connection={"kind": "reset"}, times=1)
    with mock_knock.client() as client:
        with pytest.raises(httpx.ReadError):
            client.put("/v1/users/a", json={"name": "A"})
        assert client.get("/v1/users/a").json()["name"] == "A"


@pytest.mark.parametrize("carried_out", [True, False])
def test_carried_out_decides(mock_knock: MockKnock, carried_out: bool) -> None:
    mock_knock.faults.add("identifyUser", status={"status": 500}, times=1, carried_out=carried_out)
    with mock_knock.client() as client:
        assert client.put("/v1/users/a", json={"name": "A"}).status_code == 500
    assert ("a" in mock_knock.users) is carried_out
    (sent,) = mock_knock.requests
    assert (sent.status, sent.json) == (500, {"name": "A"})


def test_fields_of_a_good_answer_change(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a", name="A")
    mock_knock.users.identify("b", name="B")
    mock_knock.faults.add(
        "listUsers",
        body={
            "set": {
                "/entries/0/id": 7,
                "/entries/*/shade": None,
                "/page_info/more/deep": 1,
                "/nowhere/x": 1,
                "/entries/9/x": 1,
            },
            "remove": ["/entries/*/name", "/page_info/after", "/entries/0/nothing"],
        },
    )
    with mock_knock.client() as client:
        answer: dict[str, Any] = client.get("/v1/users").json()
    first, second = answer["entries"]
    assert first["id"] == 7
    assert (second["id"], second["shade"]) in (("a", None), ("b", None))
    assert "name" not in first
    assert "after" not in answer["page_info"]
    assert "more" not in answer["page_info"]


def test_latency_is_slept_by_the_clients_own_clock(
    mock_knock: MockKnock, mock_knock_virtual_time: None
) -> None:
    mock_knock.faults.add(latency={"seconds": 3})
    before = mock_knock.clock.now
    with mock_knock.client() as client:
        assert client.get("/v1/users").status_code == 200
        assert (mock_knock.clock.now - before).total_seconds() == 3
        with pytest.raises(httpx.ReadTimeout):
            client.get("/v1/users", timeout=1)
        assert (mock_knock.clock.now - before).total_seconds() == 4


def test_a_latency_over_the_clients_patience_is_a_timeout_on_a_socket(
    mock_knock: MockKnock,
) -> None:
    mock_knock.faults.add(latency={"seconds": 60})
    # Connecting may take its time: it is the answer that is not waited for.
    patience = httpx.Timeout(30, read=0.05)
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    client = httpx.Client(base_url=mock_knock.url, headers=headers, timeout=patience)
    with client, pytest.raises(httpx.ReadTimeout):
        client.get("/v1/users")


def test_a_fault_is_an_event_with_its_request_as_the_cause(mock_knock: MockKnock) -> None:
    id = mock_knock.faults.add(status={"status": 500})
    with mock_knock.client() as client:
        client.get("/v1/users")
    events = mock_knock.call(lambda world: list(world.events))
    fault = next(event for event in events if event.kind == "fault.status")
    cause = next(event for event in events if event.number == fault.cause)
    assert fault.data == {"rules": [id], "carried_out": False, "status": 500}
    assert (cause.kind, cause.subject) == ("request", fault.subject)
