"""A client on `knockapi.AsyncKnock`; the calls wait for each other no more than they have to.

knock-contract client --python contract_tests.clients.adapters.knockapi_async:import_users
"""

from __future__ import annotations

import asyncio
from uuid import uuid4

from knockapi import APIConnectionError, APIStatusError, AsyncKnock, RateLimitError
from knockapi.types import BulkOperation

from contract_tests.clients import Report, Task
from contract_tests.clients.adapters.importing import BETWEEN_BATCHES, TRIES, Import, rest


async def import_users(task: Task) -> Report:
    """Identify the users of the task, wait, and trigger its workflow."""
    async with AsyncKnock(api_key=task.api_key, base_url=task.base_url) as knock:
        work = Import(task)
        try:
            for number, users in enumerate(work.batches()):
                if number:
                    await asyncio.sleep(BETWEEN_BATCHES)
                work.note(await _submit(knock, users))
        except APIConnectionError as error:
            return work.report("unknown", f"a submission may have been taken: {error}")
        except APIStatusError as error:
            return work.report("failed", f"a submission was refused: {error}")
        try:
            for pause in work.pauses():
                if not work.pending:
                    break
                await asyncio.sleep(pause)
                await asyncio.gather(*(_poll(knock, work, id) for id in work.pending))
        except APIStatusError as error:
            return work.report("failed", f"a poll was refused: {error}")
        return work.waited() or await _notify(knock, work)


async def _submit(knock: AsyncKnock, users: list[dict[str, object]]) -> BulkOperation:
    """Submit one batch: never again by itself, and after a 429 when its time has come."""
    once = knock.with_options(max_retries=0)
    for _ in range(TRIES):
        try:
            return await once.users.bulk.identify(users=users)  # type: ignore[arg-type]  # own properties
        except RateLimitError as error:
            await asyncio.sleep(rest(error))
    return await once.users.bulk.identify(users=users)  # type: ignore[arg-type]  # as above


async def _poll(knock: AsyncKnock, work: Import, id: str) -> None:
    """Ask for one operation; what cannot be reached is asked again the next time."""
    try:
        work.note(await knock.bulk_operations.get(id))
    except APIConnectionError:
        return
    except APIStatusError as error:
        if error.status_code < 500 and error.status_code != 429:
            raise
        await asyncio.sleep(rest(error))


async def _notify(knock: AsyncKnock, work: Import) -> Report:
    """Trigger the workflow for all at once, each trigger with a key of its own."""
    task, key = work.task, str(uuid4())
    chunks = work.recipients

    async def trigger(number: int, recipients: list[str]) -> None:
        await knock.workflows.trigger(
            task.workflow,
            recipients=recipients,
            data=dict(task.data),
            idempotency_key=f"{key}-{number}",
        )

    answers = await asyncio.gather(
        *(trigger(number, some) for number, some in enumerate(chunks)), return_exceptions=True
    )
    told = zip(chunks, answers, strict=True)
    notified = [id for some, answer in told if answer is None for id in some]
    problems = [answer for answer in answers if answer is not None]
    if any(isinstance(problem, APIConnectionError) for problem in problems):
        return work.report("unknown", f"a trigger may have been taken: {problems}", notified)
    if problems:
        outcome = "partial" if notified else "failed"
        return work.report(outcome, f"a trigger was refused: {problems[0]}", notified)
    return work.done(notified)
