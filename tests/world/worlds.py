"""Environments to test with, and everything that can be seen of one."""

from __future__ import annotations

from typing import Any

from mock_knock.world.clock import ClockSpec
from mock_knock.world.environment import Environment, WorldSettings
from mock_knock.world.instants import DEFAULT_START
from mock_knock.world.listing import PageRequest
from mock_knock.world.plans import Plan
from mock_knock.world.recipient_runs import RunFilter

Json = dict[str, Any]

BASE = "http://knock.test"
START = DEFAULT_START
USUAL = Plan()
ALL_RUNS = RunFilter()


def environment(
    plan: Plan = USUAL,
    *,
    seed: str = "0",
    name: str = "test",
    clock: str = "manual",
    magic_ids: bool = True,
) -> Environment:
    """A fresh environment, whose clock stands still unless told otherwise."""
    settings = WorldSettings(
        seed=seed, clock=ClockSpec.parse(clock), plan=plan, magic_ids=magic_ids
    )
    return Environment(name, settings, START)


def all_users(world: Environment) -> list[Json]:
    """Every user as the API would show it, with preference sets and channel data."""
    found: list[Json] = []
    after: int | None = None
    while True:
        page = world.users.page(PageRequest(after=after))
        found.extend(
            {**user.to_json(with_preferences=True), "channel_data": dict(user.channel_data)}
            for user in page.rows
        )
        after = page.after
        if after is None:
            return found


def all_runs(world: Environment, keep: RunFilter = ALL_RUNS, size: int = 50) -> list[Json]:
    """Every recipient run, newest first, with its events."""
    found: list[Json] = []
    after: int | None = None
    while True:
        page = world.workflows.page(PageRequest(after=after, size=size), keep)
        found.extend(run.to_json(with_events=True) for run in page.rows)
        after = page.after
        if after is None:
            return found


def all_objects(world: Environment, keys: list[tuple[str, str]]) -> list[Json | None]:
    """What is stored of the objects with these collections and ids."""
    found = [world.objects.find(collection, id) for collection, id in keys]
    return [
        None
        if item is None
        else {
            "id": item.id,
            "collection": item.collection,
            "properties": item.properties,
            "preferences": item.preferences.to_json(),
            "channel_data": item.channel_data,
            "updated_at": item.updated_at,
        }
        for item in found
    ]


def everything(world: Environment, objects: list[tuple[str, str]]) -> Json:
    """All that a client could see of the environment, as JSON."""
    return {
        "now": world.now,
        "users": all_users(world),
        "objects": all_objects(world, objects),
        "runs": all_runs(world),
        "bulk_operations": [operation.to_json() for operation in world.bulk_operations],
    }
