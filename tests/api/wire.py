"""HTTP/1.1 by hand, for what no client library would send."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

_PATIENCE = 30.0
"""Seconds until a server that says nothing fails the test."""


@dataclass
class Reply:
    """One answer as it came over the wire; header names in lower case."""

    version: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The parsed body."""
        return orjson.loads(self.body)

    def as_response(self) -> httpx.Response:
        """The same for code that looks at `httpx` responses."""
        return httpx.Response(self.status, headers=self.headers, content=self.body)


class Wire:
    """One connection to a server."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        assert address.hostname is not None
        assert address.port is not None
        self._socket = socket.create_connection((address.hostname, address.port), _PATIENCE)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()
        self._socket.close()

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(b"".join(pieces))

    def reply(self, *, has_body: bool = True) -> Reply:
        """The next answer; `has_body=False` for one to a HEAD."""
        version, status, _ = self._file.readline().decode("latin-1").split(" ", 2)
        found = Reply(version, int(status))
        while line := self._file.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            found.headers[name.lower()] = value.strip()
        length = int(found.headers.get("content-length", "0"))
        if has_body and length:
            found.body = self._file.read(length)
        return found

    def is_closed_by_peer(self) -> bool:
        """Whether nothing but the end comes next."""
        return self._file.read(1) == b""


def head(
    method: str, target: str, *headers: str, key: str = "", version: str = "HTTP/1.1"
) -> bytes:
    """A request's line and headers, up to the empty line; with a Host unless one is given."""
    lines = [f"{method} {target} {version}"]
    if version == "HTTP/1.1" and not any(h.lower().startswith("host:") for h in headers):
        lines.append("Host: mock-knock")
    if key:
        lines.append(f"Authorization: Bearer {key}")
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1")


def exchange(url: str, *pieces: bytes) -> Reply:
    """Send the bytes on a connection of their own; the first answer."""
    with Wire(url) as wire:
        wire.send(*pieces)
        return wire.reply()
