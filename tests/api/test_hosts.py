"""`progress_path`: an absolute URL on the host that the client used, whatever that one says."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import jsonschema_rs
import pytest

from mock_knock import KnockServer, MockKnock

from .wire import exchange, head

BULK = "/v1/users/bulk/identify"
BODY = b'{"users":[]}'
IS_URI = jsonschema_rs.Draft202012Validator({"format": "uri"}, validate_formats=True)


def progress_path(mock: MockKnock, *headers: str, version: str = "HTTP/1.1") -> str:
    """What a bulk call over a socket answers, made with these headers."""
    kept = ("Content-Type: application/json", f"Content-Length: {len(BODY)}")
    request = head("POST", BULK, *headers, *kept, key=mock.api_key, version=version)
    reply = exchange(mock.url, request, BODY)
    assert reply.status == 200, reply.body
    operation = reply.json
    path: str = operation["progress_path"]
    assert path.endswith(f"/v1/bulk_operations/{operation['id']}")
    assert IS_URI.is_valid(path)
    return path


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:4010",
        "localhost",
        "LocalHost:80",
        "knock.example.com:8443",
        "[::1]:4010",
        "[2001:db8::1]",
        "my-knock",
        "mock_knock:4010",  # a service's name under docker compose
    ],
)
def test_it_is_on_the_host_that_the_client_named(mock_knock: MockKnock, host: str) -> None:
    assert progress_path(mock_knock, f"Host: {host}").startswith(f"http://{host}/v1/")


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":",
        ":80",
        "a b",
        "user@host",
        "host/path",
        "host?query",
        "host#fragment",
        "a\\b",
        "<script>",
        "a:b",
        "a:",
        "a:123456",
        "a%zz",
        "\xe9",
        "[",
        "[]",
        "[:]",
        "[.]",
        "[::1",
        "[1::2::3]",
        "[12345::]",
        "[1.2.3.4]",
        "[fe80::1%25eth0]",
        "x" * 3_000 + "!{}",
    ],
    ids=lambda host: ascii(host[:20]),
)
def test_a_host_that_is_none_is_not_repeated(mock_knock: MockKnock, host: str) -> None:
    path = progress_path(mock_knock, f"Host: {host}")
    assert path.startswith(f"{mock_knock.url}/v1/")


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_without_a_host_it_is_where_the_server_listens(mock_knock: MockKnock, version: str) -> None:
    headers = () if version == "HTTP/1.0" else ("Host:",)
    path = progress_path(mock_knock, *headers, version=version)
    assert path.startswith(f"{mock_knock.url}/v1/")


@pytest.mark.parametrize("scheme", ["https", "ws", "javascript", "a b", ""])
def test_a_forwarded_scheme_leaves_it_a_web_address(mock_knock: MockKnock, scheme: str) -> None:
    path = progress_path(mock_knock, "X-Forwarded-Proto: " + scheme)
    assert urlsplit(path).scheme in ("http", "https")


def test_it_answers_the_same_operation(mock_knock: MockKnock) -> None:
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    with httpx.Client(base_url=mock_knock.url, headers=headers) as client:
        operation = client.post(BULK, json={"users": [{"id": "a"}]}).json()
        polled = client.get(operation["progress_path"]).json()
    assert polled["id"] == operation["id"]


def test_it_never_changes(mock_knock: MockKnock, client: httpx.Client) -> None:
    operation = client.post(BULK, json={"users": []}, headers={"host": "one.example"}).json()
    url = f"/v1/bulk_operations/{operation['id']}"
    polled = client.get(url, headers={"host": "two.example"}).json()
    assert polled["progress_path"] == operation["progress_path"]


def test_a_server_on_ipv6_has_brackets(mock_knock_server: KnockServer) -> None:
    server = KnockServer(mock_knock_server.settings, host="::1")
    try:
        mock = MockKnock(server, "ipv6")
        assert mock.url.startswith("http://[::1]:")
        path = progress_path(mock, version="HTTP/1.0")
        assert path.startswith(f"{mock.url}/v1/")
    finally:
        server.stop()
