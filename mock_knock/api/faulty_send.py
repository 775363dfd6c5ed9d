"""Sending an answer over a connection that misbehaves, as a fault says."""

from __future__ import annotations

from typing import Any

from mock_knock.wire import Wire
from mock_knock.world.fault_book import Fault
from mock_knock.world.faults import Connection

MALFORMED_CHUNK = b"not-a-size\r\n"
"""What `malformed_chunk` sends where the next chunk's size should be."""

DRIBBLE_BYTES = 16
"""How many bytes `dribble` sends at a time when the fault does not say."""

_LENGTH = b"content-length"


async def send_faulty(
    fault: Fault, wire: Wire, receive: Any, send: Any, start: dict[str, Any], body: bytes
) -> None:
    """Send `start` and `body`, which would be the whole answer, as the fault lets it."""
    if fault.delay:
        await wire.pause(fault.delay)
    connection = fault.connection
    if connection is None:
        await send(start)
        await send({"type": "http.response.body", "body": body})
    elif connection.kind == "dribble":
        await _dribble(connection, wire, send, start, body)
    else:
        # An answer without a body cannot be cut in its midst: nothing of it comes.
        if connection.kind in ("truncate", "malformed_chunk") and body:
            await _begin(connection, wire, send, start, body)
        wire.cut(reset=connection.kind == "reset")
        while (await receive())["type"] != "http.disconnect":
            pass


async def _begin(
    connection: Connection, wire: Wire, send: Any, start: dict[str, Any], body: bytes
) -> None:
    """Send the head and the first part of the body."""
    count = len(body) // 2 if connection.bytes is None else min(connection.bytes, len(body) - 1)
    if connection.kind == "malformed_chunk":
        # Without a length the server uses chunks.
        start = {**start, "headers": [h for h in start["headers"] if h[0] != _LENGTH]}
    await send(start)
    await send({"type": "http.response.body", "body": body[:count], "more_body": True})
    if connection.kind == "malformed_chunk":
        wire.write(MALFORMED_CHUNK)


async def _dribble(
    connection: Connection, wire: Wire, send: Any, start: dict[str, Any], body: bytes
) -> None:
    """Send everything, a little at a time."""
    await send(start)
    step = connection.bytes or DRIBBLE_BYTES
    for at in range(0, len(body), step):
        if at:
            await wire.pause(connection.interval)
        more = at + step < len(body)
        await send({"type": "http.response.body", "body": body[at : at + step], "more_body": more})
    if not body:
        await send({"type": "http.response.body", "body": b""})
