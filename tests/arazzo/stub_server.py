"""A stub HTTP server on a free port, in a thread: three operations of Knock, as scripted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Stub:
    """What the server says, and what it was asked. `history`: the states that polls see."""

    history: list[str] = field(default_factory=lambda: ["completed"])
    status: int = 200
    cut: bool = False
    url: str = ""
    seen: list[tuple[str, str, str | None, Any]] = field(default_factory=list)
    polls: int = 0

    def answer(self, path: str) -> dict[str, Any]:
        if self.status != 200:
            return {"message": "refused\x1b[31m"}
        if path.endswith("/trigger"):
            return {"workflow_run_id": "run-1"}
        state = "queued"
        if "bulk_operations" in path:
            state = self.history[min(self.polls, len(self.history) - 1)]
            self.polls += 1
        return {"__typename": "BulkOperation", "id": "op-1", "status": state}


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    """Serve a stub; `stub.url` is its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            stub.seen.append((self.command, self.path, self.headers.get("Authorization"), body))
            if stub.cut:
                self.close_connection = True
                return
            content = json.dumps(stub.answer(self.path)).encode()
            self.send_response(stub.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _handle

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
