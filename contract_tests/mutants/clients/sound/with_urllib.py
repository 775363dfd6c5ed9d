"""A client of the standard library alone, made of functions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from contract_tests.clients import Task


class _ProblemError(Exception):
    """Raised for a call that did not succeed. outcome: what that means for the work."""

    def __init__(self, outcome: str, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


def import_users(task: Task) -> dict[str, Any]:
    """Identify the users of the task, wait, and trigger its workflow."""
    notified: list[str] = []
    failed: list[str] = []
    try:
        for operation in list(_submit(task)):
            failed += _failed_rows(task, operation)
        good = [id for id in task.recipients if id not in failed]
        for number, some in enumerate(_thousands(good)):
            _trigger(task, some, key=f"{uuid4()}-{number}")
            notified += some
    except _ProblemError as problem:
        partly = notified and problem.outcome == "failed"
        outcome, message = "partial" if partly else problem.outcome, str(problem)
    else:
        outcome, message = "partial" if failed else "completed", ""
    return {
        "outcome": outcome,
        "notified": notified,
        "failed_rows": failed,
        "message": message,
    }


def _submit(task: Task) -> Iterator[dict[str, Any]]:
    """The operations that the batches have started."""
    for number, users in enumerate(_thousands(task.users)):
        if number:
            time.sleep(1.1)
        body = {"users": [dict(user) for user in users]}
        yield _insist(task, "POST", "/users/bulk/identify", body, repeatable=False)


def _failed_rows(task: Task, operation: dict[str, Any]) -> list[str]:
    """Wait for the operation to be completed, and read which rows failed."""
    deadline = time.monotonic() + task.patience
    pause = 2.0
    while operation["status"] != "completed":
        if operation["status"] == "failed":
            raise _ProblemError("failed", f"operation {operation['id']} failed")
        if time.monotonic() > deadline:
            raise _ProblemError("gave_up", f"operation {operation['id']} did not end")
        time.sleep(pause)
        pause = min(pause + 2, 30)
        try:
            operation = _insist(task, "GET", f"/bulk_operations/{operation['id']}")
        except _ProblemError as problem:
            if problem.outcome != "unknown":
                raise
    return [item["id"] for item in operation.get("error_items") or []]


def _trigger(task: Task, recipients: Sequence[str], key: str) -> None:
    body = {"recipients": list(recipients), "data": dict(task.data)}
    _insist(task, "POST", f"/workflows/{task.workflow}/trigger", body, {"Idempotency-Key": key})


def _insist(
    task: Task,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    *,
    repeatable: bool = True,
) -> dict[str, Any]:
    """The answer's JSON, of the sixth try at the latest. After a 429 every call is repeatable."""
    request = Request(  # noqa: S310 (the address is the task's)
        f"{task.base_url}/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {task.api_key}",
            "Content-Type": "application/json",
            **(headers or {}),
        },
        method=method,
    )
    problem = _ProblemError("unknown", f"{method} {path} was not answered")
    for _ in range(6):
        pause = 1.0
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310 (as above)
                found: dict[str, Any] = json.load(answer)
                return found
        except HTTPError as error:
            with error:
                pause = float(error.headers.get("Retry-After", pause))
            passes = error.code == 429 or (repeatable and error.code >= 500)
            if not passes:
                outcome = "unknown" if error.code >= 500 else "failed"
                raise _ProblemError(outcome, f"{method} {path}: {error.code}") from None
        except (OSError, HTTPException, ValueError) as error:
            if not repeatable:
                raise _ProblemError("unknown", f"{method} {path}: {error}") from error
        time.sleep(pause)
    raise problem


def _thousands(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), 1_000):
        yield items[start : start + 1_000]
