"""The connection under an answer, for answers that are to come late, or not whole.

ASGI has no words for a pause or a reset. Whoever runs the application puts a `Wire` in the scope of
each request, under `WIRE`.
"""

from __future__ import annotations

import socket
import struct
from typing import Any, Protocol

WIRE = "mock_knock.wire"

_LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)


class Wire(Protocol):
    """What can be done to a connection. After `cut` the request's `receive` says disconnect."""

    async def pause(self, seconds: float) -> None:
        """Let the client wait."""

    def write(self, data: bytes) -> None:
        """Send bytes as they are, past the HTTP protocol."""

    def cut(self, *, reset: bool) -> None:
        """End the connection after what was sent; with `reset` at once, by RST."""


def end(transport: Any, *, reset: bool) -> None:
    """End a connection with FIN, or at once with RST and without what was not sent yet."""
    if not reset:
        transport.close()
        return
    found = transport.get_extra_info("socket")
    if found is not None:
        # A duplicate, since the event loop's own object may not let options be set.
        with socket.fromfd(found.fileno(), found.family, found.type) as duplicate:
            duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT_AT_ALL)
    transport.abort()
