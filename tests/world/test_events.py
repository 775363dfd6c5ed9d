"""The stream of events: bounded, in order, each with its cause."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.environment import Environment, WorldSettings
from mock_knock.world.events import Event, EventStream
from mock_knock.world.plans import Plan

sizes = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 30), st.booleans()), min_size=1, max_size=60
)


@given(sizes, st.integers(1, 10), st.integers(1, 60), st.integers(1, 20))
def test_what_is_kept_is_the_longest_run_of_latest_events_within_the_bounds(
    steps: list[tuple[int, int, bool]], max_count: int, max_weight: int, max_age: int
) -> None:
    stream = EventStream(max_count=max_count, max_age=max_age, max_weight=max_weight)
    model: list[Event] = []
    now = 0
    for step, weight, clears in steps:
        now += step
        if clears and weight == 0:
            stream.clear()
            model.clear()
        number = stream.record("x", "id", now, weight=weight)
        model.append(Event(number, now, "x", "id", 0, None, weight))
        while len(model) > 1 and (
            len(model) > max_count
            or sum(e.weight for e in model) > max_weight
            or model[0].at < now - max_age
        ):
            model.pop(0)
        assert list(stream) == model
        for since in (0, number - 1, number - 3, number):
            assert stream.since(since) == [e for e in model if e.number > since]
        assert [stream.find(n) for n in range(number + 2)] == [
            next((e for e in model if e.number == n), None) for n in range(number + 2)
        ]


def test_a_message_leads_back_to_its_run_and_its_trigger() -> None:
    world = Environment("env:test", WorldSettings(plan=Plan()), 0)
    world.users.identify("ellie", {}, 0)
    world.events.cause = request = world.events.record("request", "r1", 0)
    world.workflows.trigger("welcome", {"recipients": ["ellie"]}, world.now)
    world.events.cause = 0
    world.sync(10_000_000)
    delivered = next(e for e in world.events if e.kind == "message.delivered")
    kinds = [e.kind for e in world.events.chain(delivered.number)]
    assert kinds == [
        "message.delivered",
        "message.queued",
        "workflow_recipient_run.queued",
        "workflow.triggered",
        "request",
    ]
    assert world.events.chain(delivered.number)[-1].number == request


def test_a_listener_hears_everything_until_it_stops() -> None:
    stream = EventStream()
    heard: list[str] = []
    stop = stream.listen(lambda event: heard.append(event.kind))
    stream.record("a", "", 0)
    stop()
    stream.record("b", "", 0)
    assert heard == ["a"]
