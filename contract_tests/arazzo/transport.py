"""What a runner sends and gets: plain requests and responses, and the protocol between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request, ready to be sent: `url` is absolute, `content` the encoded body."""

    method: str
    url: str
    headers: Headers = ()
    content: bytes | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return find_header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response; `content` is the body with transfer and content codings undone."""

    status: int
    headers: Headers = ()
    content: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return find_header(self.headers, name)


class TransportError(Exception):
    """Raised by a transport when no complete response came: refused, cut, timed out."""


class Transport(Protocol):
    """Anything that can take a request to a server: HTTP, an in-process application, a script."""

    def send(self, request: Request) -> Response:
        """The server's response. Raises TransportError when there is none."""


def find_header(headers: Headers, name: str) -> str | None:
    """The first header of that name; field names have no case (RFC 9110, 5.1)."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
