"""The timeline: due events run in order, each at its own instant, however often one looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.instants import Instant
from mock_knock.world.timeline import Timeline

Log = list[tuple[str, Instant]]


class Recurring:
    """An event that happens `times` times, `gap` apart, and writes it down."""

    def __init__(self, name: str, log: Log, gap: int = 0, times: int = 1) -> None:
        self.name = name
        self.log = log
        self.gap = gap
        self.left = times

    def fire(self, due: Instant) -> Instant | None:
        self.log.append((self.name, due))
        self.left -= 1
        return due + self.gap if self.left else None


events = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 4), st.integers(1, 5)), min_size=1, max_size=8
)
"""The first instant of each event, the gap to its next one, and how often it happens."""


def run(plan: list[tuple[int, int, int]], looks: list[int]) -> Log:
    log: Log = []
    timeline = Timeline()
    for at, (first, gap, times) in enumerate(plan):
        timeline.schedule(first, Recurring(str(at), log, gap, times))
    for now in looks:
        timeline.run_until(now)
    return log


@given(events, st.lists(st.integers(0, 50)))
def test_what_happens_is_the_same_however_often_one_looks(
    plan: list[tuple[int, int, int]], looks: list[int]
) -> None:
    end = max(looks, default=0)
    naive = sorted(
        (first + gap * count, at, count)
        for at, (first, gap, times) in enumerate(plan)
        for count in range(times)
        if first + gap * count <= end
    )
    wanted = [(str(at), due) for due, at, _ in naive] if looks else []
    assert run(plan, sorted(looks)) == wanted
    assert run(plan, [end] if looks else []) == wanted


@given(events)
def test_the_next_due_instant_is_known_and_none_when_nothing_is_to_come(
    plan: list[tuple[int, int, int]],
) -> None:
    log: Log = []
    timeline = Timeline()
    for at, (first, gap, times) in enumerate(plan):
        timeline.schedule(first, Recurring(str(at), log, gap, times))
    for _ in range(1000):
        due = timeline.next_due
        if due is None:
            break
        done = len(log)
        timeline.run_until(due - 1)
        assert len(log) == done
        timeline.run_until(due)
        assert [at for _, at in log[done:]] == [due] * (len(log) - done)
        assert len(log) > done
    assert timeline.next_due is None
    assert len(log) == sum(times for _, _, times in plan)


def test_an_event_that_goes_on_keeps_its_place_among_those_due_together() -> None:
    log = run([(0, 1, 4), (0, 1, 4), (2, 1, 2)], [3])
    assert log == [
        ("0", 0),
        ("1", 0),
        ("0", 1),
        ("1", 1),
        ("0", 2),
        ("1", 2),
        ("2", 2),
        ("0", 3),
        ("1", 3),
        ("2", 3),
    ]
