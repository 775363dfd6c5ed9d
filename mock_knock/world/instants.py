"""Instants and durations of the simulated world.

An instant is an ``int``: microseconds since 1970-01-01T00:00:00Z. Integers keep the timeline exact;
text appears only in answers.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z, in the environment's own time."""

SECOND = 1_000_000
DAY = 86_400 * SECOND
DEFAULT_START: Instant = 1_767_603_600 * SECOND
"""2026-01-05T09:00:00Z, a Monday: where a manual clock starts, so that runs can be repeated."""

_RFC_3339 = re.compile(
    r"([0-9]{4})-([0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST: Instant = (datetime(9000, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
"""The year 9000: where clocks stop, so that what is due later can still be written as a date."""


def microseconds(duration: float | timedelta) -> int:
    """The duration (seconds, or a timedelta) in whole microseconds.

    Raises ValueError for a duration that is no finite number.
    """
    if isinstance(duration, timedelta):
        return duration // timedelta(microseconds=1)
    try:
        return round(duration * SECOND)
    except (OverflowError, ValueError):
        raise ValueError(f"a duration must be a finite number of seconds, not {duration}") from None


@lru_cache(maxsize=8192)
def to_text(instant: Instant) -> str:
    """ISO 8601 in UTC with microseconds, as Knock writes the times of bulk operations."""
    seconds, rest = divmod(instant, SECOND)
    return f"{_second_to_text(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=1024)
def _second_to_text(seconds: int) -> str:
    # Of many instants in a row, most are in the same second; writing a date takes long.
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=8192)
def to_millisecond_text(instant: Instant) -> str:
    """ISO 8601 in UTC with milliseconds, as Knock writes the times of users."""
    return to_text(instant)[:-4] + "Z"


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware datetime. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("the datetime has no time zone: say which one, for example UTC")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def is_rfc3339(text: str) -> bool:
    """Whether the text is a date-time of RFC 3339."""
    try:
        from_text(text)
    except ValueError:
        return False
    return True


def from_text(text: str) -> Instant:
    """The instant of an RFC 3339 text. Raises ValueError for anything else."""
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is no RFC 3339 date-time such as 2026-01-05T09:00:00Z")
    year, day, minute, second, fraction, zone = match.groups(default="")
    # Python knows neither leap seconds nor the year 0, which RFC 3339 has; the year 4 is like it.
    leap, zero = second == "60", year == "0000"
    moment = datetime.fromisoformat(
        f"{'0004' if zero else year}-{day}T{minute}:{'59' if leap else second}+00:00"
    )
    instant = (moment - _EPOCH) // timedelta(microseconds=1) + int(fraction[1:7].ljust(6, "0"))
    offset = 0 if zone in "Zz" else int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    if offset >= 86_400 or (zone not in "Zz" and int(zone[4:6]) > 59):
        raise ValueError(f"{zone} is no offset from UTC")
    instant -= offset * SECOND * (-1 if zone.startswith("-") else 1)
    return instant + (SECOND if leap else 0) - (1461 * DAY if zero else 0)


def to_datetime(instant: Instant) -> datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def within_calendar(instant: Instant) -> bool:
    """Whether a clock may stand there: from 1970 to 9000, so that what is due later has a date."""
    return 0 <= instant <= LAST
