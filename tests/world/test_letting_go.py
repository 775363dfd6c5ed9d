"""What has ended is not held on to: memory grows with what there is, not with what there was."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from mock_knock.world.errors import WorldError
from mock_knock.world.plans import Plan
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.workflow import Workflow

from .worlds import BASE, environment


class Payload(dict[str, Any]):
    """A row that can be looked for after it was let go of."""


@pytest.mark.parametrize("outcome", ["completed", "failed"])
def test_a_bulk_operation_that_has_ended_keeps_the_ids_of_its_rows_alone(outcome: str) -> None:
    world = environment(Plan(progress="manual"))
    rows = [Payload(id="a", bio="x" * 1000), Payload(id="b/c")]
    payload = weakref.ref(rows[0])
    operation = world.bulk_identify([*rows], BASE)
    del rows
    world.bulk_operations.move(operation.id, 1, world.now)
    gc.collect()
    assert payload() is not None
    if outcome == "completed":
        world.bulk_operations.finish(operation.id, world.now)
    else:
        world.bulk_operations.fail(operation.id, world.now)
    gc.collect()
    assert payload() is None
    shown = operation.to_json()
    assert (shown["status"], shown["estimated_total_rows"]) == (outcome, 2)
    assert shown["error_items"] == ([{"id": "b/c"}] if outcome == "completed" else [])
    assert operation.row_ids == ("a", "b/c")


@pytest.mark.parametrize("how", ["completed", "cancelled", "deleted while it waits"])
def test_a_run_that_has_ended_goes_with_its_user(how: str) -> None:
    world = environment()
    world.workflows.declare(Workflow("w", delay=60))
    body = {"recipients": [{"id": "of this test"}], "cancellation_key": "k"}
    world.workflows.trigger("w", body, world.now)
    world.advance(1)
    if how == "cancelled":
        assert world.workflows.cancel("w", "k", None, world.now) == 1
    elif how == "completed":
        world.advance(60)
    assert len(runs_in_memory()) == 1
    world.delete_user("of this test", world.now)
    world.advance(60)  # what was still to come of it is over
    assert runs_in_memory() == []


def test_what_was_refused_leaves_nothing_behind() -> None:
    world = environment()
    with pytest.raises(WorldError):
        world.workflows.trigger("w", {"recipients": [{"id": "of this test"}, {"id": ""}]}, 0)
    assert runs_in_memory() == []


def runs_in_memory() -> list[RecipientRun]:
    gc.collect()
    found = (o for o in gc.get_objects() if isinstance(o, RecipientRun))
    return [run for run in found if run.recipient == ("of this test", None)]
