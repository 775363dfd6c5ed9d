from __future__ import annotations

import socket

import httpx
import pytest

from contract_tests.arazzo import Request, TransportError
from contract_tests.arazzo.http_transport import HttpTransport

from .stub_server import Stub, serving


def test_a_request_goes_out_as_it_is_and_the_response_comes_back() -> None:
    with serving(Stub()) as stub, HttpTransport() as transport:
        request = Request("POST", f"{stub.url}/a%2Fb?x=%26", (("Authorization", "k"),), b"[1]")
        response = transport.send(request)
    assert stub.seen == [("POST", "/a%2Fb?x=%26", "k", [1])]
    assert response.status == 200
    assert response.header("content-type") == "application/json"
    assert b"BulkOperation" in response.content


def test_redirects_are_answers() -> None:
    client = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(302, headers={"Location": "/b"}))
    )
    with HttpTransport(client=client) as transport:
        assert transport.send(Request("GET", "http://h/a")).status == 302


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with HttpTransport() as transport, pytest.raises(TransportError, match="cannot be reached"):
        transport.send(Request("GET", f"http://127.0.0.1:{port}/secret?key=1"))


def test_a_cut_connection() -> None:
    with (
        serving(Stub(cut=True)) as stub,
        HttpTransport() as transport,
        pytest.raises(TransportError, match=r"the exchange with http://127.0.0.1:\d+ broke"),
    ):
        transport.send(Request("GET", f"{stub.url}/"))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (httpx.ReadTimeout("slow"), "http://h:1 did not answer within 30 s"),
        (httpx.DecodingError("bad gzip"), "the exchange with http://h:1 broke: bad gzip"),
        (httpx.RemoteProtocolError(""), "broke: RemoteProtocolError"),
        (OSError("no route"), "broke: no route"),
    ],
)
def test_every_failure_is_a_transport_error_without_the_path(
    error: Exception, message: str
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    client = httpx.Client(transport=httpx.MockTransport(fail))
    with HttpTransport(client=client) as transport, pytest.raises(TransportError) as caught:
        transport.send(Request("GET", "http://user:pw@h:1/secret?key=2"))
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "pw" not in str(caught.value)


def test_a_url_that_is_none() -> None:
    with HttpTransport() as transport, pytest.raises(TransportError):
        transport.send(Request("GET", "http://[bad/"))
