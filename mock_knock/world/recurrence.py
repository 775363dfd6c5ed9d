"""When a repeat rule is due: a calculator over calendar dates, in a recipient's time zone.

Own code and not dateutil.rrule: rrule walks from the start to the date asked for, so a rule costs
more the longer it runs, knows no time zones but by wall clock (its hourly rules stumble when the
clocks change), and skips the 31st in short months. What is needed here is one step: the next
instant, in a time that does not depend on how long ago the rule began.

A rule counts its interval from the period (day, week from Monday, month, hour) of its first
occurrence, which is the first match at or after the start.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from mock_knock.world.instants import SECOND, Instant, from_datetime, to_datetime

Frequency = Literal["hourly", "daily", "weekly", "monthly"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_LAST_DAY = date(9000, 1, 1).toordinal()
_LAST = from_datetime(datetime(9000, 1, 1, tzinfo=UTC))
"""Where the calendar ends; clocks do not go further either."""


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """One rule (Knock docs: concepts, schedules).

    interval: every how many periods, 1 or more.
    days: weekdays, 0 for Monday; None for any (weekly: the weekday of the start).
    day_of_month: 1 to 31, for monthly rules; a shorter month has its last day instead. None for
        the start's own, unless `days` are given: then every such weekday of the month.
    hours, minutes: the local time of day. Hourly rules have only the minutes.
    """

    frequency: Frequency
    interval: int = 1
    days: frozenset[int] | None = None
    day_of_month: int | None = None
    hours: int = 0
    minutes: int = 0


def next_occurrence(
    rules: Sequence[RepeatRule],
    start: Instant,
    after: Instant,
    zone: tzinfo,
    ending: Instant | None = None,
) -> Instant | None:
    """The first instant that any rule names, not before `start`, later than `after`.

    None when there is none before `ending`, or before the year 9000. A local time that the clocks
    skip counts by the offset before the change (02:30 becomes 03:30), one that comes twice is the
    first (RFC 5545, 3.3.5).
    """
    found = [due for rule in rules if (due := _next(rule, start, after, zone)) is not None]
    due = min(found, default=None)
    return None if due is None or (ending is not None and due >= ending) else due


def _next(rule: RepeatRule, start: Instant, after: Instant, zone: tzinfo) -> Instant | None:
    rule = _with_start(rule, _local(start, zone))
    if rule.frequency == "hourly":
        due = _hourly(rule, start, zone, None)
        return due if due is None or due > after else _hourly(rule, after + 1, zone, due)
    first = _by_date(rule, start, zone, None)
    if first is None or first[0] > after:
        return first and first[0]
    following = _by_date(rule, after + 1, zone, first[1])
    return following and following[0]


def _with_start(rule: RepeatRule, start: datetime) -> RepeatRule:
    """The rule with what it leaves open taken from the local date of its start."""
    if rule.days is None and rule.frequency == "weekly":
        return replace(rule, days=frozenset({start.weekday()}))
    if rule.days is None and rule.day_of_month is None and rule.frequency == "monthly":
        return replace(rule, day_of_month=start.day)
    return rule


# Daily, weekly, monthly: periods are numbered, and each holds some dates (as day numbers).


def _by_date(
    rule: RepeatRule, at_least: Instant, zone: tzinfo, first: int | None
) -> tuple[Instant, int] | None:
    """The first match at or after `at_least`, and its period; in step with the period `first`.

    Begins a day early: a local time that the clocks skipped may have moved into this day.
    """
    period = _period(rule, _local(at_least, zone).toordinal() - 1)
    step = 1
    if first is not None:
        step = rule.interval
        period += (first - period) % step
    while _first_day(rule, period) < _LAST_DAY:
        for day in _days_in(rule, period):
            due = _instant(day, rule.hours, rule.minutes, zone)
            if due >= at_least:
                return due, period
        period += step
    return None


def _period(rule: RepeatRule, day: int) -> int:
    if rule.frequency == "daily":
        return day
    if rule.frequency == "weekly":
        return (day - 1) // 7  # day 1 was a Monday
    on = date.fromordinal(day)
    return on.year * 12 + on.month - 1


def _first_day(rule: RepeatRule, period: int) -> int:
    if rule.frequency == "daily":
        return period
    if rule.frequency == "weekly":
        return period * 7 + 1
    year, month = divmod(period, 12)
    return _LAST_DAY if year >= 9000 else date(year, month + 1, 1).toordinal()


def _days_in(rule: RepeatRule, period: int) -> Iterator[int]:
    first = _first_day(rule, period)
    days = range(first, first + 1)
    if rule.frequency == "weekly":
        days = range(first, first + 7)
    elif rule.frequency == "monthly":
        year, month = divmod(period, 12)
        days = range(first, first + monthrange(year, month + 1)[1])
        if rule.day_of_month is not None:
            days = days[: rule.day_of_month][-1:]
    return (day for day in days if rule.days is None or (day - 1) % 7 in rule.days)


# Hourly: counted in hours that pass, so that a change of the clocks neither repeats nor skips one.


def _hourly(
    rule: RepeatRule, at_least: Instant, zone: tzinfo, first: Instant | None
) -> Instant | None:
    """The first match at or after `at_least`, whole intervals after `first` if there is one."""
    if first is None:
        wall = _local(at_least, zone)
        since_the_hour = (wall.minute * 60 + wall.second) * SECOND + wall.microsecond
        first, step = at_least - since_the_hour + rule.minutes * MINUTE, HOUR
    else:
        step = rule.interval * HOUR
    due = first + max(0, _steps(at_least - first, step)) * step
    while due < _LAST:
        day = _local(due, zone).toordinal()
        if rule.days is None or (day - 1) % 7 in rule.days:
            return due
        while (day - 1) % 7 not in rule.days:
            day += 1
        due += max(1, _steps(_instant(day, 0, 0, zone) - due, step)) * step
    return None


def _steps(distance: int, step: int) -> int:
    """How many steps it takes to cover the distance at least."""
    return -(-distance // step)


def _local(instant: Instant, zone: tzinfo) -> datetime:
    return to_datetime(instant).astimezone(zone)


def _instant(day: int, hours: int, minutes: int, zone: tzinfo) -> Instant:
    on = date.fromordinal(day)
    return from_datetime(datetime(on.year, on.month, on.day, hours, minutes, tzinfo=zone))
