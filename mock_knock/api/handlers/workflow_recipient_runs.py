"""Tag `Workflow recipient runs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.pagination import page_info, page_request
from mock_knock.world.errors import invalid_field
from mock_knock.world.instants import Instant, from_text
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.references import recipient_key


def listWorkflowRecipientRuns(request: Request) -> dict[str, Any]:
    """GET /v1/workflow_recipient_runs"""
    query = request.query
    recipient = query.get("recipient")
    keep = RunFilter(
        workflow=query.get("workflow"),
        statuses=tuple(query.get("status", ())),
        tenant=query.get("tenant"),
        has_errors=query.get("has_errors"),
        recipient=None if recipient is None else recipient_key(recipient),
        starting_at=_instant(query, "starting_at"),
        ending_at=_instant(query, "ending_at"),
    )
    page = request.world.workflows.page(page_request(query, "runs"), keep)
    return {
        "items": [run.to_json() for run in page.rows],
        "page_info": page_info(page, "runs"),
    }


def getWorkflowRecipientRun(request: Request) -> dict[str, Any]:
    """GET /v1/workflow_recipient_runs/{id}"""
    return request.world.workflows.get_run(request.path["id"]).to_json(with_events=True)


def _instant(query: Mapping[str, Any], name: str) -> Instant | None:
    text = query.get(name)
    try:
        return None if text is None else from_text(text)
    except ValueError as error:
        raise invalid_field(name, f"is no moment: {error}", "format") from None
