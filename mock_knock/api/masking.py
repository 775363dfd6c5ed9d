"""What is not shown: keys, tokens and passwords, in headers and in JSON bodies."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson

from mock_knock.api.body import MAX_DEPTH, deeper_than
from mock_knock.api.exchange import Exchange
from mock_knock.api.journal import Headers

MASK = "***"
_SMALL = 1024
"""Bytes of a body that an event may hold."""

_HEADERS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key",
     "x-knock-user-token"}
)  # fmt: skip
_MEMBERS = frozenset(
    {"access_token", "api_key", "authorization", "client_secret", "password", "private_key",
     "refresh_token", "secret", "signing_key"}
)  # fmt: skip
"""Members of JSON objects that hold secrets, such as the `access_token` of a Slack connection."""


def masked_headers(headers: Headers) -> list[tuple[str, str]]:
    """The headers as text, in the order in which they came; of a key the scheme stays."""
    return [
        (name.decode("latin-1").lower(), _masked_value(name.decode("latin-1").lower(), value))
        for name, value in headers
    ]


def masked_json(value: Any) -> Any:
    """The JSON with a mask in place of each secret."""
    if isinstance(value, dict):
        return {
            name: MASK if name.lower() in _MEMBERS and inner else masked_json(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [masked_json(item) for item in value]
    return value


def read_json(body: bytes) -> Any:
    """The JSON of a body. Raises ValueError for what is none, or nested deeper than is taken."""
    value = orjson.loads(body)
    if deeper_than(value, MAX_DEPTH):
        raise ValueError(f"the body is nested over {MAX_DEPTH} levels deep")
    return value


def told_control_call(exchange: Exchange) -> dict[str, Any]:
    """What the event of a call that steers an environment tells; its body when it is small."""
    told: dict[str, Any] = {"operation_id": exchange.operation_id, "path": exchange.scope["path"]}
    if 0 < len(exchange.body) <= _SMALL:
        with suppress(ValueError):
            told["body"] = masked_json(read_json(exchange.body))
    return told


def _masked_value(name: str, value: bytes) -> str:
    text = value.decode("latin-1")
    if name not in _HEADERS:
        return text
    scheme, space, rest = text.partition(" ")
    return f"{scheme} {MASK}" if space and rest and name.endswith("authorization") else MASK
