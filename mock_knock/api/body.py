"""Request bodies: read whole (chunked ones too), capped, parsed, checked."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson

from mock_knock.api.errors import ApiError, invalid, malformed
from mock_knock.api.exchange import Exchange
from mock_knock.api.violations import Violation, details, violations
from mock_knock.world.errors import Detail

MAX_DEPTH = 128
"""Levels of nesting in a body; JSON writers, ours too, give up soon after."""

_YAML = frozenset({b"application/yaml", b"application/x-yaml", b"text/yaml", b"text/x-yaml"})
"""RFC 9512, and what YAML was called before it."""


class ClientDisconnectedError(Exception):
    """The client went away before its request was whole."""


async def read_body(exchange: Exchange, receive: Any, most: int) -> bytes:
    """The whole request body.

    Raises ApiError 413 for one of over `most` bytes: after reading it to its end, so that the
    client gets to see the answer, or at once when the client asked first (`Expect: 100-continue`).
    """
    if exchange.header(b"expect") is not None:
        announced = exchange.header(b"content-length") or b"0"
        if announced.isdigit() and (len(announced) > 18 or int(announced) > most):
            raise _too_large(most)
    message = await receive()
    if message["type"] != "http.request":
        raise ClientDisconnectedError
    body: bytes = message.get("body", b"")
    size = len(body)
    if message.get("more_body", False):
        chunks = [body]
        while message.get("more_body", False):
            message = await receive()
            if message["type"] != "http.request":
                raise ClientDisconnectedError
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= most:
                chunks.append(chunk)
            else:
                chunks.clear()
        body = b"".join(chunks)
    if size > most:
        raise _too_large(most)
    return body


async def keep_body(exchange: Exchange, receive: Any) -> None:
    """Read the body of a call that is not carried out, for the journal. Raises as `read_body`."""
    exchange.body = await read_body(exchange, receive, exchange.service.settings.max_body)


def _too_large(most: int) -> ApiError:
    message = f"The body is over {most} bytes: send fewer rows in one call. Nothing was applied"
    detail = Detail("body", f"over {most} bytes", "too_large")
    return ApiError(413, "payload_too_large", message, details=(detail,))


class BodyReader:
    """Turns the body of one operation into a valid value."""

    def __init__(
        self, validator: jsonschema_rs.Validator, *, required: bool, takes_yaml: bool = False
    ) -> None:
        self._validator = validator
        self._required = required
        self._takes_yaml = takes_yaml

    def parse(self, exchange: Exchange) -> Any:
        """The body as parsed JSON; None for an absent one that is not required.

        YAML, where it is taken, stays a text: only its handler can read it. Raises ApiError: 415
        for another content type, 400 for malformed JSON, 422 for a value that is not valid.
        """
        if not exchange.body:
            if self._required:
                raise invalid([Detail("body", "is required: send JSON", "required")])
            return None
        media_type = _media_type(exchange)
        if self._takes_yaml and media_type in _YAML:
            return _decoded(exchange.body)
        if media_type != b"application/json":
            shown = media_type.decode("latin-1") or "of no stated type"
            message = (
                f"The body is {shown}: send JSON with the header Content-Type: application/json"
            )
            detail = Detail("Content-Type", "must be application/json", "media_type")
            raise ApiError(415, "unsupported_media_type", message, details=(detail,))
        value = _parsed(exchange.body)
        if not self._validator.is_valid(value):
            raise invalid(details(self._validator, value))
        return value

    def violations(self, body: bytes) -> list[Violation]:
        """What is not valid in a body. Raises ApiError for one that is no JSON."""
        return list(violations(self._validator, _parsed(body))) if body else []


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise malformed("the body is not in UTF-8", "body") from None


def undescribed_body(exchange: Exchange) -> Any:
    """The body of an operation whose document describes none: JSON if it says so, else None.

    Knock's documents are silent about bodies that its browser client sends (the deprecated
    preference calls). Raises ApiError 400 for malformed JSON.
    """
    if not exchange.body or _media_type(exchange) != b"application/json":
        return None
    return _parsed(exchange.body)


def _media_type(exchange: Exchange) -> bytes:
    content_type = exchange.header(b"content-type")
    return (content_type or b"").partition(b";")[0].strip().lower()


def _parsed(body: bytes) -> Any:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise malformed(f"the body is not valid JSON: {error}", "body") from None
    # Only a body with that many brackets can be nested that deep.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and deeper_than(value, MAX_DEPTH):
        raise invalid([Detail("body", f"is nested over {MAX_DEPTH} levels deep", "max_depth")])
    return value


def deeper_than(value: Any, most: int) -> bool:
    """Whether the value is nested over `most` levels; level by level, since it may be very deep."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
