"""Which page shows what an event is about."""

from __future__ import annotations

from mock_knock.console.mount import PAGES_PATH
from mock_knock.console.shown import in_query

_PAGES = {
    "request": "requests/{}",
    "answer": "requests/{}",
    "bulk_operation": "operations/{}",
    "message": "messages/{}",
    "workflow_recipient_run": "runs/{}",
    "workflow": "runs?trigger={}",
}
"""By the first part of an event's kind."""


def link_to(environment: str, kind: str, subject: str) -> str | None:
    """The address of the page about an event's subject; None when no page is about it."""
    page = _PAGES.get(kind.partition(".")[0])
    if page is None or not subject:
        return None
    return f"{PAGES_PATH}/environments/{environment}/{page.format(in_query(subject))}"
