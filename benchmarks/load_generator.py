"""A small load generator over raw sockets: `load_generator.py CONNECTIONS SECONDS QUESTION`.

QUESTION is JSON: `port`, `path`, `headers`. Prints JSON: `requests`, `seconds`, `bad`. It runs by
itself, in a process and on a core of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class _Tally:
    def __init__(self) -> None:
        self.requests = 0
        self.bad = 0


class _Connection(asyncio.Protocol):
    """Sends the request again whenever its answer is whole."""

    def __init__(self, question: bytes, tally: _Tally, closed: asyncio.Event) -> None:
        self._question = question
        self._tally = tally
        self._closed = closed
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._question)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _LENGTH.search(head)
        whole = len(body) >= int(length[1]) if length else body.endswith(b"0\r\n\r\n")
        if not whole:
            return
        self._received = b""
        self._tally.requests += 1
        self._tally.bad += head[9:10] != b"2"
        if _CLOSE.search(head) is None and self._transport is not None:
            self._transport.write(self._question)

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()


async def _keep_connected(port: int, question: bytes, tally: _Tally) -> None:
    """One connection after another: some servers close each one."""
    loop = asyncio.get_running_loop()
    while True:
        closed = asyncio.Event()

        def connection(closed: asyncio.Event = closed) -> _Connection:
            return _Connection(question, tally, closed)

        transport, _ = await loop.create_connection(connection, "127.0.0.1", port)
        try:
            await closed.wait()
        finally:
            transport.close()


async def _load(connections: int, seconds: float, port: int, question: bytes) -> dict[str, float]:
    tally = _Tally()
    started = time.perf_counter()
    work = [asyncio.create_task(_keep_connected(port, question, tally)) for _ in range(connections)]
    await asyncio.wait(work, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    elapsed = time.perf_counter() - started
    for task in work:
        if task.done():
            task.result()
        task.cancel()
    return {"requests": tally.requests, "seconds": elapsed, "bad": tally.bad}


def main() -> None:
    """Read the command line, load the server, print what came of it."""
    connections, seconds, text = sys.argv[1:]
    asked = json.loads(text)
    headers = {"host": f"127.0.0.1:{asked['port']}", **asked["headers"]}
    lines = [f"GET {asked['path']} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items()), "", ""]
    question = "\r\n".join(lines).encode("latin-1")
    print(json.dumps(asyncio.run(_load(int(connections), float(seconds), asked["port"], question))))


if __name__ == "__main__":
    main()
