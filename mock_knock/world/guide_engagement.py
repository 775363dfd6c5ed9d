"""What a user did with the steps of one guide: the marks of the messages that stand for them."""

from __future__ import annotations

from typing import Any, Literal

from mock_knock.world.message import Message

Mark = Literal["seen", "interacted", "archived"]

_SHOWN = ("seen_at", "read_at", "interacted_at", "archived_at", "link_clicked_at")


class GuideEngagement:
    """The messages of one user on one guide, alone or within one tenant.

    A step has a message from its first mark on (Knock docs: guides); the message has its marks.
    """

    __slots__ = ("_final", "_messages")

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._final: Message | None = None

    def message(self, step_ref: str) -> Message | None:
        """The message of a step, None when there is none (any more)."""
        found = self._messages.get(step_ref)
        return None if found is None or found.gone else found

    def messages(self) -> list[Message]:
        """Every message that there is, in the order of their first marks."""
        return [message for message in self._messages.values() if not message.gone]

    def by_step(self) -> dict[str, Message]:
        """The messages that there are, by the step that they stand for."""
        return {ref: message for ref, message in self._messages.items() if not message.gone}

    @property
    def final(self) -> Message | None:
        """The message that ends the guide for as long as it is archived."""
        return None if self._final is None or self._final.gone else self._final

    def add(self, step_ref: str, message: Message) -> None:
        """Let the message stand for a step."""
        self._messages[step_ref] = message

    def finish_with(self, message: Message) -> None:
        """Let the guide be done with for as long as this message is archived."""
        self._final = message

    def archived(self, step_refs: tuple[str, ...]) -> bool:
        """Whether the guide is done with: all its steps are archived, or one was for good."""
        if self._final is not None and _is_archived(self._final):
            return True
        return all(
            message is not None and _is_archived(message)
            for message in map(self.message, step_refs)
        )


def _is_archived(message: Message) -> bool:
    return message.archived_at is not None and not message.gone


def marks_to_json(message: Message | None) -> dict[str, Any]:
    """A step's marks in Knock's form, all null before the first one."""
    times = {} if message is None else message.times()
    return {
        "id": None if message is None else message.id,
        **{name: times.get(name) for name in _SHOWN},
    }
