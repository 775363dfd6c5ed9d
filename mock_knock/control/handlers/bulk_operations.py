"""Bulk operations, seen and moved by hand. Looking at one here is no client's read."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request


def listBulkOperations(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/bulk_operations"""
    return {"items": [operation.to_json() for operation in request.world.bulk_operations]}


def runUntilOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/run_until"""
    world, id = request.world, request.path["id"].lower()
    return world.run_until_operation(id, request.body["status"]).to_json()


def moveBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/move"""
    world, id = request.world, request.path["id"].lower()
    return world.bulk_operations.move(id, request.body["rows"], world.now).to_json()


def finishBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/finish"""
    world, id = request.world, request.path["id"].lower()
    return world.bulk_operations.finish(id, world.now).to_json()


def failBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/fail"""
    world, id = request.world, request.path["id"].lower()
    return world.bulk_operations.fail(id, world.now).to_json()
