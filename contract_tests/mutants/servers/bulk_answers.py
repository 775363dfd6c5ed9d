"""Broken servers: what they say of the state, the times and the name of bulk operations."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, answer, planted, shown
from contract_tests.mutants.servers.telling import Operation, is_operation, told
from contract_tests.rules import lifecycle as rules
from contract_tests.rules.resources import ISOLATION

_EARLY = "2020-01-01T00:00:00.000000Z"


@planted(rules.STATUS_FORWARD)
def status_goes_back(call: Call) -> httpx.Response:
    """An operation that was processing is queued again in the next answer, for once."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        seen = [one["status"] for one in before]
        if operation["status"] == "processing" and "processing" in seen and len(seen) < 14:
            operation["status"] = "queued"

    return told(call, edit)


@planted(rules.TERMINAL_FINAL)
def completed_is_not_the_end(call: Call) -> httpx.Response:
    """An operation that was completed is processing again."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if any(one["status"] == "completed" for one in before):
            operation.update(status="processing", completed_at=None)

    return told(call, edit)


@planted(rules.STATUS_KNOWN)
def unknown_status(call: Call) -> httpx.Response:
    """processing is called in_progress."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "processing":
            operation["status"] = "in_progress"

    return told(call, edit)


@planted(rules.TIMES_BY_STATE)
def started_while_queued(call: Call) -> httpx.Response:
    """started_at is set from the beginning."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["started_at"] = operation["started_at"] or operation["inserted_at"]

    return told(call, edit)


@planted(rules.TIMES_BY_STATE)
def completed_without_a_time(call: Call) -> httpx.Response:
    """completed_at is never set."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["completed_at"] = None

    return told(call, edit)


@planted(rules.TIMES_BY_STATE)
def failed_with_the_time_of_completion(call: Call) -> httpx.Response:
    """A failed operation has completed_at instead of failed_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "failed":
            operation.update(completed_at=operation["failed_at"], failed_at=None)

    return told(call, edit)


@planted(rules.TIMES_IN_ORDER)
def started_before_it_was_there(call: Call) -> httpx.Response:
    """started_at is before inserted_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["started_at"]:
            operation["started_at"] = _EARLY

    return told(call, edit)


@planted(rules.TIMES_STAY)
def started_again_and_again(call: Call) -> httpx.Response:
    """started_at is the time of the latest change while it is processing."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "processing":
            operation["started_at"] = operation["updated_at"]

    return told(call, edit)


@planted(rules.UPDATED_FORWARD)
def updated_at_goes_back(call: Call) -> httpx.Response:
    """While it is processing updated_at is that of the start, every second time."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "processing" and len(before) % 2:
            operation["updated_at"] = operation["started_at"]

    return told(call, edit)


@planted(rules.CONSTANTS)
def inserted_at_is_now(call: Call) -> httpx.Response:
    """inserted_at moves along with updated_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["inserted_at"] = operation["started_at"] or operation["inserted_at"]

    return told(call, edit)


@planted(rules.TERMINAL_FINAL)
def terminal_answer_changes(call: Call) -> httpx.Response:
    """Every read of a completed operation moves its completed_at."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            moved = f"2027-01-01T00:00:00.{len(before):06}Z"
            operation.update(completed_at=moved, updated_at=moved)

    return told(call, edit)


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
    if is_operation(body):
        call.memory["latest"] = body["id"]
    return response


@planted(rules.PROGRESS_PATH)
def progress_path_leads_nowhere(call: Call) -> httpx.Response:
    """progress_path names a path that does not exist."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["progress_path"] = operation["progress_path"].replace("/v1/", "/v1/progress/")

    return told(call, edit)


@planted(rules.ENDS)
def never_ends(call: Call) -> httpx.Response:
    """It stays processing for ever, with every row done."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        if operation["status"] == "completed":
            operation.update(status="processing", completed_at=None)

    return told(call, edit)


@planted(rules.NAME)
def wrong_name(call: Call) -> httpx.Response:
    """Every operation is called bulk_operation."""

    def edit(operation: Operation, before: list[Operation]) -> None:
        operation["name"] = "bulk_operation"

    return told(call, edit)


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
    if is_operation(body):
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
    if is_operation(body):
        call.shared[body["id"]] = call.key
    if call.parts()[0] == "bulk_operations" and call.parts()[1] in call.shared:
        return call.forward(key=call.shared[call.parts()[1]])
    return response
