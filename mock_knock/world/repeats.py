"""Repeat rules as requests and answers write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError
from mock_knock.world.recurrence import WEEKDAYS, RepeatRule

MAX_RULES = 100
"""Rules of one schedule; Knock states no limit."""

MAX_INTERVAL = 1_000_000
"""Periods between two occurrences; in the shortest ones, hours, that is over a century."""

_SHORTHANDS = {"weekdays": WEEKDAYS[:5], "weekends": WEEKDAYS[5:]}
"""Knock docs: concepts, schedules."""


def parse_repeats(given: Sequence[Mapping[str, Any]] | None) -> tuple[RepeatRule, ...]:
    """The rules that came in `repeats`.

    Raises MissingError, naming the field, for a time that there is not (an hour 24), and
    InvalidParamsError for more rules than one schedule has.
    """
    given = given or ()
    if len(given) > MAX_RULES:
        problem = f"at most {MAX_RULES} rules"
        raise InvalidParamsError(
            f"repeats has {len(given)} rules and a schedule takes {problem}",
            details=(Detail("repeats", problem, "max_items"),),
        )
    return tuple(_parse(body, f"repeats[{at}]") for at, body in enumerate(given))


def repeat_to_json(rule: RepeatRule) -> dict[str, Any]:
    """The rule in Knock's form."""
    return {
        "__typename": "ScheduleRepeat",
        "frequency": rule.frequency,
        "interval": rule.interval,
        "days": None if rule.days is None else [WEEKDAYS[day] for day in sorted(rule.days)],
        "day_of_month": rule.day_of_month,
        "hours": rule.hours,
        "minutes": rule.minutes,
    }


def _parse(body: Mapping[str, Any], field: str) -> RepeatRule:
    days = body.get("days") or ()
    names = _SHORTHANDS.get(days, ()) if isinstance(days, str) else days
    day_of_month = body.get("day_of_month")
    if day_of_month is not None:
        day_of_month = _number(day_of_month, f"{field}.day_of_month", range(1, 32))
    return RepeatRule(
        body["frequency"],
        _number(body.get("interval", 1), f"{field}.interval", range(1, MAX_INTERVAL + 1)),
        frozenset(WEEKDAYS.index(name) for name in names) or None,
        day_of_month,
        _number(body.get("hours") or 0, f"{field}.hours", range(24)),
        _number(body.get("minutes") or 0, f"{field}.minutes", range(0, 60, 5)),
    )


def _number(value: float, field: str, allowed: range) -> int:
    number = int(value)  # JSON knows 9.0 as a whole number
    if number not in allowed:
        step = f" in steps of {allowed.step}" if allowed.step > 1 else ""
        raise _no_such_time(field, number, f"from {allowed[0]} to {allowed[-1]}{step}")
    return number


def _no_such_time(field: str, number: int, expected: str) -> MissingError:
    # The documents' schema allows every number, so this is no malformed request: it asks for
    # something that does not exist, like an id that nothing can have.
    problem = f"is {expected}, there is no {number:.15g}"
    return MissingError(f"{field} {problem}", details=(Detail(field, problem, "out_of_range"),))
