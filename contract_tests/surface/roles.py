"""What part an operation plays in a bulk import, read off what it answers."""

from __future__ import annotations

from enum import StrEnum

from contract_tests.surface.schemas import Schema

_BULK_OPERATION = frozenset({"id", "status", "processed_rows"})


class Role(StrEnum):
    """submit: starts a bulk operation. poll: reads one. trigger: notifies. other: all else."""

    SUBMIT = "submit"
    POLL = "poll"
    TRIGGER = "trigger"
    OTHER = "other"


def role_of(method: str, answer: Schema | None, body: Schema | None) -> Role:
    """The role of an operation of that method with these schemas.

    Whoever answers a bulk operation polls it by GET and submits it otherwise; whoever answers a
    `workflow_run_id` to a POST with `recipients` has notified them.
    """
    members = answer.properties() if answer is not None else {}
    if members.keys() >= _BULK_OPERATION and "queued" in members["status"].enum:
        return Role.POLL if method == "GET" else Role.SUBMIT
    asked = body.properties() if body is not None else {}
    if method == "POST" and "workflow_run_id" in members and "recipients" in asked:
        return Role.TRIGGER
    return Role.OTHER
