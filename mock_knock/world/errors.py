"""Why the world refuses a command. The API layer turns each class into a status and an envelope."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detail:
    """What is wrong with one field: its name as the client wrote it, a sentence, and a kind."""

    field: str
    message: str
    type: str = "invalid"


class WorldError(Exception):
    """A command that was refused; nothing has changed.

    `code` is Knock's error code (Knock docs: API errors), `details` name the fields.
    """

    code = "invalid_params"

    def __init__(
        self, message: str, *, code: str | None = None, details: tuple[Detail, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        if code is not None:
            self.code = code


class MissingError(WorldError):
    """The command names something that does not exist, or cannot exist."""

    code = "resource_missing"


class InvalidParamsError(WorldError):
    """The command is well formed but breaks a documented rule or limit."""


class ForbiddenError(WorldError):
    """The command needs a permission or credential that is not there."""

    code = "authorization"


class MissingCredentialError(ForbiddenError):
    """The command needs a credential of Slack or Microsoft Teams, and there is none."""


class ConflictError(WorldError):
    """The command contradicts an earlier one."""


def invalid_field(field: str, message: str, type: str = "invalid") -> InvalidParamsError:
    """The error for a single field that breaks a rule; `message` goes on after its name."""
    return InvalidParamsError(f"{field} {message}", details=(Detail(field, message, type),))
