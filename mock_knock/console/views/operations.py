"""Bulk operations: the list, and one with its plan, rows and error items."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from mock_knock.api.environments import ApiEnvironment
from mock_knock.console.chains import chain_of
from mock_knock.console.desk import Desk
from mock_knock.console.mount import PAGES_PATH
from mock_knock.console.time_line import time_line
from mock_knock.world.bulk_operations import BulkOperation

_PAGE = 50
_REASONS = {
    "next": "It was put up for the next operation.",
    "rule": "A rule for operations of this kind asks for it.",
    "magic_ids": "Magic row ids in the request ask for it.",
    "control": "A call of the control plane asked for it.",
    "header": "A header of the request asked for it.",
    "default": "It is the environment's default.",
}


def brief(operation: BulkOperation[Any]) -> dict[str, Any]:
    """One operation, as lists and bars show it."""
    errors = len(operation.error_items)
    return {
        "id": operation.id,
        "name": operation.kind.name,
        "status": operation.status,
        "ended": operation.ended,
        "total": operation.total,
        "processed": operation.processed,
        "errors": errors,
        "succeeded": operation.processed - errors,
        "outcome": operation.outcome,
        "inserted_at": operation.inserted_at,
        "started_at": operation.started_at,
        "updated_at": operation.updated_at,
        "ended_at": operation.completed_at or operation.failed_at,
    }


def listed(desk: Desk, id: str) -> str:
    """Every operation, the newest first."""
    status = request.args.get("status", "")
    first = max(request.args.get("from", 0, type=int), 0)

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        operations = [
            operation
            for operation in reversed(list(found.world.bulk_operations))
            if not status or operation.status == status
        ]
        return {
            "rows": [brief(operation) for operation in operations[first : first + _PAGE]],
            "following": first + _PAGE if len(operations) > first + _PAGE else None,
            "status": status,
            "line": time_line(found.world, request.args.get("span", type=int)),
        }

    return desk.page("operations.html", id, extract)


def one(desk: Desk, id: str, operation_id: str) -> str:
    """One operation."""
    first = max(request.args.get("from", 0, type=int), 0)

    def extract(found: ApiEnvironment) -> dict[str, Any] | None:
        operation = found.world.bulk_operations.find(operation_id.lower())
        if operation is None:
            return None
        errors = operation.error_items
        return {
            "operation": brief(operation),
            "plan": operation.plan.to_json(),
            "reason": _REASONS[operation.plan_reason],
            "rows": _rows(operation, first),
            "following": first + _PAGE if operation.total > first + _PAGE else None,
            "first": first,
            "error_items": [dict(item) for item in errors[:200]],
            "chain": chain_of(found.world.events, operation.id, "bulk_operation.queued"),
            "line": time_line(found.world, request.args.get("span", type=int), operation),
        }

    return desk.page("operation.html", id, extract)


def _rows(operation: BulkOperation[Any], first: int) -> list[dict[str, Any]]:
    """A page of rows, each with what became of it."""
    failed = frozenset(operation.failed_rows)
    is_user = operation.kind.name.startswith("users.")

    def state(at: int) -> str:
        if at >= operation.processed:
            return "waiting"
        return "failed" if at in failed else "done"

    return [
        {"at": at, "id": id, "state": state(at), "is_user": is_user}
        for at, id in enumerate(operation.row_ids[first : first + _PAGE], first)
    ]


def find(desk: Desk, operation_id: str) -> Response:
    """The page of an operation, whichever environment has it."""
    wanted = operation_id.lower()

    def has(found: ApiEnvironment) -> bool:
        return found.world.bulk_operations.find(wanted) is not None

    holder = next((frame for frame, there in desk.everywhere(has) if there), None)
    if holder is None:
        abort(404, "No environment of this server has such a bulk operation.")
    return redirect(f"{PAGES_PATH}/environments/{holder.id}/operations/{wanted}")


ROUTES = {
    "/operations/<operation_id>": find,
    "/environments/<id>/operations": listed,
    "/environments/<id>/operations/<operation_id>": one,
}
