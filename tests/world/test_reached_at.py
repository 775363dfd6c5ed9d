"""When, by the host's clock, a simulated instant is reached."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.clock import Clock
from mock_knock.world.instants import LAST


@given(
    st.one_of(st.just(1.0), st.floats(0.001, 1_000_000)),
    st.integers(0, 10**16),
    st.integers(0, 10**16),
    st.integers(0, 10**15),
)
def test_it_is_the_first_host_instant_at_which_the_clock_is_there(
    scale: float, anchor: int, host: int, ahead: int
) -> None:
    clock = Clock(anchor=anchor, host=host, scale=scale)
    reached = clock.reached_at(anchor + ahead)
    assert reached is not None
    assert clock.at(reached) >= anchor + ahead
    assert reached == host or reached - host < 2 or clock.at(reached - 2) < anchor + ahead


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_clock_that_stands_reaches_nothing_but_what_is_past(anchor: int, ahead: int) -> None:
    clock = Clock(anchor=anchor, host=7, scale=0)
    assert clock.reached_at(anchor + ahead) is None
    assert clock.reached_at(max(anchor - ahead, 0)) == 7
    assert Clock(anchor=anchor, host=7, scale=1).reached_at(LAST + 1) is None
