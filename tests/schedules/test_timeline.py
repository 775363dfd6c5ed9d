"""The timeline beside a plain list: order, taking back, and what is waited for."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mock_knock.world.instants import Instant
from mock_knock.world.timeline import Timeline


class Repeated:
    """Happens `times` times, `every` so many instants."""

    def __init__(self, log: list[tuple[Instant, int]], number: int, times: int, every: int) -> None:
        self.log = log
        self.number = number
        self.times = times
        self.every = every
        self.due: Instant | None = None
        self.recurring = False

    def fire(self, due: Instant) -> Instant | None:
        self.log.append((due, self.number))
        self.times -= 1
        self.due = due + self.every if self.times else None
        return self.due


class TimelineMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline()
        self.now = 0
        self.log: list[tuple[Instant, int]] = []
        self.events: dict[int, Repeated] = {}

    @rule(
        wait=st.integers(0, 20),
        times=st.integers(1, 5),
        every=st.integers(1, 10),
        recurring=st.booleans(),
    )
    def schedule(self, wait: int, times: int, every: int, recurring: bool) -> None:
        event = Repeated(self.log, len(self.events) + 1, times, every)
        event.due, event.recurring = self.now + wait, recurring
        place = self.timeline.schedule(event.due, event, recurring=recurring)
        assert place == event.number
        self.events[place] = event

    @precondition(lambda self: any(event.due is not None for event in self.events.values()))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        going = [place for place, event in self.events.items() if event.due is not None]
        place = data.draw(st.sampled_from(going))
        self.timeline.cancel(place)
        self.events[place].due = None

    @rule(step=st.integers(0, 30))
    def run(self, step: int) -> None:
        self.now += step
        expected: list[tuple[Instant, int]] = []
        for event in self.events.values():
            due, left = event.due, event.times
            while due is not None and due <= self.now and left:
                expected.append((due, event.number))
                due, left = due + event.every, left - 1
        begin = len(self.log)
        self.timeline.run_until(self.now)
        assert self.log[begin:] == sorted(expected)

    @rule()
    def wait_until_idle(self) -> None:
        self.timeline.await_present()
        while not self.timeline.idle:
            due = self.timeline.next_due
            assert due is not None
            self.now = max(self.now, due)
            self.timeline.run_until(self.now)
        assert all(e.due is None for e in self.events.values() if not e.recurring)

    @invariant()
    def the_next_instant_is_that_of_an_event_to_come(self) -> None:
        dues = [event.due for event in self.events.values() if event.due is not None]
        assert self.timeline.next_due == min(dues, default=None)


TestTimeline = TimelineMachine.TestCase


def test_what_is_taken_back_does_not_pile_up() -> None:
    timeline = Timeline()
    log: list[tuple[Instant, int]] = []
    timeline.schedule(5, Repeated(log, 1, 1, 1))
    for _ in range(10_000):
        timeline.cancel(timeline.schedule(100, Repeated(log, 2, 1, 1)))
    assert len(timeline) < 200
    timeline.run_until(1_000)
    assert log == [(5, 1)]
    assert len(timeline) == 0
