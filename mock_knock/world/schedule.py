"""One schedule, and the event with which it stands on the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_knock.world.instants import Instant
from mock_knock.world.recurrence import RepeatRule
from mock_knock.world.references import RecipientKey


class Schedule:
    """One schedule. `place` is its rank in the order of creation.

    `start` is the instant from which its rules count, `ticket` its place on the timeline while an
    occurrence is to come.
    """

    __slots__ = (
        "actor",
        "data",
        "ending_at",
        "id",
        "inserted_at",
        "last_at",
        "next_at",
        "place",
        "recipient",
        "repeats",
        "scheduled_at",
        "start",
        "tenant",
        "ticket",
        "updated_at",
        "workflow",
    )

    def __init__(
        self, id: str, place: int, workflow: str, recipient: RecipientKey, now: Instant
    ) -> None:
        self.id = id
        self.place = place
        self.workflow = workflow
        self.recipient = recipient
        self.actor: RecipientKey | None = None
        self.tenant: str | None = None
        self.data: Mapping[str, Any] | None = None
        self.repeats: tuple[RepeatRule, ...] = ()
        self.scheduled_at: Instant | None = None
        self.ending_at: Instant | None = None
        self.start = now
        self.next_at: Instant | None = None
        self.last_at: Instant | None = None
        self.ticket: int | None = None
        self.inserted_at = self.updated_at = now


class Occurrences:
    """The timeline event that lets a schedule's occurrences happen, one after the other."""

    __slots__ = ("_happen", "schedule")

    def __init__(self, schedule: Schedule, happen: Callable[[Schedule, Instant], None]) -> None:
        self.schedule = schedule
        self._happen = happen

    def fire(self, due: Instant) -> Instant | None:
        """One occurrence; the instant of the next one."""
        self._happen(self.schedule, due)
        return self.schedule.next_at
