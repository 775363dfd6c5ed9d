"""What a control call raises when it is refused, or when nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One place that is wrong: the field, a sentence, a kind; `line` in a document with lines."""

    field: str
    message: str
    type: str
    line: int | None = None


class ControlError(Exception):
    """Raised for a control call that was refused; nothing was done then.

    `status` is that of the answer, `code` for programs, `message` for people: it says what would be
    legal. `fields` are the places that are wrong, where they are known.
    """

    def __init__(
        self, status: int, code: str, message: str, fields: tuple[FieldError, ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    @classmethod
    def from_answer(cls, status: int, envelope: Any) -> ControlError:
        """The error that an answer tells; one that is none of this server's is told as well."""
        if not isinstance(envelope, dict) or "message" not in envelope:
            message = f"what answered ({status}) is no mock-knock: is the address right?"
            return cls(status, "unexpected_answer", message)
        fields = tuple(
            FieldError(e["field"], e["message"], e["type"], e.get("line"))
            for e in envelope.get("errors", ())
        )
        return cls(status, envelope.get("code", ""), envelope["message"], fields)


class UnreachableError(ControlError):
    """Raised when no server answers at the address: `status` is 0, `code` is `unreachable`."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(0, "unreachable", f"nothing answers at {url} ({reason})")
