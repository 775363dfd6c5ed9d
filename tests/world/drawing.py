"""Hypothesis strategies for plans and for the passing of time."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st

from mock_knock.world.plans import Outcome, Phase, Plan, Progress

PROGRESS: tuple[Progress, ...] = ("time", "polls", "immediate", "manual")
OUTCOMES: tuple[Outcome, ...] = ("completed", "failed", "stuck")
PHASES: tuple[Phase, ...] = ("queued", "processing")

thoroughly = settings(max_examples=10 * settings().max_examples)
"""For what is worth ten times the examples of the profile in use."""

# Shares are eighths, so that a share of a count is exact in binary.
shares = st.integers(0, 8).map(lambda eighths: eighths / 8)

instant_steps = st.one_of(
    st.sampled_from((250_000, 1_000_000, 0, 1, 249_999, 333_333, 500_000, 5_000_000, 60_000_000)),
    st.integers(0, 12_000_000),
)
"""Microseconds between two looks at the clock: round ones, their neighbours, and any."""


@st.composite
def plans(
    draw: st.DrawFn, *, progress: tuple[Progress, ...] = PROGRESS, most_rows: int = 30
) -> Plan:
    """A plan of any kind, for a call of up to `most_rows` rows with ids u0, u1, ..."""
    outcome = draw(st.sampled_from(OUTCOMES))
    stop_in: Phase = "processing" if outcome == "completed" else draw(st.sampled_from(PHASES))
    after_rows, after_fraction = None, None
    if outcome != "completed":
        stop = draw(st.sampled_from(("half", "rows", "fraction")))
        if stop == "rows":
            after_rows = draw(st.integers(0, most_rows + 5))
        elif stop == "fraction":
            after_fraction = draw(shares)
    positions = st.integers(0, most_rows + 5)
    return Plan(
        progress=draw(st.sampled_from(progress)),
        queue_for=draw(st.sampled_from((0, 0.25, 1.0, 1.5, 2))),
        rows_per_second=draw(st.sampled_from((0.5, 1, 2, 3, 10, 300.0))),
        duration=draw(st.sampled_from((None, None, 0, 1, 2.5, 10.0))),
        reads=draw(st.integers(1, 6)),
        failing_ids=draw(st.lists(positions.map(lambda at: f"u{at}"), max_size=3).map(tuple)),
        failing_positions=draw(st.lists(positions, max_size=3).map(tuple)),
        failing_fraction=draw(st.one_of(st.just(0.0), shares)),
        outcome=outcome,
        stop_in=stop_in,
        after_rows=after_rows,
        after_fraction=after_fraction,
    )


@dataclass(frozen=True)
class Step:
    """One thing to do to an operation: let time pass, read it, or a control call."""

    kind: str
    amount: int = 0


def steps(most_rows: int = 30) -> st.SearchStrategy[list[Step]]:
    """What happens to an operation after the call."""
    wait = instant_steps.map(lambda amount: Step("wait", amount))
    read = st.just(Step("read"))
    move = st.integers(0, most_rows).map(lambda rows: Step("move", rows))
    last = st.sampled_from((Step("finish"), Step("fail")))
    usual = st.lists(st.one_of(wait, wait, wait, read, read, move), min_size=2, max_size=12)
    return st.builds(lambda script, end: [*script, *end], usual, st.lists(last, max_size=2))
