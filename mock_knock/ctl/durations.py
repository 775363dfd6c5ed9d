"""Durations as people type them: `90`, `90s`, `1h30m`, `7d`, or ISO 8601."""

from __future__ import annotations

import re

import click

_SHORT = re.compile(r"(?:([0-9.]+)w)?(?:([0-9.]+)d)?(?:([0-9.]+)h)?(?:([0-9.]+)m)?(?:([0-9.]+)s?)?")
_SECONDS = (604_800, 86_400, 3_600, 60, 1)


class DurationType(click.ParamType[float | str]):
    """A duration: seconds, or ISO 8601 as it is, for the server to read."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | str:
        text = str(value).strip()
        if text.upper().startswith("P"):
            return text.upper()
        match = _SHORT.fullmatch(text.lower().replace(" ", ""))
        try:
            if match is None or not any(match.groups()):
                raise ValueError
            given = zip(match.groups(), _SECONDS, strict=True)
            return sum(float(number) * unit for number, unit in given if number)
        except ValueError:
            self.fail(f"{text!r} is no duration such as 90s, 1h30m, 7d or PT1H30M", param, ctx)


DURATION = DurationType()
