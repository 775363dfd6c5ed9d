"""What a user did with the steps of one guide."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant, to_text

Mark = Literal["seen", "interacted", "archived"]


class StepMarks:
    """The marks of one step; its message exists from the first of them on (Knock docs: guides)."""

    __slots__ = ("archived_at", "interacted_at", "message_id", "read_at", "seen_at")

    def __init__(self, message_id: str) -> None:
        self.message_id = message_id
        self.seen_at: Instant | None = None
        self.read_at: Instant | None = None
        self.interacted_at: Instant | None = None
        self.archived_at: Instant | None = None

    def put(self, mark: Mark, now: Instant) -> None:
        """Note the mark; each holds the instant of the latest action of its kind."""
        if mark == "seen":
            self.seen_at = now
        elif mark == "interacted":
            # Knock docs: guide engagement, read_at is "last read or interacted with".
            self.interacted_at = self.read_at = now
        else:
            self.archived_at = now


class GuideEngagement:
    """The marks of one user on one guide, alone or within one tenant."""

    __slots__ = ("finished", "steps")

    def __init__(self) -> None:
        self.steps: dict[str, StepMarks] = {}
        self.finished = False

    def archived(self, step_refs: tuple[str, ...]) -> bool:
        """Whether the guide is done with: all its steps are archived, or one was for good."""
        return self.finished or all(
            ref in self.steps and self.steps[ref].archived_at is not None for ref in step_refs
        )

    def unarchive(self) -> list[StepMarks]:
        """Take back every archiving; the steps that were archived."""
        self.finished = False
        found = [marks for marks in self.steps.values() if marks.archived_at is not None]
        for marks in found:
            marks.archived_at = None
        return found


def marks_to_json(marks: StepMarks | None) -> dict[str, Any]:
    """A step's marks in Knock's form, all null before the first one."""

    def text(at: Instant | None) -> str | None:
        return None if at is None else to_text(at)

    return {
        "id": None if marks is None else marks.message_id,
        "seen_at": None if marks is None else text(marks.seen_at),
        "read_at": None if marks is None else text(marks.read_at),
        "interacted_at": None if marks is None else text(marks.interacted_at),
        "archived_at": None if marks is None else text(marks.archived_at),
        "link_clicked_at": None,
    }


class GuideMessages(Protocol):
    """Where guides leave the messages that they make."""

    def create(
        self, user_id: str, guide_key: str, step_ref: str, tenant: str | None, now: Instant
    ) -> str:
        """Make the message of a step that was marked for the first time; its id."""

    def mark(self, message_id: str, mark: str, now: Instant) -> None:
        """Note that a message was `seen`, `interacted`, `archived` or `unarchived`."""


class IdsOnly:
    """Guide messages that are but their ids."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def create(
        self, user_id: str, guide_key: str, step_ref: str, tenant: str | None, now: Instant
    ) -> str:
        """The next id."""
        return self._identity.uuid()

    def mark(self, message_id: str, mark: str, now: Instant) -> None:
        """Nothing is kept of it."""
