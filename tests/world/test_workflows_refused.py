"""A trigger that is refused has done nothing, whatever part of it is at fault."""

from __future__ import annotations

import pytest

from mock_knock.world.errors import InvalidParamsError, MissingError, WorldError
from mock_knock.world.objects import TENANTS
from mock_knock.world.workflows import MAX_RECIPIENTS

from .worlds import Json, all_objects, all_runs, all_users, environment

LARGE = "x" * (150 * 1024)
OBJECTS = [("cars", "c1"), (TENANTS, "acme"), (TENANTS, "a/b"), (TENANTS, "")]

REFUSED: dict[str, tuple[Json, type[WorldError], str]] = {
    "unknown actor": ({"actor": "nobody"}, MissingError, "actor_missing"),
    "unknown object as actor": (
        {"actor": {"id": "c9", "collection": "cars"}},
        MissingError,
        "actor_missing",
    ),
    "actor without id": ({"actor": {"name": "Eve"}}, MissingError, "actor_missing"),
    "impossible actor": ({"actor": {"id": "a/b"}}, MissingError, "resource_missing"),
    "impossible recipient": (
        {"recipients": [{"id": "new"}, {"id": "#"}]},
        MissingError,
        "resource_missing",
    ),
    "impossible collection": (
        {"recipients": [{"id": "new"}, {"id": "x", "collection": "a/b", "p": 1}]},
        MissingError,
        "resource_missing",
    ),
    "impossible tenant": ({"tenant": "a/b"}, MissingError, "resource_missing"),
    "impossible tenant as an object": ({"tenant": {"id": "a/b"}}, MissingError, "resource_missing"),
    "impossible inline tenant": (
        {"tenant": {"id": "a/b", "name": "x"}},
        MissingError,
        "resource_missing",
    ),
    "empty tenant": ({"tenant": {"id": ""}}, MissingError, "resource_missing"),
    "tenant that is none": ({"tenant": 5}, MissingError, "resource_missing"),
    "too large a recipient": (
        {"recipients": [{"id": "new"}, {"id": "ada", "a": LARGE, "b": LARGE}]},
        InvalidParamsError,
        "invalid_params",
    ),
    "one that grows too large by being given twice": (
        {"recipients": [{"id": "new", "a": LARGE}], "actor": {"id": "new", "b": LARGE}},
        InvalidParamsError,
        "invalid_params",
    ),
    "one that grows too large with what is stored": (
        {"recipients": [{"id": "new"}, {"id": "full", "b": LARGE}]},
        InvalidParamsError,
        "invalid_params",
    ),
    "too large a tenant": (
        {"tenant": {"id": "acme", "a": LARGE, "b": LARGE}},
        InvalidParamsError,
        "invalid_params",
    ),
    "too many recipients": (
        {"recipients": [{"id": f"new{at}"} for at in range(MAX_RECIPIENTS + 1)]},
        InvalidParamsError,
        "invalid_params",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_trigger_leaves_nothing_behind(case: str) -> None:
    world = environment()
    world.users.identify("ada", {"name": "Ada"}, world.now)
    world.users.identify("full", {"a": LARGE}, world.now)
    world.objects.set("cars", "c1", {"wheels": 4}, world.now)

    def snapshot() -> list[str]:
        parts = (*all_users(world), *all_objects(world, OBJECTS), *all_runs(world))
        return [repr(part).replace(LARGE, "large") for part in parts]

    before = snapshot()
    world.advance(60)
    culprit, error, code = REFUSED[case]
    usual: Json = {
        "recipients": [{"id": "new"}, {"id": "ada", "name": "Changed"}],
        "actor": {"id": "eve", "name": "Eve"},
        "tenant": {"id": "acme", "name": "ACME"},
        "cancellation_key": "k",
    }
    with pytest.raises(error) as refused:
        world.workflows.trigger("welcome", usual | culprit, world.now)
    assert refused.value.code == code
    world.advance(60)
    assert snapshot() == before
    assert world.workflows.cancel("welcome", "k", None, world.now) == 0
