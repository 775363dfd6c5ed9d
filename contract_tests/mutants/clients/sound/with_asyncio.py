"""A client on httpx.AsyncClient: polls and triggers go side by side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from contract_tests.clients import Report, Task
from contract_tests.mutants.clients.careful import MOST, TLS

_TRIES = 6
_ENDS = ("completed", "failed")


async def import_users(task: Task) -> Report:
    """Identify the users of the task, wait, and trigger its workflow."""
    headers = {"authorization": f"Bearer {task.api_key}"}
    url = f"{task.base_url}/v1"
    async with httpx.AsyncClient(base_url=url, headers=headers, verify=TLS) as http:
        try:
            operations = [await _submit(http, users) for users in _batches(task)]
        except httpx.TransportError:
            return Report("unknown", (), message="a submission may have been taken")
        except httpx.HTTPStatusError as error:
            return Report("failed", (), message=str(error))
        try:
            ended = await _ended(http, task, operations)
        except httpx.HTTPStatusError as error:
            return Report("failed", (), message=str(error))
        except TimeoutError as error:
            return Report("gave_up", (), message=str(error))
        items = [item for one in ended for item in one.get("error_items") or ()]
        rows = {item["id"]: None for item in items}
        if any(one["status"] == "failed" for one in ended):
            return Report("failed", (), tuple(rows), "an operation failed")
        return await _notify(http, task, tuple(rows))


def _batches(task: Task) -> list[list[dict[str, Any]]]:
    users = [dict(user) for user in task.users]
    return [users[start : start + MOST] for start in range(0, len(users), MOST)]


async def _submit(http: httpx.AsyncClient, users: list[dict[str, Any]]) -> Any:
    """One batch; a second passes before the answer is handed on, so that the next one may come."""
    body = {"users": users}
    answer = await _patiently(lambda: http.post("/users/bulk/identify", json=body), {429})
    answer.raise_for_status()
    if len(users) == MOST:
        await asyncio.sleep(1)
    return answer.json()


async def _ended(
    http: httpx.AsyncClient, task: Task, operations: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The operations when they have ended. Raises TimeoutError when one does not."""
    deadline = time.monotonic() + task.patience
    known = {one["id"]: one for one in operations}
    while pending := [id for id, one in known.items() if one["status"] not in _ENDS]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(pending)} operations have not ended")
        # All sleep together: where sleeping moves the clocks, it would be the end of a call that
        # is on its way, and has a timeout.
        await asyncio.sleep(20)
        for answer in await asyncio.gather(*(_ask(http, id) for id in pending)):
            known.update(answer)
    return list(known.values())


async def _ask(http: httpx.AsyncClient, id: str) -> dict[str, dict[str, Any]]:
    """The operation by its id; nothing when it could not be asked for just now."""
    try:
        answer = await http.get(f"/bulk_operations/{id}")
    except httpx.TransportError:
        return {}
    if answer.status_code in {401, 403, 404}:
        answer.raise_for_status()
    return {id: answer.json()} if answer.is_success else {}


async def _notify(http: httpx.AsyncClient, task: Task, failed: tuple[str, ...]) -> Report:
    good = [id for id in task.recipients if id not in set(failed)]
    chunks = [good[start : start + MOST] for start in range(0, len(good), MOST)]
    answers = await asyncio.gather(
        *(_trigger(http, task, some) for some in chunks), return_exceptions=True
    )
    problems = [answer for answer in answers if answer is not None]
    told = zip(chunks, answers, strict=True)
    notified = tuple(id for some, answer in told if answer is None for id in some)
    if not problems:
        return Report("partial" if failed else "completed", notified, failed)
    if all(isinstance(problem, httpx.HTTPStatusError) for problem in problems):
        return Report("partial" if notified else "failed", notified, failed, str(problems[0]))
    return Report("unknown", notified, failed, "a trigger may have been taken")


async def _trigger(http: httpx.AsyncClient, task: Task, recipients: list[str]) -> None:
    body = {"recipients": recipients, "data": dict(task.data)}
    headers = {"idempotency-key": str(uuid4())}
    path = f"/workflows/{task.workflow}/trigger"
    for left in reversed(range(_TRIES)):
        try:
            call: Callable[[], Any] = lambda: http.post(path, json=body, headers=headers)  # noqa: E731
            answer = await _patiently(call, {429, 500, 502, 503})
            answer.raise_for_status()
            return
        except httpx.TransportError:
            if not left:
                raise
            await asyncio.sleep(1)


async def _patiently(call: Callable[[], Any], passing: set[int]) -> httpx.Response:
    """The answer, when it is none of those that pass, or has not passed for long."""
    answer: httpx.Response = await call()
    for _ in range(_TRIES):
        if answer.status_code not in passing:
            break
        await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
        answer = await call()
    return answer
