"""What recipients do with messages: seen, read, interacted, archived, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError
from mock_knock.world.instants import SECOND, Instant
from mock_knock.world.message import Message
from mock_knock.world.messages import Messages

MARKS: dict[str, tuple[str, bool]] = {
    "seen": ("seen", True),
    "unseen": ("seen", False),
    "read": ("read", True),
    "unread": ("read", False),
    "interacted": ("interacted", True),
    "archived": ("archived", True),
    "archive": ("archived", True),
    "unarchived": ("archived", False),
    "unarchive": ("archived", False),
}
"""By the name of a call or of a bulk action: the engagement status, and whether it is set."""

MAX_METADATA = 5
"""Pairs of one interaction's metadata, each flat (Knock docs: messages)."""


def mark(
    messages: Messages,
    message: Message,
    action: str,
    at: Instant,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Set a mark, its instant being the latest one, or take it back, if it was set.

    Who interacts with a message has read it: that sets `read` as well where it was not set, as
    Knock's browser client shows it at once. Other marks stand alone.
    """
    status, sets = MARKS[action]
    if action == "interacted" and message.read_at is None:
        mark(messages, message, "read", at)
    if not sets and getattr(message, f"{status}_at") is None:
        return
    messages.engage(message, status, at if sets else None)
    messages.note(message, status if sets else f"un{status}", at, metadata or None)


def check_metadata(metadata: Mapping[str, Any] | None) -> None:
    """Raise InvalidParamsError, naming the field, for more than five pairs, or nested ones."""
    given = metadata or {}
    if len(given) > MAX_METADATA:
        problem = f"has {len(given)} pairs and takes at most {MAX_METADATA}"
        detail = Detail("metadata", problem, "max_properties")
        raise InvalidParamsError(f"metadata {problem}", details=(detail,))
    nested = next((k for k, v in given.items() if isinstance(v, list | dict)), None)
    if nested is not None:
        field, problem = f"metadata.{nested}", "is nested: metadata takes flat pairs"
        raise InvalidParamsError(f"{field} {problem}", details=(Detail(field, problem, "nested"),))


class BatchLimit:
    """At most one update a second for each message and status, in batch calls.

    (Knock docs: rate limits, batch deduplication. What is over it is left as it is.)
    """

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], Instant] = {}

    @property
    def recent(self) -> Mapping[tuple[str, str], Instant]:
        """The last updates that count, by message and action, oldest first."""
        return self._last

    def put_back(self, recent: Mapping[tuple[str, str], Instant]) -> None:
        """Take over what a snapshot had."""
        self._last = dict(recent)

    def admits(self, message_id: str, action: str, at: Instant) -> bool:
        """Whether the update may be made at `at`; then it counts."""
        last = self._last.get((message_id, action))
        if last is not None and at - last < SECOND:
            return False
        # The oldest stand first: what is a second old limits nothing any more.
        self._last.pop((message_id, action), None)
        self._last[message_id, action] = at
        while at - next(iter(self._last.values())) >= SECOND:
            del self._last[next(iter(self._last))]
        return True
