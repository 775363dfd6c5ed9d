"""What a call costs does not grow with what it does not touch: counted in Python calls, not time.

Each call is made in a world with a few things that it has no business with, and in one with many.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from mock_knock.world.channels import DEFAULT_FEED_ID, Channel
from mock_knock.world.environment import Environment
from mock_knock.world.listing import PageRequest
from mock_knock.world.message_filters import ChannelFilter, FeedFilter, MessageFilter
from mock_knock.world.objects import TENANTS
from mock_knock.world.plans import Plan
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.references import RecipientKey
from mock_knock.world.trigger_data import TriggerData
from mock_knock.world.workflow import Workflow
from tests.python_calls import python_calls

from .worlds import BASE, environment

FEW, MANY = 60, 1200
FIRST = PageRequest(size=5)
ANN: RecipientKey = ("ann", None)
PARK: RecipientKey = ("park", "projects")


@cache
def world_with(others: int) -> Environment:
    """Ann and her things, made before and after those of so many others."""
    world = environment(Plan(progress="immediate"))
    world.workflows.declare(Workflow("w"))
    world.workflows.declare(Workflow("slow", delay=86_400))
    world.workflows.declare(Workflow("rare", delay=86_400))
    world.channels.declare(Channel(key="feed", id=DEFAULT_FEED_ID), world.now)
    some(world, [f"early{n}" for n in range(others // 2)], "w")
    some(world, ["ann"], "rare", tenant="hers", data={"page": "hers"}, cancellation_key="hers")
    world.objects.set(TENANTS, "hers", {"name": "Hers"}, world.now)
    world.subscriptions.add(PARK, {"recipients": ["ann"]}, world.now)
    world.audiences.add("vip", [{"user": {"id": "ann"}}], world.now, create=True)
    some(world, [f"late{n}" for n in range(others // 2)], "w")
    world.run_until_idle()
    some(world, ["ann"], "rare", tenant="hers", cancellation_key="hers")
    return world


def some(world: Environment, users: list[str], workflow: str, **body: Any) -> None:
    """Users with a run, a message, a schedule, a tenant and a subscription each."""
    for user in users:
        world.users.identify(user, {"name": user}, world.now)
        world.objects.set(TENANTS, f"t-{user}", {"name": f"T {user}"}, world.now)
        world.objects.set("projects", "park" if user == "ann" else user, {}, world.now)
        given = {"recipients": [user], "tenant": f"t-{user}", "data": {"page": user}, **body}
        world.workflows.trigger(workflow, given, world.now)
        tenant = given["tenant"]
        world.schedules.create(
            {"workflow": workflow, "recipients": [user], "tenant": tenant}, world.now
        )
    world.advance(0)


def runs(**keep: Any) -> Callable[[Environment], Any]:
    return lambda world: world.workflows.page(FIRST, RunFilter(**keep)).rows


def messages(**keep: Any) -> Callable[[Environment], Any]:
    return lambda world: world.messages.page(FIRST, MessageFilter(**keep)).rows


def schedules(**keep: Any) -> Callable[[Environment], Any]:
    return lambda world: world.schedules.page(FIRST, **keep).rows


def bulk(**keep: Any) -> Callable[[Environment], Any]:
    def call(world: Environment) -> list[Any]:
        channel = world.channels.get(DEFAULT_FEED_ID)
        return list(world.messages.on(channel, ChannelFilter(**keep)))

    return call


CALLS: dict[str, Callable[[Environment], Any]] = {
    "users": lambda world: world.users.page(FIRST).rows,
    "objects": lambda world: world.objects.page("projects", FIRST).rows,
    "tenants": lambda world: world.tenants.page(FIRST).rows,
    "tenants by name": lambda world: world.tenants.page(FIRST, name="Hers").rows,
    "tenants by id and name": lambda world: world.tenants.page(FIRST, "hers", "Hers").rows,
    "runs": runs(),
    "runs of a recipient": runs(recipient=ANN),
    "runs of a tenant": runs(tenant="hers"),
    "runs of a workflow": runs(workflow="rare"),
    "runs that wait": runs(statuses=("paused",)),
    "runs of a time": lambda world: runs(starting_at=world.now)(world),
    "schedules of a workflow": schedules(workflow="w"),
    "schedules of a recipient": schedules(workflow="rare", recipients=[ANN]),
    "schedules of two": schedules(workflow="rare", recipients=[ANN, ("nobody", None)]),
    "schedules of a tenant": schedules(workflow="rare", tenant="hers"),
    "messages": messages(),
    "messages of a recipient": messages(recipient=ANN),
    "messages of a tenant": messages(tenant="hers"),
    "messages of a source": messages(source="rare"),
    "messages by data": messages(trigger_data=TriggerData({"page": "hers"})),
    "feed": lambda world: world.feeds.page("ann", DEFAULT_FEED_ID, FIRST, FeedFilter()).page.rows,
    "bulk of a recipient": bulk(recipient_ids=("ann",)),
    "bulk of a tenant": bulk(tenants=("hers",)),
    "bulk of a workflow": bulk(workflows=("rare",)),
    "subscribers": lambda world: world.subscriptions.page_of_object(PARK, FIRST).rows,
    "subscriptions": lambda world: world.subscriptions.page_of_recipient(ANN, FIRST).rows,
    "members": lambda world: list(world.audiences.members("vip")),
    "cancel": lambda world: [world.workflows.cancel("rare", "other", None, world.now) == 0],
    "identify": lambda world: [world.users.identify("ann", {"plan": "pro"}, world.now)],
    "bulk identify": lambda world: [world.bulk_identify([{"id": "ann"}], BASE)],
    "trigger": lambda world: [world.workflows.trigger("w", {"recipients": ["ann"]}, world.now)],
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_costs_the_same_in_a_large_world(name: str) -> None:
    few, many = world_with(FEW), world_with(MANY)
    call = CALLS[name]
    # There is something; and what is made once (an index of the data) is made now.
    assert call(few)
    assert call(many)
    assert python_calls(lambda: call(many)) <= python_calls(lambda: call(few)) + 20


@pytest.mark.parametrize(
    "call",
    [
        runs(has_errors=True),
        runs(tenant="nowhere"),
        runs(statuses=("cancelled",)),
        schedules(workflow="w", tenant="nowhere"),
        schedules(workflow="w", recipients=[("nobody", None), ("nothing", "projects")]),
        messages(trigger_data=TriggerData({"page": "nowhere"})),
        messages(trigger_data=TriggerData({"no such key": 1})),
        messages(statuses=("bounced",)),
        lambda world: world.tenants.page(FIRST, name="Nobody").rows,
    ],
)
def test_what_matches_nothing_costs_nothing(call: Callable[[Environment], Any]) -> None:
    few, many = world_with(FEW), world_with(MANY)
    assert call(few) == call(many) == []
    assert python_calls(lambda: call(many)) <= python_calls(lambda: call(few)) + 20
