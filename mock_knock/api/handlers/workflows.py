"""Tag `Workflows`: trigger and cancel."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request


def triggerWorkflow(request: Request) -> dict[str, Any]:
    """POST /v1/workflows/{key}/trigger"""
    world = request.world
    return {
        "workflow_run_id": world.workflows.trigger(request.path["key"], request.body, world.now)
    }


def cancelWorkflow(request: Request) -> None:
    """POST /v1/workflows/{key}/cancel"""
    body, world = request.body, request.world
    world.workflows.cancel(
        request.path["key"], body["cancellation_key"], body.get("recipients"), world.now
    )
