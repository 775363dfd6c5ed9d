"""The clock of an environment: real, scaled, manual; it never goes backwards."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.clock import Clock, ClockError, ClockSpec
from mock_knock.world.environment import Environment, WorldSettings
from mock_knock.world.instants import (
    DEFAULT_START,
    LAST,
    SECOND,
    from_text,
    to_text,
    within_calendar,
)

from .worlds import START, environment

HOST = DEFAULT_START + 12_345

scales = st.sampled_from((0.0, 0.25, 1.0, 2.0, 60.0, 1_000_000.0))
hops = st.integers(0, 10 * SECOND)


def clock(text: str, host: int = HOST) -> Clock:
    return ClockSpec.parse(text).build(host)


@given(hops)
def test_a_real_clock_is_the_hosts(hop: int) -> None:
    assert clock("real").at(HOST + hop) == HOST + hop


@given(hops, st.sampled_from((0.25, 0.5, 2, 60, 3600)))
def test_a_scaled_clock_starts_at_the_hosts_time_and_runs_n_times_as_fast(
    hop: int, scale: float
) -> None:
    assert clock(f"x{scale}").at(HOST + hop) == HOST + math.floor(hop * scale)


@given(hops)
def test_a_manual_clock_starts_at_the_same_instant_in_every_run_and_stands_still(hop: int) -> None:
    assert clock("manual", host=hop).at(hop * 2) == DEFAULT_START


@given(st.sampled_from((0.0, 1.0, 60.0)), st.integers(0, 10**15), st.integers(0, 10**15), hops)
def test_a_clock_may_start_at_any_instant(scale: float, start: int, host: int, hop: int) -> None:
    built = ClockSpec(scale=scale, start=start).build(host)
    assert built.at(host) == start
    assert built.at(host + hop) == start + int(hop * scale)


@pytest.mark.parametrize("start", [-1, LAST + 1])
def test_a_clock_does_not_start_outside_the_calendar(start: int) -> None:
    with pytest.raises(ClockError, match="from the year 1970 to the year 9000"):
        ClockSpec(start=start)


@given(scales, hops, st.integers(1, 10**9))
def test_a_host_that_goes_back_behind_the_last_act_does_not_take_the_clock_along(
    scale: float, jump: int, back: int
) -> None:
    running = ClockSpec(scale=scale).build(HOST)
    start = running.at(HOST)
    assert running.at(HOST - back) == start
    running.set(start + jump, HOST)
    assert running.at(HOST - back) == start + jump


@pytest.mark.parametrize(
    ("text", "scale", "mode"),
    [
        ("real", 1.0, "real"),
        ("manual", 0.0, "manual"),
        ("x60", 60.0, "scaled"),
        ("X0.5", 0.5, "scaled"),
        (" Real ", 1.0, "real"),
        ("x1", 1.0, "real"),
        ("x0", 0.0, "manual"),
        ("x1e6", 1e6, "scaled"),
    ],
)
def test_the_forms_of_a_clock(text: str, scale: float, mode: str) -> None:
    assert ClockSpec.parse(text).scale == scale
    assert clock(text).mode == mode


@pytest.mark.parametrize("text", ["", "x", "60", "fast", "xfast", "real time", "x60x", "-x1"])
def test_what_is_no_clock_is_refused_with_the_three_forms(text: str) -> None:
    with pytest.raises(ClockError) as refused:
        ClockSpec.parse(text)
    for form in ("real", "manual", "xN"):
        assert form in refused.value.message


@pytest.mark.parametrize("text", ["x-1", "xnan", "xinf", "x1e7", "x-inf", "x1000000.1"])
def test_a_clock_that_goes_back_or_faster_than_a_million_is_refused(text: str) -> None:
    with pytest.raises(ClockError):
        ClockSpec.parse(text)


@given(scales, st.lists(st.tuples(hops, scales | st.none(), hops | st.none()), max_size=12))
def test_time_never_goes_backwards_whatever_is_done_to_the_clock(
    scale: float, acts: list[tuple[int, float | None, int | None]]
) -> None:
    host = since = HOST
    running = ClockSpec(scale=scale).build(host)
    anchor = running.at(host)
    for hop, rescale, jump in acts:
        host += hop
        # What the clock says is a straight line since the last act, so there are no steps in it.
        assert running.at(host) == anchor + int((host - since) * scale)
        if rescale is not None:
            before, scale = running.at(host), rescale
            running.rescale(rescale, host)
            anchor, since = before, host
            assert running.at(host) == before
        if jump is not None:
            anchor, since = running.at(host) + jump, host
            running.set(anchor, host)
            assert running.at(host) == anchor


@given(scales, hops, st.integers(1, 10**15))
def test_setting_a_clock_into_the_past_is_refused_and_it_goes_on_as_before(
    scale: float, hop: int, back: int
) -> None:
    running = ClockSpec(scale=scale, start=DEFAULT_START).build(HOST)
    now = running.at(HOST + hop)
    with pytest.raises(ClockError):
        running.set(now - back, HOST + hop)
    assert running.at(HOST + hop) == now


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"]
)
def test_an_instant_outside_the_calendar_is_refused_by_name_not_by_a_crash(text: str) -> None:
    world = environment()
    with pytest.raises(ClockError):
        world.set_clock(from_text(text))
    assert world.now == START


@pytest.mark.parametrize("scale", [-1.0, math.nan, math.inf, 1_000_001.0])
def test_an_impossible_scale_is_refused_and_the_clock_goes_on_as_before(scale: float) -> None:
    running = clock("x2")
    with pytest.raises(ClockError):
        running.rescale(scale, HOST + 5)
    assert (running.scale, running.at(HOST + 5)) == (2.0, HOST + 10)


@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf, -math.inf, 1e300])
def test_an_environment_refuses_to_advance_by_what_is_no_time(seconds: float) -> None:
    world = environment()
    with pytest.raises(ClockError):
        world.advance(seconds)
    assert world.now == START


def test_the_fastest_clock_left_running_for_a_month_can_still_be_written_down() -> None:
    world = Environment("test", WorldSettings(clock=ClockSpec.parse("x1000000")), HOST)
    now = world.sync(HOST + 30 * 86_400 * SECOND)
    assert within_calendar(now)
    assert to_text(now) > to_text(HOST)


@given(st.lists(st.tuples(st.sampled_from(("sync", "advance", "rescale")), hops), max_size=10))
def test_an_environments_now_follows_its_clock(acts: list[tuple[str, int]]) -> None:
    world = environment(clock="x2")
    host, now, scale = START, START, 2
    for act, amount in acts:
        if act == "sync":
            host += amount
            now += amount * scale
            assert world.sync(host) == now
        elif act == "advance":
            now += amount
            assert world.advance(amount / SECOND) == now
        else:
            scale = amount % 4
            world.rescale(scale)
        assert world.now == now


@given(
    st.floats(0.001, 1_000_000),
    st.integers(0, 10**15),
    st.integers(0, 10**15),
    st.integers(0, 10**15),
)
def test_an_instant_is_reached_neither_late_nor_early(
    scale: float, start: int, host: int, ahead: int
) -> None:
    clock = ClockSpec(scale=scale, start=start).build(host)
    reached = clock.reached_at(start + ahead)
    assert reached is not None
    assert clock.at(reached) >= start + ahead
    # One step of the host's clock may be many of this one, and floats have 53 bits.
    slack = 2 + ahead // 2**50 + int(ahead / scale) // 2**50
    assert reached - slack <= host or clock.at(reached - slack) < start + ahead


def test_a_clock_that_stands_reaches_nothing_later() -> None:
    clock = ClockSpec.parse("manual").build(0)
    now = clock.at(0)
    assert clock.reached_at(now) is not None
    assert clock.reached_at(now + 1) is None
