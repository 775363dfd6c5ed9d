"""Tag `Workflow triggers`: the older calls to trigger and cancel."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.world.references import Reference


def triggerWorkflowLegacy(request: Request) -> dict[str, str]:
    """POST /v1/notify"""
    body, world = request.body, request.world
    # Recipients and actor are references here: what stands beside an id is not stored.
    trigger = {
        "recipients": _references(body["recipients"]),
        "actor": _bare(body["actor"]),
        "data": body.get("data"),
        "cancellation_key": body.get("cancellation_key"),
    }
    return {"result_id": f"wf_{world.workflows.trigger(body['name'], trigger, world.now)}"}


def cancelWorkflowLegacy(request: Request) -> None:
    """POST /v1/notify/cancel"""
    body, world = request.body, request.world
    recipients = body.get("recipients")
    world.workflows.cancel(
        body["name"],
        body["cancellation_key"],
        None if recipients is None else _references(recipients),
        world.now,
    )


def _references(given: list[Any]) -> list[Reference]:
    """The recipients that have an id; the document lets it be left out: nobody is meant then."""
    return [r for r in map(_bare, given) if isinstance(r, str) or isinstance(r.get("id"), str)]


def _bare(given: Any) -> Any:
    """A reference without what may stand beside it; an object without a collection is a user."""
    if isinstance(given, str) or not isinstance(given.get("id"), str):
        return given
    if not isinstance(given.get("collection"), str):
        return given["id"]
    return {"id": given["id"], "collection": given["collection"]}
