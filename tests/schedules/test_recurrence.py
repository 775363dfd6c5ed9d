"""The recurrence calculator beside a naive model that looks at every day, or every minute."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mock_knock.world.instants import DAY, SECOND, Instant, from_datetime, from_text, to_datetime
from mock_knock.world.recurrence import RepeatRule, next_occurrence
from mock_knock.world.zones import find_zone

ZONES = (
    "Etc/UTC",
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",  # changes its clocks at midnight
    "America/Havana",  # so does Cuba
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Chatham",
    "Africa/Casablanca",  # winter time in Ramadan
)
WHOLE_HOURS = tuple(zone for zone in ZONES if zone != "Australia/Lord_Howe")

starts = st.datetimes(datetime(2023, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: from_datetime(moment.replace(tzinfo=UTC))
)
weekdays = st.none() | st.frozensets(st.integers(0, 6), min_size=1)
dated_rules = st.builds(
    RepeatRule,
    frequency=st.sampled_from(("daily", "weekly", "monthly")),
    interval=st.integers(1, 5),
    days=weekdays,
    day_of_month=st.none() | st.integers(1, 31),
    hours=st.integers(0, 23),
    minutes=st.integers(0, 11).map(lambda n: n * 5),
)


def occurrences(
    rules: list[RepeatRule], start: Instant, zone: str, count: int, ending: Instant | None = None
) -> list[Instant]:
    """The first ones, each asked for with the one before."""
    found: list[Instant] = []
    after = start - 1
    while len(found) < count:
        due = next_occurrence(rules, start, after, find_zone(zone), ending)
        if due is None:
            break
        found.append(due)
        after = due
    return found


# The naive model: every date is looked at, and wall time becomes an instant by trying offsets.


def instant_of(wall: datetime, zone: ZoneInfo) -> Instant:
    """The instant at which clocks show `wall`: the first of two, by the old offset if never."""
    around = [wall.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in (-30, 30)]
    offsets = [moment.astimezone(zone).utcoffset() or timedelta() for moment in around]
    tries = [wall.replace(tzinfo=UTC) - offset for offset in offsets]
    shown = [t for t in sorted(tries) if t.astimezone(zone).replace(tzinfo=None) == wall]
    return from_datetime(shown[0] if shown else tries[0])


def dates_of(rule: RepeatRule, start: date) -> Iterator[date]:
    """Every date that the rule allows, its interval left aside, from the day before `start`."""
    for number in range(-1, 366 * 12):
        on = start + timedelta(days=number)
        weekly, monthly = rule.frequency == "weekly", rule.frequency == "monthly"
        weekday_fits = rule.days is None or on.weekday() in rule.days
        if weekly and rule.days is None:
            weekday_fits = on.weekday() == start.weekday()
        wanted = rule.day_of_month
        if monthly and wanted is None and rule.days is None:
            wanted = start.day
        last = monthrange(on.year, on.month)[1]
        day_fits = not monthly or wanted is None or on.day == min(wanted, last)
        if weekday_fits and day_fits:
            yield on


def period_of(rule: RepeatRule, on: date) -> int:
    if rule.frequency == "daily":
        return (on - date(2000, 1, 1)).days
    if rule.frequency == "weekly":
        return (on - date(2000, 1, 3)).days // 7
    return on.year * 12 + on.month


def naive(rule: RepeatRule, start: Instant, zone: str) -> Iterator[Instant]:
    tz = ZoneInfo(zone)
    first_period = None
    for on in dates_of(rule, to_datetime(start).astimezone(tz).date()):
        due = instant_of(datetime(on.year, on.month, on.day, rule.hours, rule.minutes), tz)
        if due < start:
            continue
        if first_period is None:
            first_period = period_of(rule, on)
        if (period_of(rule, on) - first_period) % rule.interval == 0:
            yield due


@given(rule=dated_rules, start=starts, zone=st.sampled_from(ZONES))
@example(RepeatRule("daily", hours=2, minutes=30), from_text("2026-03-07T00:00:00Z"), ZONES[1])
@example(RepeatRule("daily", hours=1, minutes=30), from_text("2026-10-31T00:00:00Z"), ZONES[1])
@example(RepeatRule("monthly", day_of_month=31), from_text("2026-01-31T01:00:00Z"), ZONES[0])
@example(RepeatRule("daily", 2), from_text("2026-03-28T10:00:00Z"), "Asia/Beirut")
def test_rules_by_date_are_due_when_a_look_at_every_date_says(
    rule: RepeatRule, start: Instant, zone: str
) -> None:
    expected = list(islice(naive(rule, start, zone), 6))
    assert occurrences([rule], start, zone, len(expected)) == expected


@given(
    minutes=st.integers(0, 11).map(lambda n: n * 5),
    interval=st.integers(1, 30),
    days=weekdays,
    start=starts,
    zone=st.sampled_from(WHOLE_HOURS),
)
@example(30, 1, None, from_text("2026-03-08T05:00:00Z"), "America/New_York")
@example(30, 1, None, from_text("2026-11-01T04:00:00Z"), "America/New_York")
def test_hourly_rules_count_hours_that_pass(
    minutes: int, interval: int, days: frozenset[int] | None, start: Instant, zone: str
) -> None:
    rule = RepeatRule("hourly", interval, days, minutes=minutes)
    tz = ZoneInfo(zone)
    minute = 60 * SECOND
    expected: list[Instant] = []
    at = -(-start // minute) * minute
    first = None
    while at < start + 12 * DAY:
        local = to_datetime(at).astimezone(tz)
        on_time = local.minute == minutes if first is None else (at - first) % minute == 0
        if on_time and (days is None or local.weekday() in days):
            expected.append(at)
        if first is None and expected:
            first = at
        at += minute if first is None else interval * 60 * minute
    assume(expected)
    assert occurrences([rule], start, zone, len(expected)) == expected


@given(rules=st.lists(dated_rules, min_size=2, max_size=3), start=starts)
def test_several_rules_are_due_whenever_one_of_them_is(
    rules: list[RepeatRule], start: Instant
) -> None:
    alone = {due for rule in rules for due in occurrences([rule], start, "Etc/UTC", 5)}
    together = occurrences(rules, start, "Etc/UTC", 5)
    assert together == sorted(alone)[:5]


@given(
    rule=dated_rules,
    start=starts,
    later=st.integers(0, 900 * DAY),
    zone=st.sampled_from(ZONES),
)
def test_the_next_occurrence_does_not_depend_on_those_asked_for_before(
    rule: RepeatRule, start: Instant, later: int, zone: str
) -> None:
    due = next_occurrence([rule], start, start + later, find_zone(zone))
    expected = next((d for d in naive(rule, start, zone) if d > start + later), None)
    assume(expected is not None)
    assert due == expected


@given(rule=dated_rules, start=starts, length=st.integers(0, 90 * DAY))
def test_nothing_is_due_from_the_ending_on(rule: RepeatRule, start: Instant, length: int) -> None:
    ending = start + length
    found = occurrences([rule], start, "Etc/UTC", 10, ending)
    assert found == [d for d in occurrences([rule], start, "Etc/UTC", 10) if d < ending]


@pytest.mark.parametrize("frequency", ["hourly", "daily", "weekly", "monthly"])
def test_an_interval_beyond_the_calendar_is_due_once(frequency: str) -> None:
    rule = RepeatRule(frequency, 10**30, hours=9)  # type: ignore[arg-type]
    assert len(occurrences([rule], 0, "Etc/UTC", 5)) == 1


def test_a_time_that_the_clocks_skip_moves_on_and_one_that_comes_twice_is_the_first() -> None:
    start = from_text("2026-03-07T12:00:00Z")
    skipped = occurrences([RepeatRule("daily", hours=2, minutes=30)], start, "America/New_York", 2)
    assert [str(to_datetime(due)) for due in skipped] == [
        "2026-03-08 07:30:00+00:00",  # 03:30, there is no 02:30
        "2026-03-09 06:30:00+00:00",
    ]
    start = from_text("2026-10-31T12:00:00Z")
    twice = occurrences([RepeatRule("daily", hours=1, minutes=30)], start, "America/New_York", 2)
    assert [str(to_datetime(due)) for due in twice] == [
        "2026-11-01 05:30:00+00:00",  # the first 01:30
        "2026-11-02 06:30:00+00:00",
    ]


def test_what_is_no_zone_is_utc() -> None:
    names = ("", "nowhere", "America", "../etc/passwd", "\x00", "A" * 5000, None, 7, "\ud800")
    assert {str(find_zone(name)) for name in names} == {"Etc/UTC"}
