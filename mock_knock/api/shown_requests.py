"""Requests of a journal as JSON, secrets masked."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from mock_knock.api.curl_line import curl_line
from mock_knock.api.journal import JournalEntry
from mock_knock.api.masking import masked_headers, masked_json, read_json
from mock_knock.api.request_filter import Miss
from mock_knock.world.instants import to_text

_ANSWER_ID = "x-request-id"


def shown_entry(entry: JournalEntry) -> dict[str, Any]:
    """A request in one line, as lists have it."""
    return {
        "request_id": entry.request_id,
        "at": to_text(entry.at),
        "event": entry.event,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query_string.decode("latin-1"),
        "operation_id": entry.operation_id,
        "status": entry.status,
        "duration": round(entry.seconds, 6),
        "request_bytes": len(entry.body),
        "answer_bytes": len(entry.answer_body),
    }


def shown_miss(miss: Miss) -> dict[str, Any]:
    """A request that was not meant, and why."""
    return {**shown_entry(miss.entry), "failed": dict(miss.failed)}


def shown_whole(entry: JournalEntry, base_url: str) -> dict[str, Any]:
    """A request with its answer. `curl` sends it again to `base_url`."""
    query = parse_qsl(entry.query_string.decode("latin-1"), keep_blank_values=True)
    answer_headers = [*masked_headers(entry.answer_headers), (_ANSWER_ID, entry.request_id)]
    return {
        **shown_entry(entry),
        "request": {
            "headers": _pairs(masked_headers(entry.headers)),
            "query": _pairs(query),
            "body": shown_body(entry.body),
        },
        "answer": {
            "status": entry.status,
            "headers": _pairs(answer_headers),
            "body": shown_body(entry.answer_body),
        },
        "curl": curl_line(entry, base_url),
    }


def shown_body(body: bytes) -> dict[str, Any] | None:
    """The body as `json`, as `text`, or in `base64`, whichever it can be; None when it is empty."""
    if not body:
        return None
    try:
        return {"json": masked_json(read_json(body))}
    except ValueError:
        pass
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
