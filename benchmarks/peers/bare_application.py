"""`bare_application.py PORT FILE`: answers every request with the file's bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uvicorn

_BODY = b""


async def application(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application that looks at nothing."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_BODY)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY})


if __name__ == "__main__":
    _BODY = Path(sys.argv[2]).read_bytes()
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        http="httptools",
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )
