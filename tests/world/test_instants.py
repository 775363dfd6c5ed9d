"""Instants: whole microseconds inside, RFC 3339 text outside."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mock_knock.world.instants import (
    DEFAULT_START,
    SECOND,
    from_datetime,
    from_text,
    microseconds,
    to_datetime,
    to_millisecond_text,
    to_text,
    within_calendar,
)

FIRST = datetime(1970, 1, 1)
LAST = datetime(9000, 1, 1)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


@given(moments)
def test_text_and_datetime_go_there_and_back(moment: datetime) -> None:
    instant = from_datetime(moment)
    assert to_datetime(instant) == moment
    assert from_text(to_text(instant)) == instant
    assert to_text(instant) == moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@given(moments)
def test_milliseconds_are_cut_off_not_rounded_up_into_the_future(moment: datetime) -> None:
    instant = from_datetime(moment)
    text = to_millisecond_text(instant)
    assert len(text) == len("2023-10-18T17:19:26.286Z")
    assert from_text(text) == instant - instant % 1000


@given(st.datetimes(FIRST, LAST, timezones=offsets), st.booleans())
def test_every_offset_and_either_case_names_the_same_instant(moment: datetime, lower: bool) -> None:
    text = moment.isoformat()
    assert from_text(text.lower() if lower else text) == from_datetime(moment)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T09:00:00Z",
        "2026-01-05t09:00:00z",
        "2026-01-05T09:00:00.000Z",
        "2026-01-05T09:00:00.0Z",
        "2026-01-05T10:30:00+01:30",
        "2026-01-04T23:00:00-10:00",
        "2026-01-05T09:00:00-00:00",
    ],
)
def test_the_forms_of_rfc_3339_are_read(text: str) -> None:
    assert from_text(text) == DEFAULT_START


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00.25Z"),
        ("2016-12-31t15:59:60-08:00", "2017-01-01T00:00:00Z"),
    ],
)
def test_a_leap_second_is_the_first_of_the_next_minute(text: str, same: str) -> None:
    assert from_text(text) == from_text(same)


@pytest.mark.parametrize(
    ("text", "hours_beyond"),
    [("0001-01-01T00:00:00+14:00", -14), ("9999-12-31T23:59:59-14:00", 14)],
)
def test_the_last_instants_that_rfc_3339_can_name_are_read_though_no_clock_stands_there(
    text: str, hours_beyond: int
) -> None:
    here = from_text(f"{text[:19]}+00:00")
    assert from_text(text) == here + hours_beyond * 3600 * SECOND
    assert not within_calendar(from_text(text))


@given(
    st.sampled_from(("0001-01-01T00:00:00", "9999-12-31T23:59:59", "9999-12-31T23:59:60")),
    st.integers(-23, 23),
)
def test_extreme_years_are_read_at_every_offset(text: str, hours: int) -> None:
    offset = f"{'-' if hours < 0 else '+'}{abs(hours):02}:00"
    assert from_text(text + offset) == from_text(f"{text}Z") - hours * 3600 * SECOND


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "60",
        "2026-01-05",
        "2026-01-05T09:00:00",
        "2026-13-05T09:00:00Z",
        "2026-01-05T09:00:61Z",
        "2026-01-05T25:00:00Z",
        "2026-01-05T09:00:00+25:00",
        "1767603600",
        "٢٠٢٦-01-05T09:00:00Z",
        "\ud800",
    ],
)
def test_what_names_no_instant_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "20260105T090000Z",
        "2026-W02-1T09:00:00Z",
        "2026-01-05T09Z",
        "2026-01-05T09:00Z",
        "2026-01-05T09:00:00,5Z",
        "2026-01-05T09:00:00+01",
        "2026-01-05T09:00:00+0100",
        "2026-01-05T09:00:00+01:00:30",
    ],
)
def test_the_other_forms_of_iso_8601_are_not_rfc_3339(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


@given(st.text(st.sampled_from("0126-:.TtZz+ W,"), max_size=26))
@example("2026-01-05T09:00:60")
def test_any_text_is_read_or_is_a_value_error(text: str) -> None:
    try:
        instant = from_text(text)
    except ValueError:
        return
    assert isinstance(instant, int)


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        from_datetime(FIRST)


@given(st.floats(-1e9, 1e9) | st.integers(-(10**12), 10**12))
def test_a_duration_is_rounded_to_the_nearest_microsecond(seconds: float) -> None:
    assert abs(microseconds(seconds) - seconds * SECOND) <= 0.5


@given(st.timedeltas())
def test_a_timedelta_is_taken_exactly(duration: timedelta) -> None:
    assert timedelta(microseconds=microseconds(duration)) == duration


@pytest.mark.parametrize("seconds", [math.inf, -math.inf, math.nan])
def test_a_duration_that_is_no_finite_number_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        microseconds(seconds)


def test_the_calendar_of_clocks_starts_in_1970() -> None:
    assert within_calendar(0)
    assert not within_calendar(-1)
    assert within_calendar(DEFAULT_START)
    assert to_text(DEFAULT_START) == "2026-01-05T09:00:00.000000Z"
