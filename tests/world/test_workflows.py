"""Workflows: single documented facts of triggers, runs and cancelling."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mock_knock.world.environment import Environment
from mock_knock.world.errors import InvalidParamsError, MissingError, WorldError
from mock_knock.world.instants import SECOND, to_text
from mock_knock.world.objects import TENANTS
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.workflow import Workflow
from mock_knock.world.workflows import MAX_RECIPIENTS

from .worlds import BASE, START, all_runs, all_users, environment


def trigger(world: Environment, key: str = "welcome", **body: Any) -> str:
    """Trigger a workflow and let everything happen that is due at once."""
    run_id = world.workflows.trigger(key, body, world.now)
    world.advance(0)
    return run_id


def test_a_run_without_delay_is_completed_at_once_and_says_what_happened() -> None:
    world = environment()
    run_id = trigger(world, recipients=[{"id": "ada"}], data={"a": 1})
    (run,) = all_runs(world)
    at = to_text(START)
    started, enqueued, completed = run.pop("events")
    assert (enqueued["event"], enqueued["data"]["channel_type"]) == (
        "message_enqueued",
        "in_app_feed",
    )
    assert [started, completed] == [
        {
            "__typename": "WorkflowRecipientRunEvent",
            "id": f"{run['id']}-{number}",
            "event": event,
            "status": "ok",
            "attempt": 1,
            "data": None,
            "step_ref": None,
            "step_type": None,
            "inserted_at": at,
        }
        for number, event in ((1, "run_started"), (3, "run_completed"))
    ]
    assert run == {
        "__typename": "WorkflowRecipientRun",
        "id": run["id"],
        "workflow_run_id": run_id,
        "workflow": "welcome",
        "status": "completed",
        "recipient": "ada",
        "actor": None,
        "tenant": None,
        "error_count": 0,
        "trigger_source": {
            "type": "api",
            "cancellation_key": None,
            "schedule_id": None,
            "audience_key": None,
        },
        "inserted_at": at,
        "updated_at": at,
    }
    assert run["id"] != run_id


def test_inline_users_objects_actor_and_tenant_are_stored_with_their_properties() -> None:
    world = environment()
    car = {"id": "c1", "collection": "cars", "wheels": 4, "$trigger_data": {"x": 1}}
    trigger(
        world,
        recipients=[{"id": "ada", "name": "Ada"}, car],
        actor={"id": "eve", "name": "Eve", "$trigger_data": {"x": 1}},
        tenant={"id": "acme", "name": "ACME"},
    )
    assert [(user["id"], user["name"]) for user in all_users(world)] == [
        ("ada", "Ada"),
        ("eve", "Eve"),
    ]
    car_stored = world.objects.find("cars", "c1")
    acme = world.objects.find(TENANTS, "acme")
    assert car_stored is not None
    assert acme is not None
    assert (car_stored.properties, acme.properties) == ({"wheels": 4}, {"name": "ACME"})
    assert all("$trigger_data" not in user for user in all_users(world))


def test_trigger_data_is_laid_over_the_data_for_its_recipient_only() -> None:
    world = environment()
    ada = {"id": "ada", "$trigger_data": {"a": 2, "c": 3}}
    trigger(world, recipients=[ada, {"id": "eve"}], data={"a": 1, "b": 1})
    data = [world.workflows.get_run(run["id"]).data for run in all_runs(world)]
    assert data == [{"a": 1, "b": 1}, {"a": 2, "b": 1, "c": 3}]


def test_a_recipient_named_twice_gets_one_run_and_an_unknown_one_none() -> None:
    world = environment()
    world.users.identify("ada", {}, world.now)
    unknown_car = {"id": "c9", "collection": "cars"}
    trigger(world, recipients=["ada", {"id": "ada", "plan": "pro"}, "nobody", unknown_car, "ada"])
    assert [run["recipient"] for run in all_runs(world)] == ["ada"]
    assert world.users.get("ada").to_json()["plan"] == "pro"
    assert list(world.users) == ["ada"]


def test_a_user_and_an_object_with_the_same_id_are_two_recipients() -> None:
    world = environment()
    trigger(world, recipients=[{"id": "x"}, {"id": "x", "collection": "cars", "a": 1}])
    runs = all_runs(world)
    assert [run["recipient"] for run in runs] == [{"id": "x", "collection": "cars"}, "x"]
    assert runs[0]["id"] != runs[1]["id"]


def test_no_two_recipients_of_a_trigger_share_a_run_however_odd_their_ids() -> None:
    world = environment()
    trigger(world, recipients=[{"id": "\x1fx"}, {"id": "x", "collection": "\x1f", "a": 1}])
    assert len({run["id"] for run in all_runs(world)}) == 2


def test_an_unknown_tenant_becomes_a_stub_and_a_known_one_stays_as_it_is() -> None:
    world = environment()
    world.objects.set(TENANTS, "acme", {"name": "ACME"}, world.now)
    world.advance(60)
    for tenant in ("acme", "new"):
        trigger(world, recipients=[], tenant=tenant)
    acme, new = (world.objects.find(TENANTS, id) for id in ("acme", "new"))
    assert acme is not None
    assert new is not None
    assert (acme.properties, acme.updated_at) == ({"name": "ACME"}, START)
    assert new.properties == {}


@pytest.mark.parametrize("actor", ["ada", {"id": "ada"}, {"id": "c1", "collection": "cars"}])
def test_an_actor_that_is_stored_or_given_inline_is_shown_on_the_run(actor: Any) -> None:
    world = environment()
    world.objects.set("cars", "c1", {}, world.now)
    trigger(world, recipients=[{"id": "ada"}], actor=actor)
    shown = "ada" if actor in ("ada", {"id": "ada"}) else actor
    assert [run["actor"] for run in all_runs(world)] == [shown]


def test_with_none_declared_any_key_is_a_workflow_and_then_only_those_declared() -> None:
    world = environment()
    trigger(world, "anything", recipients=[{"id": "ada"}])
    world.workflows.declare(Workflow("welcome"))
    trigger(world, "welcome", recipients=["ada"])
    with pytest.raises(MissingError) as refused:
        trigger(world, "anything", recipients=[{"id": "eve"}])
    assert refused.value.code == "workflow_missing"
    assert [run["workflow"] for run in all_runs(world)] == ["welcome", "anything"]
    assert "eve" not in world.users


def test_an_inactive_workflow_starts_no_run() -> None:
    world = environment()
    world.workflows.declare(Workflow("welcome", active=False))
    with pytest.raises(WorldError) as refused:
        trigger(world, recipients=[{"id": "ada"}])
    assert refused.value.code == "workflow_inactive"
    assert all_runs(world) == all_users(world) == []


def test_a_run_that_waits_can_be_cancelled_after_its_workflow_turned_inactive() -> None:
    world = environment()
    world.workflows.declare(Workflow("welcome", delay=60))
    trigger(world, recipients=[{"id": "ada"}], cancellation_key="k")
    world.workflows.declare(Workflow("welcome", active=False))
    assert world.workflows.cancel("welcome", "k", None, world.now) == 1


def test_a_delayed_run_is_paused_until_its_delay_is_over() -> None:
    world = environment()
    world.workflows.declare(Workflow("welcome", delay=90))
    trigger(world, recipients=[{"id": "ada"}])
    world.set_clock(START + 90 * SECOND - 1)
    assert all_runs(world)[0]["status"] == "paused"
    world.advance(1000)
    run = all_runs(world)[0]
    over = to_text(START + 90 * SECOND)
    assert (run["status"], run["updated_at"]) == ("completed", over)
    assert [(event["event"], event["inserted_at"]) for event in run["events"]] == [
        ("run_started", to_text(START)),
        ("delay_started", to_text(START)),
        ("delay_ended", over),
        ("message_enqueued", over),
        ("run_completed", over),
    ]


@pytest.mark.parametrize("delay", [-5.0, math.inf, math.nan])
def test_a_delay_that_is_no_duration_is_refused_when_the_workflow_is_declared(
    delay: float,
) -> None:
    world = environment()
    with pytest.raises(InvalidParamsError):
        world.workflows.declare(Workflow("welcome", delay=delay))


def test_a_cancelled_run_stays_cancelled_when_its_delay_is_over() -> None:
    world = environment()
    world.workflows.declare(Workflow("welcome", delay=90))
    trigger(world, recipients=[{"id": "ada"}, {"id": "eve"}], cancellation_key="k")
    world.advance(30)
    assert world.workflows.cancel("welcome", "k", ["eve"], world.now) == 1
    world.advance(1000)
    cancelled, completed = all_runs(world)
    assert (cancelled["status"], completed["status"]) == ("cancelled", "completed")
    assert cancelled["updated_at"] == to_text(START + 30 * SECOND)
    assert [event["event"] for event in cancelled["events"]][-1] == "run_cancelled"


def test_cancelling_takes_known_workflows_and_at_most_1000_recipients() -> None:
    world = environment()
    with pytest.raises(InvalidParamsError):
        world.workflows.cancel("welcome", "k", ["u"] * (MAX_RECIPIENTS + 1), world.now)
    world.workflows.declare(Workflow("welcome"))
    with pytest.raises(MissingError):
        world.workflows.cancel("other", "k", None, world.now)
    assert world.workflows.cancel("welcome", "k", None, world.now) == 0


def test_a_user_deleted_in_bulk_takes_its_runs_along() -> None:
    world = environment()
    world.workflows.declare(Workflow("welcome", delay=3600))
    trigger(world, recipients=[{"id": "ada"}, {"id": "eve"}], cancellation_key="k")
    gone = next(run["id"] for run in all_runs(world) if run["recipient"] == "ada")
    world.bulk_delete_users(["ada", "nobody"], BASE)
    world.run_until_idle()
    assert [run["recipient"] for run in all_runs(world)] == ["eve"]
    assert all_runs(world, RunFilter(recipient=("ada", None))) == []
    with pytest.raises(MissingError):
        world.workflows.get_run(gone)


def test_the_run_of_a_user_that_is_gone_is_not_there_to_be_cancelled() -> None:
    world = environment()
    world.workflows.declare(Workflow("welcome", delay=3600))
    trigger(world, recipients=[{"id": "ada"}, {"id": "eve"}, {"id": "bob"}], cancellation_key="k")
    world.delete_user("ada", world.now)
    world.merge_users("eve", "bob")
    assert world.workflows.cancel("welcome", "k", None, world.now) == 1
    assert [(run["recipient"], run["status"]) for run in all_runs(world)] == [("eve", "cancelled")]


def test_runs_with_errors_are_none_since_no_run_fails() -> None:
    world = environment()
    trigger(world, recipients=[{"id": "ada"}])
    assert all_runs(world, RunFilter(has_errors=True)) == []
    assert len(all_runs(world, RunFilter(has_errors=False))) == 1


def test_the_bounds_of_a_time_filter_belong_to_it() -> None:
    world = environment()
    trigger(world, recipients=[{"id": "ada"}])
    found = [
        len(all_runs(world, RunFilter(starting_at=START + first, ending_at=START + last)))
        for first, last in ((0, 0), (-1, 0), (0, 1), (1, 2), (-2, -1))
    ]
    assert found == [1, 1, 1, 0, 0]
