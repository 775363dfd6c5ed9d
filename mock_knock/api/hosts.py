"""The server's own address, as a client wrote it in its Host header."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Any

_HOST = re.compile(rb"([A-Za-z0-9._-]+|\[([0-9A-Fa-f:.]+)\])(:[0-9]{1,5})?")


def base_url(scope: Any) -> str:
    """The server's address as the client used it; a Host that is none is not repeated."""
    scheme = "https" if scope["scheme"] == "https" else "http"
    for key, value in scope["headers"]:
        if key == b"host" and _is_host(value):
            return f"{scheme}://{value.decode('ascii')}"
    host, port = scope.get("server") or ("127.0.0.1", None)
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + (f":{port}" if port else "")


def host_name(value: bytes) -> str | None:
    """The name or address in a Host header, in lower case, without port; None for what is none."""
    if not _is_host(value):
        return None
    match = _HOST.fullmatch(value)
    assert match is not None, "it was a host just now"
    return (match[2] or match[1]).decode("ascii").lower()


@lru_cache(maxsize=256)
def _is_host(value: bytes) -> bool:
    match = _HOST.fullmatch(value)
    if match is None or (match[3] and int(match[3][1:]) > 65_535):
        return False
    if match[2] is not None:
        try:
            ipaddress.IPv6Address(match[2].decode("ascii"))
        except ValueError:
            return False
    return True
