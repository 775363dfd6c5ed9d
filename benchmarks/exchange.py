"""One HTTP request to a server on this machine, as a client without a library would send it."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field

HOST = "127.0.0.1"
_SECONDS_TO_ANSWER = 30


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: a path with its query, headers, a body."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes | None = None


def ask(port: int, request: Request) -> tuple[int, bytes]:
    """Status and body. Raises OSError or HTTPException when there is no answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_SECONDS_TO_ANSWER)
    try:
        connection.request(request.method, request.path, request.body, request.headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def ask_well(port: int, request: Request) -> bytes:
    """The body of a 2xx answer. Raises RuntimeError for any other status."""
    status, body = ask(port, request)
    if not 200 <= status < 300:
        raise RuntimeError(f"{request.method} {request.path} was answered {status}: {body[:200]!r}")
    return body
