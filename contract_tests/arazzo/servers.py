"""Which server a request goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from contract_tests.arazzo.errors import RequestError
from contract_tests.arazzo.openapi import Operation


@dataclass(frozen=True, slots=True)
class Servers:
    """Base URLs: per source, then for all, then (if allowed) the OpenAPI document's own.

    default: for every source without one of its own. by_source: source name -> URL.
    documents: whether the `servers` of the OpenAPI documents may be used, the first one of each.
    """

    default: str | None = None
    by_source: Mapping[str, str] = field(default_factory=dict)
    documents: bool = True

    def base_url(self, operation: Operation) -> str:
        """The absolute base URL for an operation. Raises RequestError when there is none."""
        url = self.by_source.get(operation.source, self.default)
        if url is None and self.documents and operation.servers:
            url = operation.servers[0]
        if url is None:
            raise RequestError(f"no server is known for the source {operation.source!r}")
        return checked_url(url)


@lru_cache(maxsize=64)
def checked_url(url: str) -> str:
    """The URL itself, if it is an absolute http(s) URL. Raises RequestError otherwise."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise RequestError(f"{url!r} is no server URL; one looks like http://127.0.0.1:4010")
    return url
