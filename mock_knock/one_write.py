"""Answers in one write: uvicorn writes the head and the body of an answer one after the other.

Two system calls, and often two packets, for every answer cost more than all of our own code for a
poll. And what uvicorn refuses before any of our code sees it is refused in Knock's envelope.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mock_knock.at_once import run_at_once
from mock_knock.wire import WIRE, end

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

_UNREADABLE = (
    "The request cannot be read as HTTP/1.1: percent-encode what is not ASCII in its path, and "
    "keep path and query together under 64 kB. Nothing was done"
)

_refused = count(1)


class OneWriteProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol over a transport that holds the head back until the body comes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        self._joining = JoiningTransport(transport)
        super().connection_made(self._joining)  # type: ignore[arg-type]  # as good as a transport

    def on_message_begin(self) -> None:
        """Let the application get at the connection, for faults."""
        super().on_message_begin()
        self.scope[WIRE] = self._joining  # type: ignore[literal-required]  # ours

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        task = run_at_once(cycle.run_asgi(app), self.loop)
        if task is not None:
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no readable request: Knock's envelope, and an `x-request-id`."""
        problem = {"field": "request", "message": msg, "type": "malformed"}
        envelope = {
            "code": "invalid_params",
            "message": _UNREADABLE,
            "status": 400,
            "type": "invalid_request_error",
            "errors": [problem],
        }
        body = orjson.dumps(envelope)
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"x-request-id: unreadable-{next(_refused):09}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

    def on_response_complete(self) -> None:
        """Let an answer without a body go out too (HEAD, 204)."""
        self._joining.flush()
        super().on_response_complete()


class JoiningTransport:
    """A transport that sends an answer's head together with what is written next."""

    __slots__ = ("_held", "_transport", "is_closing")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: bytes | None = None
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Hold an answer's head; send anything else, with what was held before it."""
        if self._held is not None:
            data = self._held + data
            self._held = None
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100"):
            self._held = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Send what is held."""
        if self._held is not None:
            held, self._held = self._held, None
            self._transport.write(held)

    # As a `Wire`, for faults.

    async def pause(self, seconds: float) -> None:
        """Wait, the server going on meanwhile."""
        await asyncio.sleep(seconds)

    def cut(self, *, reset: bool) -> None:
        """End the connection."""
        end(self, reset=reset)

    def close(self) -> None:
        """Send what is held and close."""
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
