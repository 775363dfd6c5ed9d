"""What requests say about schedules: read, and refused where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError
from mock_knock.world.instants import Instant, from_text, within_calendar
from mock_knock.world.references import Reference, recipient_key
from mock_knock.world.repeats import parse_repeats

MAX_PER_CALL = 100
"""Recipients of one create call, ids of one update or delete call (Knock docs: schedules)."""

_TIMING = frozenset({"repeats", "scheduled_at", "ending_at"})


class ScheduleChange:
    """What a request says about schedules, its times read.

    Raises MissingError for times that there are not.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.repeats = parse_repeats(body.get("repeats"))
        self.scheduled_at = _instant(body.get("scheduled_at"), "scheduled_at")
        self.ending_at = _instant(body.get("ending_at"), "ending_at")

    @property
    def is_of_time(self) -> bool:
        """Whether it says anything of when the schedules' occurrences are."""
        return not _TIMING.isdisjoint(self.body)


def check_count(entries: Sequence[object], field: str) -> None:
    """Raise InvalidParamsError when one call has more of them than it takes."""
    if len(entries) > MAX_PER_CALL:
        raise InvalidParamsError(
            f"{field} has {len(entries)} entries and one call takes at most {MAX_PER_CALL}: "
            "split the list over several calls. Nothing was done",
            details=(Detail(field, f"at most {MAX_PER_CALL} entries", "max_items"),),
        )


def check_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise MissingError for an actor that is neither a text nor an object.

    The documents say that it is an object, in words that let everything pass.
    """
    for at, row in enumerate(rows):
        if not isinstance(row.get("actor"), str | Mapping | None):
            field, problem = f"schedules[{at}].actor", "must be a user's id or an object"
            raise MissingError(
                f"{field} {problem}",
                code="actor_missing",
                details=(Detail(field, problem, "type"),),
            )


def row_recipient_id(row: Mapping[str, Any]) -> str | None:
    """The recipient's id in a row of a bulk call, None where the row has none."""
    recipient = row.get("recipient")
    return None if recipient is None else recipient_key(recipient)[0]


def is_inline(given: Reference) -> bool:
    """Whether a recipient is given with what is to be stored of it; see `InlineRecipients.add`."""
    if isinstance(given, str):
        return False
    return recipient_key(given)[1] is None or not given.keys() <= {"id", "collection"}


def _instant(text: str | None, field: str) -> Instant | None:
    """The instant of a date-time. Raises MissingError for one that no clock here can show."""
    if text is None:
        return None
    try:
        instant = from_text(text)
        if within_calendar(instant):
            return instant
    except (ValueError, OverflowError):  # the year 0, or beyond 9999 in UTC
        pass
    problem = "is from the year 1970 to the year 9000"
    raise MissingError(f"{field} {problem}", details=(Detail(field, problem, "out_of_range"),))
