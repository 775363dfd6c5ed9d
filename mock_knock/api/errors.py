"""Refusals as Knock puts them: one envelope, a code, a message that says how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mock_knock.world.errors import (
    ConflictError,
    Detail,
    ForbiddenError,
    MissingError,
    WorldError,
)

Headers = list[tuple[bytes, bytes]]

_STATUS_OF: dict[type[WorldError], int] = {
    MissingError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    WorldError: 422,
}


class ApiError(Exception):
    """A request that is answered with an error. Raised by any stage; `boundary.py` answers it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Sequence[Detail] = (),
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = list(headers)

    @classmethod
    def from_world(cls, error: WorldError) -> ApiError:
        """The world's refusal as an answer."""
        status = next(status for kind, status in _STATUS_OF.items() if isinstance(error, kind))
        # Official SDKs repeat a 409 twice unless they are told that it is of no use.
        headers = [(b"x-should-retry", b"false")] if status == 409 else []
        return cls(status, error.code, error.message, details=error.details, headers=headers)

    def to_json(self) -> dict[str, Any]:
        """Knock's error envelope; `errors` only when there are fields to name."""
        envelope: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "status": self.status,
            "type": error_type(self.status),
        }
        if self.details:
            envelope["errors"] = [
                {"field": d.field, "message": d.message, "type": d.type} for d in self.details
            ]
        return envelope


def error_type(status: int) -> str:
    """The envelope's `type` for a status."""
    if status in (401, 403):
        return "authentication_error"
    if status == 429:
        return "rate_limit_error"
    return "api_error" if status >= 500 else "invalid_request_error"


def malformed(message: str, field: str) -> ApiError:
    """The 400 for a request that cannot be read."""
    detail = Detail(field, message, "malformed")
    return ApiError(400, "invalid_params", message, details=(detail,))


def invalid(details: Sequence[Detail]) -> ApiError:
    """The 422 for fields that break the documented shape."""
    shown = "; ".join(f"{d.field} {d.message}" for d in details[:3])
    more = f" (and {len(details) - 3} more)" if len(details) > 3 else ""
    return ApiError(422, "invalid_params", f"{shown}{more}", details=details)
