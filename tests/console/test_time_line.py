"""The picture of time against what it is a picture of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_knock.console.time_line import SPANS, time_line
from mock_knock.world.channels import Channel
from mock_knock.world.clock import ClockSpec
from mock_knock.world.environment import Environment, WorldSettings
from mock_knock.world.events import EventStream
from mock_knock.world.instants import SECOND, Instant
from mock_knock.world.plans import Plan
from mock_knock.world.steps import ChannelStep
from mock_knock.world.timeline import Timeline
from mock_knock.world.workflow import Workflow

ROWS: list[Mapping[str, Any]] = [{"id": f"row-{number}"} for number in range(5)]


def world() -> Environment:
    return Environment("env:line", WorldSettings(clock=ClockSpec.parse("manual")), 0)


class Step:
    """An event that happens so many times, a second apart."""

    def __init__(self, times: int) -> None:
        self.left = times

    def fire(self, due: Instant) -> Instant | None:
        self.left -= 1
        return due + SECOND if self.left else None


@given(
    st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=30),
    st.integers(0, 40),
    st.integers(0, 20),
)
def test_what_is_to_come_is_told_in_its_order(
    planned: list[tuple[int, bool]], now: int, most: int
) -> None:
    """A naive model: all that was scheduled and neither came nor was taken back, sorted."""
    events = EventStream()
    timeline = Timeline(events)
    model: list[tuple[int, int, int]] = []
    for due, taken_back in planned:
        events.cause = events.record("cause", "", 0)
        place = timeline.schedule(due, Step(1))
        if taken_back:
            timeline.cancel(place)
        else:
            model.append((due, place, events.cause))
    timeline.run_until(now)
    expected = sorted(entry for entry in model if entry[0] > now)[:most]
    found = [(entry.due, entry.cause) for entry in timeline.upcoming(most)]
    assert found == [(due, cause) for due, _, cause in expected]


@given(
    st.lists(st.floats(0, 100_000), max_size=4),
    st.lists(st.floats(0, 5_000), max_size=4),
    st.sampled_from([None, 7, *SPANS]),
)
def test_everything_is_drawn_within_the_picture(
    durations: list[float], steps: list[float], span: int | None
) -> None:
    there = world()
    for duration in durations:
        there.plans.put_next(Plan(duration=duration))
        there.bulk_identify(ROWS, "http://knock.test")
    for step in steps:
        there.advance(step)
    line = time_line(there, span)
    check(line, there)
    assert line["span"] == (span if span in SPANS else line["span"])
    if span is None and durations and line["bars"]:
        # The picture that nobody asked for by length has the end of what goes on in it.
        assert all(bar["end"] <= line["end"] for bar in line["bars"])


def check(line: dict[str, Any], there: Environment) -> None:
    """What holds for every picture."""
    assert line["start"] < line["now"] < line["end"]
    assert 0 < line["now_x"] < 100
    for mark in (*line["past"], *line["coming"]):
        assert 0 <= mark.x <= 100
        assert 0 < mark.height <= 76
    assert all(mark.at <= line["now"] + line["span"] * SECOND / 50 for mark in line["past"])
    for bar in line["bars"]:
        assert bar["x"] >= 0
        assert bar["width"] >= 0
        assert bar["x"] + bar["width"] <= 100.001
    assert line["stops"] == sorted(line["stops"])
    assert all(stop >= line["now"] for stop in line["stops"])
    assert line["last"] >= line["now"]
    unseen = len(there.timeline) - len(line["listed"])
    assert line["more"] == max(unseen, 0)


def test_what_is_to_come_is_told_in_words() -> None:
    there = world()
    there.users.identify("ellie", {"email": "ellie@example.com"}, there.now)
    there.channels.declare(Channel(key="mail", kind="email"), there.now)
    steps = (ChannelStep(channel="mail"),)
    there.workflows.declare(Workflow("later", delay=60.0, steps=steps))
    there.workflows.declare(Workflow("soon", steps=steps))
    for key in ("later", "soon"):
        there.workflows.trigger(key, {"recipients": ["ellie"]}, there.now)
    repeats = [{"frequency": "daily", "hours": 12}]
    there.schedules.create(
        {"workflow": "soon", "recipients": ["ellie"], "repeats": repeats}, there.now
    )
    there.bulk_identify(ROWS, "http://knock.test")
    there.sync(0)
    [message] = there.messages
    told = [entry["what"] for entry in time_line(there)["listed"]]
    assert sorted(told) == [
        f"delivery after message.queued {message.id}",
        "schedule of soon for ellie",
        "users.identify: row 1 of 5",
        "workflow run of later for ellie",
    ]


def test_marks_count_what_happened_and_what_is_to_come() -> None:
    there = world()
    there.plans.put_next(Plan(queue_for=1, duration=2))
    there.bulk_identify(ROWS, "http://knock.test")
    there.advance(2)
    line = time_line(there, 10)
    assert sum(mark.count for mark in line["past"]) == len(there.events)
    assert [mark.count for mark in line["coming"]] == [1]
    assert line["listed"][0]["what"] == "users.identify: row 3 of 5"
    assert line["last"] - line["now"] == SECOND
