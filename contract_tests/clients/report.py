"""What a client says has happened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

from contract_tests.clients.task import PROTOCOL

Outcome = Literal["completed", "partial", "failed", "gave_up", "unknown"]
"""completed: every row succeeded and every recipient was notified.
partial: some rows failed, or only some recipients were notified.
failed: the operation failed, or something else went wrong; nobody was notified.
gave_up: the operation had not ended when the client's patience had; nobody was notified.
unknown: the client cannot tell whether a call of its own was carried out.
"""
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
_FIELDS: Final = ("protocol", "outcome", "notified", "failed_rows", "message")


class ReportError(ValueError):
    """Raised for a report that does not follow the protocol; says how to mend it."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a client's work ended.

    notified: ids of those whom it has notified; None when it does not say.
    failed_rows: ids of the users whose rows failed; None when it does not say.
    message: for a person.
    raised: whether the client raised an exception, or a program crashed, instead of reporting.
    """

    outcome: Outcome
    notified: tuple[str, ...] | None = None
    failed_rows: tuple[str, ...] | None = None
    message: str = ""
    raised: bool = False

    def to_json(self) -> dict[str, Any]:
        """The document that a program prints on standard output."""
        return {
            "protocol": PROTOCOL,
            "outcome": self.outcome,
            "notified": None if self.notified is None else list(self.notified),
            "failed_rows": None if self.failed_rows is None else list(self.failed_rows),
            "message": self.message,
        }


def read_report(given: object) -> Report:
    """A report as a client gave it: a Report, or a mapping with its fields. Raises ReportError."""
    fields = _fields(given)
    for name in fields:
        if name not in _FIELDS:
            raise ReportError(
                f"{_shown(name)} is no field of a report; there are {', '.join(_FIELDS)}"
            )
    protocol = fields.get("protocol", PROTOCOL)
    if not isinstance(protocol, int | float) or isinstance(protocol, bool) or protocol != PROTOCOL:
        raise ReportError(f"protocol {_shown(protocol)}; {PROTOCOL} is known here")
    outcome = fields.get("outcome")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise ReportError(f"outcome {_shown(outcome)} is none of {', '.join(OUTCOMES)}")
    message = fields.get("message")
    if message is not None and not isinstance(message, str):
        raise ReportError(f"message {_shown(message)} is no text")
    return Report(
        cast("Outcome", outcome), _ids(fields, "notified"), _ids(fields, "failed_rows"),
        message or "",
    )  # fmt: skip


def _fields(given: object) -> Mapping[str, Any]:
    if isinstance(given, Report):
        return {name: getattr(given, name) for name in _FIELDS if name != "protocol"}
    if isinstance(given, Mapping):
        with suppress(Exception):  # a mapping that cannot be read is none
            return dict(given)
    raise ReportError(
        f"a report is a Report or a mapping with an outcome, one of {', '.join(OUTCOMES)}; "
        f"this is {_shown(given)}"
    )


def _ids(fields: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, Collection) or isinstance(value, str | bytes | Mapping):
        raise ReportError(f"{name} {_shown(value)} is no list of ids")
    ids = []
    try:
        for id in value:
            if not isinstance(id, str):
                raise ReportError(f"{name} has {_shown(id)}, which is no id")
            ids.append(id)
    except ReportError:
        raise
    except Exception:
        raise ReportError(f"{name} {_shown(value)} cannot be read") from None
    return tuple(ids)


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # too deep, too large, or odd in another way
        text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."
