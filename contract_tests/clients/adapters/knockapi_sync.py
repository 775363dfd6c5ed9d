"""A client on `knockapi.Knock`, Knock's SDK for Python.

knock-contract client --python contract_tests.clients.adapters.knockapi_sync:import_users
"""

from __future__ import annotations

import time
from uuid import uuid4

from knockapi import APIConnectionError, APIStatusError, Knock, RateLimitError
from knockapi.types import BulkOperation

from contract_tests.clients import Report, Task
from contract_tests.clients.adapters.importing import BETWEEN_BATCHES, TRIES, Import, rest


def import_users(task: Task) -> Report:
    """Identify the users of the task, wait, and trigger its workflow."""
    with Knock(api_key=task.api_key, base_url=task.base_url) as knock:
        work = Import(task)
        try:
            for number, users in enumerate(work.batches()):
                if number:
                    time.sleep(BETWEEN_BATCHES)
                work.note(_submit(knock, users))
        except APIConnectionError as error:
            return work.report("unknown", f"a submission may have been taken: {error}")
        except APIStatusError as error:
            return work.report("failed", f"a submission was refused: {error}")
        try:
            _wait(knock, work)
        except APIStatusError as error:
            return work.report("failed", f"a poll was refused: {error}")
        return work.waited() or _notify(knock, work)


def _submit(knock: Knock, users: list[dict[str, object]]) -> BulkOperation:
    """Submit one batch. Bulk calls know no idempotency, so the SDK must not repeat them itself.

    A 429 was not carried out; so that one can be repeated, when its time has come.
    """
    once = knock.with_options(max_retries=0)
    for _ in range(TRIES):
        try:
            return once.users.bulk.identify(users=users)  # type: ignore[arg-type]  # own properties
        except RateLimitError as error:
            time.sleep(rest(error))
    return once.users.bulk.identify(users=users)  # type: ignore[arg-type]  # as above


def _wait(knock: Knock, work: Import) -> None:
    """Poll until every operation has ended, or patience has.

    Reads can be repeated, so the SDK does that; what still fails is asked again the next time.
    """
    for pause in work.pauses():
        if not work.pending:
            return
        time.sleep(pause)
        for id in work.pending:
            try:
                work.note(knock.bulk_operations.get(id))
            except APIConnectionError:
                continue
            except APIStatusError as error:
                if error.status_code < 500 and error.status_code != 429:
                    raise
                time.sleep(rest(error))


def _notify(knock: Knock, work: Import) -> Report:
    """Trigger the workflow. The key makes every trigger one that can be repeated."""
    task, notified = work.task, list[str]()
    key = str(uuid4())
    for number, recipients in enumerate(work.recipients):
        try:
            knock.workflows.trigger(
                task.workflow,
                recipients=recipients,
                data=dict(task.data),
                idempotency_key=f"{key}-{number}",
            )
        except APIConnectionError as error:
            return work.report("unknown", f"a trigger may have been taken: {error}", notified)
        except APIStatusError as error:
            outcome = "partial" if notified else "failed"
            return work.report(outcome, f"a trigger was refused: {error}", notified)
        notified += recipients
    return work.done(notified)
