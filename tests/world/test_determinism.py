"""The same seed and the same commands at the same instants give the same world, to the last id."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.environment import Environment
from mock_knock.world.errors import WorldError
from mock_knock.world.instants import SECOND
from mock_knock.world.plans import Plan
from mock_knock.world.workflow import Workflow

from .drawing import instant_steps, plans, thoroughly
from .worlds import BASE, START, environment, everything

OBJECTS = [("cars", "o"), ("$tenants", "t")]

ids = st.sampled_from(("a", "b", "c", "no/id", "mock_row_fails"))
id_lists = st.lists(ids, max_size=5)
bodies = st.dictionaries(st.sampled_from(("name", "plan")), st.integers(0, 3), max_size=2)
recipients = st.one_of(
    ids,
    st.builds(lambda name, body: {"id": name, **body}, ids, bodies),
    st.just({"id": "o", "collection": "cars", "wheels": 4}),
)
Command = tuple[str, Any]

commands: st.SearchStrategy[Command] = st.one_of(
    st.tuples(st.just("wait"), instant_steps),
    st.tuples(st.just("identify"), st.tuples(ids, bodies)),
    st.tuples(st.just("delete"), ids),
    st.tuples(st.just("merge"), st.tuples(ids, ids)),
    st.tuples(st.just("next plan"), plans()),
    st.tuples(st.just("bulk identify"), id_lists),
    st.tuples(st.just("bulk delete"), id_lists),
    st.tuples(st.just("bulk preferences"), id_lists),
    st.tuples(st.just("poll"), st.integers(0, 3)),
    st.tuples(st.just("trigger"), st.lists(recipients, max_size=3)),
    st.tuples(st.just("cancel"), st.none()),
)


def carry_out(world: Environment, command: Command) -> str:
    """Carry one command out; its answer, or the error it is refused with."""
    act, given = command
    try:
        return json.dumps(_answer(world, act, given))
    except WorldError as error:
        return f"{error.code}: {error.message}"


def _answer(world: Environment, act: str, given: Any) -> object:
    operations = list(world.bulk_operations)
    match act:
        case "wait":
            return world.sync(world.host + given)
        case "identify":
            user_id, body = given
            return world.users.identify(user_id, body, world.now).to_json()
        case "delete":
            world.delete_user(given, world.now)
        case "merge":
            return world.merge_users(*given).to_json()
        case "next plan":
            world.plans.put_next(given)
        case "bulk identify":
            return world.bulk_identify([{"id": id} for id in given], BASE).to_json()
        case "bulk delete":
            return world.bulk_delete_users(given, BASE).to_json()
        case "bulk preferences":
            return world.bulk_set_preferences(given, {"channels": {}}, BASE).to_json()
        case "poll" if given < len(operations):
            return world.bulk_operations.read(operations[given].id, world.now).to_json()
        case "trigger":
            body = {"recipients": given, "tenant": "t", "cancellation_key": "k"}
            return world.workflows.trigger("w", body, world.now)
        case "cancel":
            return world.workflows.cancel("w", "k", None, world.now)
    return None


def history(script: list[Command], *, seed: str = "0", name: str = "test") -> list[str]:
    """Every answer, and in the end everything that can be seen."""
    world = environment(seed=seed, name=name, clock="x2")
    world.workflows.declare(Workflow("w", delay=5))
    answers = [carry_out(world, command) for command in script]
    world.sync(world.host + 60 * SECOND)
    return [*answers, json.dumps(everything(world, OBJECTS))]


@thoroughly
@given(st.lists(commands, max_size=15))
def test_the_same_commands_at_the_same_instants_give_the_same_world(script: list[Command]) -> None:
    assert history(script) == history(script)


@given(st.lists(commands, max_size=15))
def test_nothing_but_ids_and_seeded_picks_depends_on_the_seed_or_the_environments_name(
    script: list[Command],
) -> None:
    calm = [command for command in script if not _is_seeded(command)]
    one, other = history(calm), history(calm, seed="1", name="other")
    assert len(one) == len(other)
    for answer, same in zip(one, other, strict=True):
        assert _without_ids(answer) == _without_ids(same)


def _is_seeded(command: Command) -> bool:
    return isinstance(command[1], Plan) and command[1].failing_fraction > 0


def _without_ids(text: str) -> str:
    uuid, ksuid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"[0-9A-Za-z]{27}"
    return re.sub(rf"\b({uuid}|{ksuid})\b", "*", text)


def test_another_seed_and_another_environment_have_other_ids() -> None:
    script: list[Command] = [
        ("bulk identify", ["a", "b"]),
        ("trigger", [{"id": "a"}, {"id": "b"}]),
    ]

    def ids_of(seed: str, name: str) -> set[str]:
        world = environment(seed=seed, name=name)
        for command in script:
            carry_out(world, command)
        seen = everything(world, OBJECTS)
        found = {run["id"] for run in seen["runs"]} | {op["id"] for op in seen["bulk_operations"]}
        return found | {run["workflow_run_id"] for run in seen["runs"]}

    sets = [ids_of("0", "a"), ids_of("0", "b"), ids_of("1", "a")]
    assert [len(found) for found in sets] == [4, 4, 4]
    assert len(set().union(*sets)) == 12
    assert ids_of("0", "a") == sets[0]


def test_which_rows_a_fraction_picks_depends_on_the_seed() -> None:
    plan = Plan(progress="immediate", failing_fraction=0.5)

    def picked(seed: str) -> list[dict[str, str]]:
        rows: list[Any] = [{"id": f"u{at}"} for at in range(100)]
        items: list[dict[str, str]] = (
            environment(plan, seed=seed).bulk_identify(rows, BASE).to_json()["error_items"]
        )
        return items

    assert picked("0") == picked("0")
    assert picked("0") != picked("1")
    assert environment().now == START
