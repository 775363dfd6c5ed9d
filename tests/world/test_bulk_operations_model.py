"""Bulk operations beside a naive model: any plan, any rows, any reads, waits and control calls."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.environment import Environment
from mock_knock.world.errors import ConflictError, InvalidParamsError
from mock_knock.world.plans import Plan

from .bulk_calls import BulkCall, bulk_calls
from .bulk_model import Command, Model, assert_obeys_the_table
from .drawing import Step, instant_steps, plans, steps, thoroughly
from .worlds import BASE, Json, all_users, environment

LONG = Step("wait", 120_000_000)
"""By then time has brought every operation to where it ends."""


@thoroughly
@given(bulk_calls, plans(), steps())
def test_every_answer_is_the_one_the_naive_model_gives(
    call: BulkCall, plan: Plan, script: list[Step]
) -> None:
    failing = call.failing(plan)
    world, operation = call.submit(plan)
    model = Model(plan, call.total, world.now)
    history: list[Command] = []
    previous: Json | None = None
    answers: list[tuple[Json, str]] = []
    for step in (Step("look"), *script, LONG, Step("look")):
        _take(world, operation.id, step, model, history)
        answer = world.bulk_operations.get(operation.id).to_json()
        expected = model.expected(history, world.now)
        expected.check(answer, call.ids, failing)
        assert_obeys_the_table(answer, previous)
        call.assert_effects(world, expected.done_at, failing)
        previous = answer
        answers.append((answer, json.dumps(answer)))
    # An answer once given is the client's: it does not change behind its back.
    assert all(json.dumps(answer) == text for answer, text in answers)


def _take(world: Environment, id: str, step: Step, model: Model, history: list[Command]) -> None:
    """Do one step, see that it is refused just when it must be, and write it down if it was not."""
    operations, now = world.bulk_operations, world.now
    before = model.expected(history, now)
    if step.kind == "wait":
        world.set_clock(now + step.amount)
    elif step.kind == "read":
        history.append(Command("read", now))
        answer = operations.read(id, now).to_json()
        assert answer == operations.get(id).to_json()
    elif step.kind == "move":
        if before.ended:
            with pytest.raises(ConflictError):
                operations.move(id, step.amount, now)
        elif not len(before.done_at) <= step.amount <= model.total:
            with pytest.raises(InvalidParamsError):
                operations.move(id, step.amount, now)
        else:
            history.append(Command("move", now, step.amount))
            moved = operations.move(id, step.amount, now).to_json()
            assert moved["status"] != "queued"
            assert moved["processed_rows"] >= step.amount
            # What time alone would have done long ago is due when the next command comes.
            world.sync(world.host)
    elif step.kind in ("finish", "fail"):
        act = operations.finish if step.kind == "finish" else operations.fail
        if before.ended:
            with pytest.raises(ConflictError):
                act(id, now)
        else:
            history.append(Command("finish" if step.kind == "finish" else "fail", now))
            act(id, now)


@given(bulk_calls, plans(progress=("time",)), st.lists(instant_steps, max_size=12))
def test_an_answer_does_not_depend_on_how_often_the_clock_was_looked_at(
    call: BulkCall, plan: Plan, waits: list[int]
) -> None:
    often, watched = call.submit(plan)
    for wait in waits:
        often.set_clock(often.now + wait)
        often.bulk_operations.read(watched.id, often.now).to_json()
    once, unwatched = call.submit(plan)
    once.set_clock(once.now + sum(waits))
    assert watched.to_json() == unwatched.to_json()
    assert all_users(often) == all_users(once)


@given(
    st.lists(st.tuples(plans(progress=("time",)), st.integers(0, 6)), min_size=2, max_size=4),
    st.lists(instant_steps, max_size=8),
)
def test_operations_that_overlap_interleave_the_same_however_often_one_looks(
    calls: list[tuple[Plan, int]], waits: list[int]
) -> None:
    def start() -> Environment:
        world = environment()
        for number, (plan, total) in enumerate(calls):
            ids = [f"u{at}" for at in range(total)]
            world.plans.put_next(plan)
            if number % 2:
                world.bulk_delete_users(ids, BASE)
            else:
                world.bulk_identify([{"id": id, "call": number} for id in ids], BASE)
        return world

    often, once = start(), start()
    for wait in waits:
        often.set_clock(often.now + wait)
    once.set_clock(once.now + sum(waits))
    assert [op.to_json() for op in often.bulk_operations] == [
        op.to_json() for op in once.bulk_operations
    ]
    assert all_users(often) == all_users(once)


@given(bulk_calls, plans(progress=("polls",)), st.lists(st.booleans(), max_size=10))
def test_under_polls_only_reads_move_an_operation(
    call: BulkCall, plan: Plan, reads: list[bool]
) -> None:
    timid, watched = call.submit(plan)
    hasty, unwatched = call.submit(plan)
    for is_read in reads:
        if is_read:
            timid.bulk_operations.read(watched.id, timid.now)
            hasty.bulk_operations.read(unwatched.id, hasty.now)
        else:
            before = watched.to_json()
            timid.advance(1000)
            assert watched.to_json() == before
    states = ("status", "processed_rows", "error_items")
    assert [watched.to_json()[name] for name in states] == [
        unwatched.to_json()[name] for name in states
    ]
