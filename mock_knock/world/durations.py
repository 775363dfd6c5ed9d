"""Durations as ISO 8601 writes them: `PT1H30M`, `P7D`, `P2W`, `PT0.5S`."""

from __future__ import annotations

import re

from mock_knock.world.instants import DAY, SECOND

_NUMBER = r"([0-9]{1,12}(?:[.,][0-9]{1,9})?)"
_ISO_8601 = re.compile(
    rf"P(?:{_NUMBER}W|(?=[0-9T])(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)"
)
_UNITS = (7 * DAY, DAY, 3600 * SECOND, 60 * SECOND, SECOND)


def duration_from_text(text: str) -> int:
    """The duration in microseconds.

    Raises ValueError for anything else; years and months, which have no fixed length, among it.
    """
    match = _ISO_8601.fullmatch(text)
    if match is None:
        hint = (
            "" if not re.fullmatch(r"P[0-9]+[YM].*", text) else ": count years and months in days"
        )
        raise ValueError(
            f"{text[:40]!r} is no ISO 8601 duration such as PT1H30M, PT90S or P7D{hint}"
        )
    given = zip(match.groups(), _UNITS, strict=True)
    return round(sum(float(n.replace(",", ".")) * unit for n, unit in given if n))
