"""Tag `Bulk operations`: reading one. The calls that start one stand with their own resource."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request


def getBulkOperation(request: Request) -> dict[str, Any]:
    """GET /v1/bulk_operations/{id}"""
    world = request.world
    return world.bulk_operations.read(request.path["id"].lower(), world.now).to_json()
