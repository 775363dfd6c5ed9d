"""Broken servers: what they say of bulk operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, answer, changed, planted, shown
from contract_tests.rules import lifecycle as rules
from contract_tests.rules.protocol import SCHEMA
from contract_tests.rules.resources import ISOLATION

Operation = dict[str, Any]
_EARLY = "2020-01-01T00:00:00.000000Z"


def _told(call: Call, edit: Callable[[Operation, list[Operation]], None]) -> httpx.Response:
    """Every answer that is an operation, edited; the second argument has what was told before."""
    response = call.forward()
    operation = shown(response)
    if not isinstance(operation, dict) or operation.get("__typename") != "BulkOperation":
        return response
    before = call.memory.setdefault(operation["id"], [])
    edit(operation, before)
    before.append(operation)
    return changed(response, operation)


@planted(rules.STATUS_FORWARD)
def status_goes_back(call: Call) -> httpx.Response:
    """An operation that was processing is queued again in the next answer, for once."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        seen = [one["status"] for one in before]
        if operation["status"] == "processing" and "processing" in seen and len(seen) < 14:
            operation["status"] = "queued"

    return _told(call, edit)


@planted(rules.TERMINAL_FINAL)
def completed_is_not_the_end(call: Call) -> httpx.Response:
    """An operation that was completed is processing again."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if any(one["status"] == "completed" for one in before):
            operation.update(status="processing", completed_at=None)

    return _told(call, edit)


@planted(rules.STATUS_KNOWN)
def unknown_status(call: Call) -> httpx.Response:
    """processing is called in_progress."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "processing":
            operation["status"] = "in_progress"

    return _told(call, edit)


@planted(rules.ROWS_GROW)
def rows_shrink(call: Call) -> httpx.Response:
    """Every second answer has processed a row less."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if len(before) % 2 and operation["success_count"] and operation["status"] == "processing":
            operation["processed_rows"] -= 1
            operation["success_count"] -= 1

    return _told(call, edit)


@planted(rules.ROWS_WITHIN_TOTAL)
def more_rows_than_there_are(call: Call) -> httpx.Response:
    """A completed operation has processed one row more than it has."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            operation["processed_rows"] += 1
            operation["success_count"] += 1

    return _told(call, edit)


@planted(rules.COUNTS_ADD_UP)
def counts_do_not_add_up(call: Call) -> httpx.Response:
    """success_count counts the rows that failed, too."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["success_count"] = operation["processed_rows"]

    return _told(call, edit)


@planted(rules.COUNTS_ADD_UP)
def errors_are_not_counted(call: Call) -> httpx.Response:
    """Rows that failed are in no count and no list."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation.update(error_count=0, error_items=[])

    return _told(call, edit)


@planted(rules.ERRORS_LISTED)
def error_items_are_left_out(call: Call) -> httpx.Response:
    """error_count is right, error_items is always empty."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["error_items"] = []

    return _told(call, edit)


@planted(rules.ERRORS_ARE_ROWS)
def error_item_of_a_stranger(call: Call) -> httpx.Response:
    """An error item names a row that was never sent."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        for item in operation["error_items"]:
            item["id"] = f"{item['id']}-0"

    return _told(call, edit)


@planted(rules.ERRORS_ARE_ROWS)
def error_items_are_positions(call: Call) -> httpx.Response:
    """Error items are numbered instead of named."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        for number, item in enumerate(operation["error_items"]):
            item["id"] = str(number)

    return _told(call, edit)


@planted(rules.ERRORS_ONCE)
def error_item_twice(call: Call) -> httpx.Response:
    """Each row that failed is listed twice, and counted twice."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        count = len(operation["error_items"])
        operation["error_items"] *= 2
        operation["error_count"] += count
        operation["success_count"] -= count

    return _told(call, edit)


@planted(rules.ERRORS_STAY)
def errors_are_forgotten_at_the_end(call: Call) -> httpx.Response:
    """When it completes, the rows that failed count as done."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            operation["success_count"] += operation["error_count"]
            operation.update(error_count=0, error_items=[])

    return _told(call, edit)


@planted(rules.ERRORS_COLLECTION)
def error_items_without_collection(call: Call) -> httpx.Response:
    """Error items of objects do not say their collection."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        for item in operation["error_items"]:
            item.pop("collection", None)

    return _told(call, edit)


@planted(rules.QUEUED_UNTOUCHED)
def rows_while_queued(call: Call) -> httpx.Response:
    """A queued operation has processed its first row."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "queued" and operation["estimated_total_rows"]:
            operation.update(processed_rows=1, success_count=1)

    return _told(call, edit)


@planted(rules.COMPLETED_WHOLE)
def completed_too_soon(call: Call) -> httpx.Response:
    """It says completed when half of the rows are done."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        done, total = operation["processed_rows"], operation["estimated_total_rows"]
        if operation["status"] == "processing" and done * 2 >= total:
            operation.update(status="completed", completed_at=operation["updated_at"])

    return _told(call, edit)


@planted(rules.TOTAL_IS_ROWS)
def total_is_a_guess(call: Call) -> httpx.Response:
    """estimated_total_rows is always one too many until it has ended."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["estimated_total_rows"] += 1

    return _told(call, edit)


@planted(rules.CONSTANTS)
def total_is_what_is_done(call: Call) -> httpx.Response:
    """estimated_total_rows shrinks to what is processed when it fails."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "failed":
            operation["estimated_total_rows"] = operation["processed_rows"]

    return _told(call, edit)


@planted(rules.TIMES_BY_STATE)
def started_while_queued(call: Call) -> httpx.Response:
    """started_at is set from the beginning."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["started_at"] = operation["started_at"] or operation["inserted_at"]

    return _told(call, edit)


@planted(rules.TIMES_BY_STATE)
def completed_without_a_time(call: Call) -> httpx.Response:
    """completed_at is never set."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["completed_at"] = None

    return _told(call, edit)


@planted(rules.TIMES_BY_STATE)
def failed_with_the_time_of_completion(call: Call) -> httpx.Response:
    """A failed operation has completed_at instead of failed_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "failed":
            operation.update(completed_at=operation["failed_at"], failed_at=None)

    return _told(call, edit)


@planted(rules.TIMES_IN_ORDER)
def started_before_it_was_there(call: Call) -> httpx.Response:
    """started_at is before inserted_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["started_at"]:
            operation["started_at"] = _EARLY

    return _told(call, edit)


@planted(rules.TIMES_STAY)
def started_again_and_again(call: Call) -> httpx.Response:
    """started_at is the time of the latest change while it is processing."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "processing":
            operation["started_at"] = operation["updated_at"]

    return _told(call, edit)


@planted(rules.UPDATED_FORWARD)
def updated_at_goes_back(call: Call) -> httpx.Response:
    """While it is processing updated_at is that of the start, every second time."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "processing" and len(before) % 2:
            operation["updated_at"] = operation["started_at"]

    return _told(call, edit)


@planted(rules.CONSTANTS)
def inserted_at_is_now(call: Call) -> httpx.Response:
    """inserted_at moves along with updated_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["inserted_at"] = operation["started_at"] or operation["inserted_at"]

    return _told(call, edit)


@planted(rules.TERMINAL_FINAL)
def terminal_answer_changes(call: Call) -> httpx.Response:
    """Every read of a completed operation moves its completed_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            moved = f"2027-01-01T00:00:00.{len(before):06}Z"
            operation.update(completed_at=moved, updated_at=moved)

    return _told(call, edit)


@planted(rules.SAME_OPERATION)
def answers_the_latest_operation(call: Call) -> httpx.Response:
    """Whatever id is asked for, the operation that was made last is answered."""
    parts = call.parts()
    if parts[0] == "bulk_operations" and "latest" in call.memory:
        if call.forward().status_code == 200:
            return call.forward(path=f"/v1/bulk_operations/{call.memory['latest']}")
        return call.forward()
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and body.get("__typename") == "BulkOperation":
        call.memory["latest"] = body["id"]
    return response


@planted(rules.PROGRESS_PATH)
def progress_path_leads_nowhere(call: Call) -> httpx.Response:
    """progress_path names a path that does not exist."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["progress_path"] = operation["progress_path"].replace("/v1/", "/v1/progress/")

    return _told(call, edit)


@planted(rules.ENDS)
def never_ends(call: Call) -> httpx.Response:
    """It stays processing for ever, with every row done."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            operation.update(status="processing", completed_at=None)

    return _told(call, edit)


@planted(rules.NAME)
def wrong_name(call: Call) -> httpx.Response:
    """Every operation is called bulk_operation."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["name"] = "bulk_operation"

    return _told(call, edit)


@planted(rules.UNKNOWN_ID)
def unknown_operations_are_invented(call: Call) -> httpx.Response:
    """An id that no operation has is answered with an empty, completed one."""
    response = call.forward()
    if call.parts()[0] != "bulk_operations" or response.status_code != 404:
        return response
    now = "2026-01-05T09:00:00.000000Z"
    return answer(
        200,
        {
            "__typename": "BulkOperation", "id": call.parts()[1], "name": "users.identify",
            "status": "completed", "estimated_total_rows": 0, "processed_rows": 0,
            "success_count": 0, "error_count": 0, "error_items": [], "started_at": now,
            "completed_at": now, "failed_at": None, "inserted_at": now, "updated_at": now,
            "progress_path": f"http://mock-knock{call.path}",
        },
        response,
    )  # fmt: skip


@planted(rules.MALFORMED_ID)
def malformed_ids_are_answered(call: Call) -> httpx.Response:
    """An id that is no UUID is answered with an operation that there is."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and body.get("__typename") == "BulkOperation":
        call.memory["known"] = body["id"]
    missed = call.parts()[0] == "bulk_operations" and "-" not in call.parts()[1]
    if missed and "known" in call.memory:
        return call.forward(path=f"/v1/bulk_operations/{call.memory['known']}")
    return response


@planted(ISOLATION, "lifecycle")
def operations_are_for_everybody(call: Call) -> httpx.Response:
    """Operations are found by their id alone, whoever asks."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and body.get("__typename") == "BulkOperation":
        call.shared[body["id"]] = call.key
    if call.parts()[0] == "bulk_operations" and call.parts()[1] in call.shared:
        return call.forward(key=call.shared[call.parts()[1]])
    return response


@planted(SCHEMA, "lifecycle")
def success_count_is_missing(call: Call) -> httpx.Response:
    """Queued operations have no success_count."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "queued":
            del operation["success_count"]

    return _told(call, edit)


@planted(SCHEMA, "lifecycle")
def counts_are_texts(call: Call) -> httpx.Response:
    """estimated_total_rows is a text."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["estimated_total_rows"] = str(operation["estimated_total_rows"])

    return _told(call, edit)
