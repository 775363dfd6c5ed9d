"""The section of bulk operations. Their rows are kept for as long as they are under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mock_knock.snapshots.checking import check_part
from mock_knock.snapshots.faults import Path, reading, refused
from mock_knock.snapshots.messages import gone_message
from mock_knock.snapshots.moments import instant, moment, text
from mock_knock.snapshots.settings import read_plan
from mock_knock.world.bulk_operations import BulkKind, BulkOperation
from mock_knock.world.environment import Environment
from mock_knock.world.instants import to_text
from mock_knock.world.plans import Chosen

Json = dict[str, Any]

_ROWS = {
    "users.identify": "rows_with_id",
    "users.delete": "rows_by_id",
    "users.set_preferences": "rows_by_id",
    "tenants.set": "rows_of_either",
    "tenants.delete": "rows_by_id",
    "schedules.create_schedules": "rows_of_schedules",
    "objects.*.set": "rows_with_id",
    "objects.*.delete": "rows_by_id",
    "objects.*.upsert_subscriptions": "rows_with_recipients",
    "objects.*.delete_subscriptions": "rows_with_recipients",
    "messages.*": "rows_by_id",
}
"""By kind, any collection or action being `*`: the definition of its rows in the schema."""


def write_bulk_operations(world: Environment) -> Json:
    """`bulk_operations`, by id, in the order in which they were submitted."""
    return {
        operation.id: _write(operation, place)
        for place, operation in enumerate(world.bulk_operations, 1)
    }


def read_bulk_operations(document: Json, world: Environment) -> None:
    """Put the operations in place, behind the messages, which rows may be."""
    for id, given in sorted(document["bulk_operations"].items(), key=lambda o: o[1]["place"]):
        path: Path = ("bulk_operations", id)
        with reading(*path):
            world.bulk_operations.put_back(_read(id, given, path, world))


def _write(operation: BulkOperation[Any], place: int) -> Json:
    kind = operation.kind
    return {
        "place": place,
        "name": kind.name,
        "shared": kind.shared,
        "plan": operation.plan.to_json(),
        "plan_reason": operation.plan_reason,
        "failing": sorted(operation.failing),
        "progress_path": operation.progress_path,
        "stop_row": operation.stop_row,
        "status": operation.status,
        "rows": None if operation.ended else _write_rows(kind, operation.rows),
        "row_ids": list(operation.row_ids),
        "processed": operation.processed,
        "reads": operation.reads,
        "scheduled": operation.scheduled,
        "error_items": operation.error_items,
        "failed_rows": operation.failed_rows,
        "inserted_at": to_text(operation.inserted_at),
        "updated_at": to_text(operation.updated_at),
        "started_at": text(operation.started_at),
        "completed_at": text(operation.completed_at),
        "failed_at": text(operation.failed_at),
    }


def _read(id: str, given: Json, path: Path, world: Environment) -> BulkOperation[Any]:
    name, row_ids = given["name"], given["row_ids"]
    total = len(row_ids)
    if name == "users.set_preferences":
        check_part("shared_preferences", given["shared"], (*path, "shared"))
    try:
        kind = world.bulk_kind(name, given["shared"])
    except KeyError:
        raise refused((*path, "name"), f"is no kind of bulk operation: {name[:80]!r}") from None
    ended = given["status"] in ("completed", "failed")
    if (given["rows"] is None) != ended:
        must = "null, since it has ended" if ended else "there, since it has not ended"
        raise refused((*path, "rows"), f"must be {must}")
    rows: Sequence[Any] = ()
    if given["rows"] is not None:
        rows = _read_rows(kind, given["rows"], (*path, "rows"), world)
        if [kind.row_id(row) for row in rows] != row_ids:
            raise refused((*path, "row_ids"), "are not those of the rows, in their order")
    for field in ("processed", "stop_row"):
        if given[field] is not None and given[field] > total:
            raise refused((*path, field), f"is {given[field]}, and there are {total} rows")
    chosen = Chosen(read_plan(given["plan"], (*path, "plan")), given["plan_reason"])
    operation: BulkOperation[Any] = BulkOperation(
        id,
        kind,
        rows,
        row_ids,
        chosen,
        frozenset(given["failing"]),
        given["progress_path"],
        world.events,
        instant(given["inserted_at"]),
    )
    operation.stop_row = given["stop_row"]
    operation.status = given["status"]
    operation.processed = given["processed"]
    operation.reads = given["reads"]
    operation.scheduled = given["scheduled"]
    operation.error_items = given["error_items"]
    operation.failed_rows = given["failed_rows"]
    operation.updated_at = instant(given["updated_at"])
    operation.started_at = moment(given["started_at"])
    operation.completed_at = moment(given["completed_at"])
    operation.failed_at = moment(given["failed_at"])
    return operation


def _write_rows(kind: BulkKind[Any], rows: Sequence[Any]) -> list[Any]:
    if kind.name.startswith("messages."):
        return [message.id for message in rows]
    if kind.name == "schedules.create_schedules":
        return [row for _, row in rows]
    return list(rows)


def _read_rows(
    kind: BulkKind[Any], given: list[Any], path: Path, world: Environment
) -> Sequence[Any]:
    name = kind.name
    if kind.collection is not None:
        name = f"objects.*.{name.rpartition('.')[2]}"
    elif name.startswith("messages."):
        name = "messages.*"
    check_part(_ROWS[name], given, path)
    if name == "messages.*":
        return [world.messages.find(id) or gone_message(id, world) for id in given]
    if name == "schedules.create_schedules":
        return list(enumerate(given))
    return given
