"""The request journal: the list, and one request with its answer and what followed from it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import request

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.explanation import explain
from mock_knock.api.journal import JournalEntry
from mock_knock.api.shown_requests import shown_whole
from mock_knock.console.chains import following
from mock_knock.console.desk import Desk
from mock_knock.console.paging import MOST_SEARCHED, asked
from mock_knock.console.shown import as_json, cut

_PAGE = 100


def brief_request(entry: JournalEntry) -> dict[str, Any]:
    """One request, as lists show it."""
    query = entry.query_string.decode("latin-1")
    return {
        "id": entry.request_id,
        "at": entry.at,
        "method": entry.method,
        "path": entry.path + (f"?{query}" if query else ""),
        "status": entry.status,
        "operation": entry.operation_id or "",
        "event": entry.event,
    }


def listed(desk: Desk, id: str) -> str:
    """The requests of an environment, the newest first."""
    words, status = asked(), request.args.get("status", "")
    before = request.args.get("before", type=int)

    def wanted(entry: JournalEntry) -> bool:
        return (
            (before is None or entry.event < before)
            and (not status or str(entry.status).startswith(status))
            and (not words or words in _text(entry))
        )

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        newest = reversed(found.journal.since(found.journal.last_place - MOST_SEARCHED))
        rows = list(islice(filter(wanted, newest), _PAGE + 1))
        more = len(rows) > _PAGE
        return {
            "rows": [brief_request(entry) for entry in rows[:_PAGE]],
            "before": rows[_PAGE - 1].event if more else None,
            "status": status,
        }

    return desk.page("requests.html", id, extract)


def one(desk: Desk, id: str, request_id: str) -> str:
    """One request, its answer, why it was answered so, and what followed."""
    base_url = request.host_url.rstrip("/")

    def extract(found: ApiEnvironment) -> dict[str, Any] | None:
        entry = found.journal.find(request_id)
        if entry is None:
            return None
        whole = shown_whole(entry, base_url)
        return {
            "entry": brief_request(entry),
            "sentences": explain(entry, found, desk.service)["sentences"],
            "curl": whole["curl"],
            "asked": _part(whole["request"]),
            "answered": _part(whole["answer"]),
            "following": following(found.world.events, entry.event),
        }

    return desk.page("request.html", id, extract)


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A request or an answer, with its body as one text. Secrets are masked in it already."""
    body = part["body"] or {}
    text = as_json(body["json"]) if "json" in body else body.get("text", body.get("base64", ""))
    return {"headers": part["headers"], "body": cut(text), "is_base64": "base64" in body}


def _text(entry: JournalEntry) -> str:
    path = f"{entry.method} {entry.path} {entry.operation_id} {entry.request_id}".casefold()
    return path + entry.query_string.decode("latin-1").casefold()


ROUTES = {
    "/environments/<id>/requests": listed,
    "/environments/<id>/requests/<request_id>": one,
}
