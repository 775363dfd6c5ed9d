"""The server without a socket: an `httpx` transport, for sync and async clients alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import httpx

from mock_knock.api.exchange import IN_PROCESS
from mock_knock.server import KnockServer
from mock_knock.wire import WIRE


class InProcessTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands requests to a server in this process.

    The server never waits for anything but the request's body, which is there already; so a
    request is one function call, and the sync form needs no event loop. Faults of the connection
    become the errors that `httpx` raises for them, and latencies sleeps of the caller: with virtual
    time these move the clock.
    """

    def __init__(self, server: KnockServer) -> None:
        self._server = server

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of a sync client."""
        answered = self._answer(request, request.read())
        for pause in answered.wire.pauses:
            time.sleep(_bearable(pause, request))
            _check_patience(pause, request)
        return answered.response(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request of an async client."""
        answered = self._answer(request, await request.aread())
        for pause in answered.wire.pauses:
            await asyncio.sleep(_bearable(pause, request))
            _check_patience(pause, request)
        return answered.response(request)

    def _answer(self, request: httpx.Request, body: bytes) -> _Answered:
        wire = _Wire()
        url = request.url
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.partition(b"?")[0],
            "query_string": url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 0),
            WIRE: wire,
            IN_PROCESS: True,
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if wire.end is not None:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        self._server.call(lambda: _drive(self._server.application(scope, receive, send)))
        return _Answered(sent, wire)


class _Wire:
    """A connection that is none: what happens to it is noted, for the caller to go through."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.stray: list[bytes] = []
        self.end: str | None = None

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def write(self, data: bytes) -> None:
        self.stray.append(data)

    def cut(self, *, reset: bool) -> None:
        self.end = "reset" if reset else "closed"


class _Answered:
    """What came over the wire."""

    def __init__(self, sent: list[dict[str, Any]], wire: _Wire) -> None:
        self._sent = sent
        self.wire = wire

    def response(self, request: httpx.Request) -> httpx.Response:
        """The response, if it is whole. Raises what `httpx` raises for a connection that broke."""
        content = b"".join(message["body"] for message in self._sent[1:])
        if self.wire.end == "reset":
            raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
        if self.wire.stray:
            raise httpx.RemoteProtocolError(
                f"illegal chunk header: {bytearray(self.wire.stray[0])!r}", request=request
            )
        if self.wire.end is not None and not self._sent:
            raise httpx.RemoteProtocolError(
                "Server disconnected without sending a response.", request=request
            )
        start = self._sent[0]
        if self.wire.end is not None:
            expected = dict(start["headers"])[b"content-length"].decode()
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {len(content)} bytes, expected {expected})",
                request=request,
            )
        return httpx.Response(start["status"], headers=start["headers"], content=content)


def _patience(request: httpx.Request) -> float | None:
    found: float | None = request.extensions.get("timeout", {}).get("read")
    return found


def _bearable(pause: float, request: httpx.Request) -> float:
    """The pause, or the part of it that the client waits before it gives up."""
    patience = _patience(request)
    return pause if patience is None else min(pause, patience)


def _check_patience(pause: float, request: httpx.Request) -> None:
    patience = _patience(request)
    if patience is not None and pause > patience:
        raise httpx.ReadTimeout("The read operation timed out", request=request)


def _drive(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never has to wait."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("the server waited for something while it answered in process")
