"""Broken servers: what they say of the rows of bulk operations, and of those that failed."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, planted
from contract_tests.mutants.servers.telling import Operation, told
from contract_tests.rules import lifecycle as rules
from contract_tests.rules.protocol import SCHEMA


@planted(rules.ROWS_GROW)
def rows_shrink(call: Call) -> httpx.Response:
    """Every second answer has processed a row less."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if len(before) % 2 and operation["success_count"] and operation["status"] == "processing":
            operation["processed_rows"] -= 1
            operation["success_count"] -= 1

    return told(call, edit)


@planted(rules.ROWS_WITHIN_TOTAL)
def more_rows_than_there_are(call: Call) -> httpx.Response:
    """A completed operation has processed one row more than it has."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            operation["processed_rows"] += 1
            operation["success_count"] += 1

    return told(call, edit)


@planted(rules.COUNTS_ADD_UP)
def counts_do_not_add_up(call: Call) -> httpx.Response:
    """success_count counts the rows that failed, too."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["success_count"] = operation["processed_rows"]

    return told(call, edit)


@planted(rules.COUNTS_ADD_UP)
def errors_are_not_counted(call: Call) -> httpx.Response:
    """Rows that failed are in no count and no list."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation.update(error_count=0, error_items=[])

    return told(call, edit)


@planted(rules.ERRORS_LISTED)
def error_items_are_left_out(call: Call) -> httpx.Response:
    """error_count is right, error_items is always empty."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["error_items"] = []

    return told(call, edit)


@planted(rules.ERRORS_ARE_ROWS)
def error_item_of_a_stranger(call: Call) -> httpx.Response:
    """An error item names a row that was never sent."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        for item in operation["error_items"]:
            item["id"] = f"{item['id']}-0"

    return told(call, edit)


@planted(rules.ERRORS_ARE_ROWS)
def error_items_are_positions(call: Call) -> httpx.Response:
    """Error items are numbered instead of named."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        for number, item in enumerate(operation["error_items"]):
            item["id"] = str(number)

    return told(call, edit)


@planted(rules.ERRORS_ONCE)
def error_item_twice(call: Call) -> httpx.Response:
    """Each row that failed is listed twice, and counted twice."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        count = len(operation["error_items"])
        operation["error_items"] *= 2
        operation["error_count"] += count
        operation["success_count"] -= count

    return told(call, edit)


@planted(rules.ERRORS_STAY)
def errors_are_forgotten_at_the_end(call: Call) -> httpx.Response:
    """When it completes, the rows that failed count as done."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            operation["success_count"] += operation["error_count"]
            operation.update(error_count=0, error_items=[])

    return told(call, edit)


@planted(rules.ERRORS_COLLECTION)
def error_items_without_collection(call: Call) -> httpx.Response:
    """Error items of objects do not say their collection."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        for item in operation["error_items"]:
            item.pop("collection", None)

    return told(call, edit)


@planted(rules.QUEUED_UNTOUCHED)
def rows_while_queued(call: Call) -> httpx.Response:
    """A queued operation has processed its first row."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "queued" and operation["estimated_total_rows"]:
            operation.update(processed_rows=1, success_count=1)

    return told(call, edit)


@planted(rules.COMPLETED_WHOLE)
def completed_too_soon(call: Call) -> httpx.Response:
    """It says completed when half of the rows are done."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        done, total = operation["processed_rows"], operation["estimated_total_rows"]
        if operation["status"] == "processing" and done * 2 >= total:
            operation.update(status="completed", completed_at=operation["updated_at"])

    return told(call, edit)


@planted(rules.PLAN_KEPT)
def failing_rows_fail_it(call: Call) -> httpx.Response:
    """An operation of which every row has failed is failed itself."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        none = operation["error_count"] and not operation["success_count"]
        if none and operation["status"] == "completed":
            failed_at = operation["completed_at"]
            operation.update(status="failed", completed_at=None, failed_at=failed_at)

    return told(call, edit)


@planted(rules.TOTAL_IS_ROWS)
def total_is_a_guess(call: Call) -> httpx.Response:
    """estimated_total_rows is always one too many until it has ended."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["estimated_total_rows"] += 1

    return told(call, edit)


@planted(rules.CONSTANTS)
def total_is_what_is_done(call: Call) -> httpx.Response:
    """estimated_total_rows shrinks to what is processed when it fails."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "failed":
            operation["estimated_total_rows"] = operation["processed_rows"]

    return told(call, edit)


@planted(SCHEMA, "lifecycle")
def success_count_is_missing(call: Call) -> httpx.Response:
    """Queued operations have no success_count."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "queued":
            del operation["success_count"]

    return told(call, edit)


@planted(SCHEMA, "lifecycle")
def counts_are_texts(call: Call) -> httpx.Response:
    """estimated_total_rows is a text."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["estimated_total_rows"] = str(operation["estimated_total_rows"])

    return told(call, edit)
