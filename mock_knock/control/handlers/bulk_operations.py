"""Bulk operations, seen and moved by hand. Looking at one here is no client's read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.control.shown import shown_instant
from mock_knock.world.bulk_operations import MAX_ROWS, BulkOperation, TimedProgress
from mock_knock.world.instants import Instant

Operation = BulkOperation[Any]

_PAGE = 100


def listBulkOperations(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/bulk_operations"""
    query, operations = request.query, request.world.bulk_operations
    ordered: list[Operation] = list(operations)
    if query.get("order") == "newest":
        ordered.reverse()
    matching = [operation for operation in ordered if _matches(operation, query)]
    following = matching
    if "after" in query:
        # By its place among all: it may have moved on to a status that is not asked for.
        start = ordered.index(operations.get(query["after"].lower())) + 1
        following = [operation for operation in ordered[start:] if _matches(operation, query)]
    page = following[: query.get("limit", _PAGE)]
    return {
        "items": [operation.to_json() for operation in page],
        "total": len(matching),
        "after": page[-1].id if len(page) < len(following) else None,
    }


def inspectBulkOperation(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/bulk_operations/{id}"""
    operation: Operation = request.world.bulk_operations.get(request.path["id"].lower())
    start = request.query.get("offset", 0)
    end = min(start + request.query.get("limit", MAX_ROWS), operation.total)
    return {
        "operation": operation.to_json(),
        "plan": operation.plan.to_json(),
        "plan_reason": operation.plan_reason,
        "reads": operation.reads,
        "expected_start_at": shown_instant(_expected_start(operation)),
        "expected_end_at": shown_instant(_expected_end(operation, request.world.now)),
        "rows": _rows(operation, range(start, end)),
    }


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


def cancelBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/cancel"""
    world, id = request.world, request.path["id"].lower()
    return world.bulk_operations.cancel(id, world.now).to_json()


def stickBulkOperation(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/bulk_operations/{id}/stick"""
    return request.world.bulk_operations.stick(request.path["id"].lower()).to_json()


def _matches(operation: Operation, query: Mapping[str, Any]) -> bool:
    if query.get("status", operation.status) != operation.status:
        return False
    return "name" not in query or fnmatchcase(operation.kind.name, query["name"])


def _rows(operation: Operation, positions: Iterable[int]) -> list[dict[str, Any]]:
    failed = frozenset(operation.failed_rows)
    return [
        {
            "position": position,
            "id": operation.row_ids[position],
            "state": "pending" if pending else "failed" if position in failed else "done",
            "will_fail": pending and position in operation.failing,
        }
        for position in positions
        for pending in (position >= operation.processed,)
    ]


def _expected_start(operation: Operation) -> Instant | None:
    """When time alone starts it, or when it was started."""
    if operation.started_at is not None or not operation.will_reach("processing"):
        return operation.started_at
    return TimedProgress(operation).first_due


def _expected_end(operation: Operation, now: Instant) -> Instant | None:
    """When time alone ends it, or when it ended."""
    if operation.ended:
        return operation.updated_at
    if operation.outcome == "stuck" or not operation.will_reach(operation.outcome):
        return None
    steps = TimedProgress(operation)
    if operation.stops_in_queue:
        return steps.first_due
    rows = operation.total if operation.stop_row is None else operation.stop_row
    return max(steps.due_of_row(rows) if rows else steps.first_due, now)
