"""Instants as a snapshot has them: texts that people can read, exact to the microsecond."""

from __future__ import annotations

from functools import lru_cache

from mock_knock.world.instants import SECOND, Instant, from_text, to_text

_AFTER_LAST: Instant = 253_402_300_800 * SECOND
"""The year 10000, which no text here can name."""


def text(instant: Instant | None) -> str | None:
    """The instant as text, null for none."""
    return None if instant is None else to_text(instant)


@lru_cache(maxsize=8192)
def instant(given: str) -> Instant:
    """The instant of a text. Raises ValueError for one before 1970 or after 9999."""
    found = from_text(given)
    if not 0 <= found < _AFTER_LAST:
        raise ValueError(f"{given} is not from the year 1970 to the year 9999")
    return found


def moment(given: str | None) -> Instant | None:
    """As `instant`, with null for none."""
    return None if given is None else instant(given)
