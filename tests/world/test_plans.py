"""Plans: what they refuse, their JSON, and the order in which they are consulted."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.plans import Plan, PlanBook, PlanError

from .drawing import plans
from .worlds import BASE, environment

FIELDS = (
    "progress",
    "queue_for",
    "rows_per_second",
    "duration",
    "reads",
    "failing_ids",
    "failing_positions",
    "failing_fraction",
    "outcome",
    "stop_in",
    "after_rows",
    "after_fraction",
)
STUCK = {"outcome": "stuck"}


@given(plans())
def test_a_plan_goes_to_json_and_back(plan: Plan) -> None:
    written = json.loads(json.dumps(plan.to_json()))
    assert Plan.from_json(written) == plan
    assert tuple(written) == FIELDS


def test_fields_that_are_not_given_have_their_default() -> None:
    assert Plan.from_json({}) == Plan()
    assert Plan.from_json({"reads": 5}) == Plan(reads=5)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"progress": "fast"}, "progress"),
        ({"progress": None}, "progress"),
        ({"progress": ["time"]}, "progress"),
        ({"outcome": "done"}, "outcome"),
        ({"stop_in": "completed"}, "stop_in"),
        ({"queue_for": -1}, "queue_for"),
        ({"queue_for": "1"}, "queue_for"),
        ({"queue_for": math.nan}, "queue_for"),
        ({"queue_for": math.inf}, "queue_for"),
        ({"queue_for": True}, "queue_for"),
        ({"queue_for": None}, "queue_for"),
        ({"queue_for": 1e12}, "queue_for"),
        ({"rows_per_second": 0}, "rows_per_second"),
        ({"rows_per_second": math.inf}, "rows_per_second"),
        ({"duration": -0.5}, "duration"),
        ({"duration": [1]}, "duration"),
        ({"reads": 0}, "reads"),
        ({"reads": 1.5}, "reads"),
        ({"reads": None}, "reads"),
        ({"failing_ids": "u1"}, "failing_ids"),
        ({"failing_ids": 5}, "failing_ids"),
        ({"failing_ids": None}, "failing_ids"),
        ({"failing_ids": [1]}, "failing_ids"),
        ({"failing_ids": [None]}, "failing_ids"),
        ({"failing_positions": "1"}, "failing_positions"),
        ({"failing_positions": 1}, "failing_positions"),
        ({"failing_positions": ["1"]}, "failing_positions"),
        ({"failing_positions": [None]}, "failing_positions"),
        ({"failing_positions": [0.5]}, "failing_positions"),
        ({"failing_fraction": 1.1}, "failing_fraction"),
        ({"failing_fraction": -0.1}, "failing_fraction"),
        ({"failing_fraction": "half"}, "failing_fraction"),
        ({**STUCK, "after_rows": -1}, "after_rows"),
        ({**STUCK, "after_rows": 1.0}, "after_rows"),
        ({**STUCK, "after_fraction": 2}, "after_fraction"),
        ({**STUCK, "after_rows": 1, "after_fraction": 0.5}, "after_fraction"),
        ({"after_rows": 1}, "outcome"),
        ({"after_fraction": 0.5}, "outcome"),
        ({"stop_in": "queued"}, "outcome"),
        ({"rows": 1}, "rows"),
        ({"__class__": 1}, "__class__"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_naming_the_field(
    data: dict[str, Any], field: str
) -> None:
    with pytest.raises(PlanError) as refused:
        Plan.from_json(data)
    assert refused.value.field == field
    assert field in str(refused.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from((*FIELDS, "unknown")), json_values, max_size=3))
def test_any_json_is_a_plan_that_can_be_carried_out_or_a_plan_error(data: dict[str, Any]) -> None:
    plan = Plan()
    culprit: str | None = None
    try:
        plan = Plan.from_json(data)
    except PlanError as error:
        culprit = error.field
    assert culprit in (None, *data, "outcome", "after_fraction")
    operation = environment(plan).bulk_identify([{"id": "u0"}, {"id": "u1"}], BASE)
    assert operation.to_json()["estimated_total_rows"] == 2


PATTERNS = ("*", "users.*", "users.identify", "*.delete", "objects.*.set", "objects.cars.set")
NAMES = ("users.identify", "users.delete", "objects.cars.set", "objects.a.b.set", "tenants.set")
MATCHES = {
    "*": set(NAMES),
    "users.*": {"users.identify", "users.delete"},
    "users.identify": {"users.identify"},
    "*.delete": {"users.delete"},
    "objects.*.set": {"objects.cars.set", "objects.a.b.set"},
    "objects.cars.set": {"objects.cars.set"},
}


@given(
    st.lists(
        st.tuples(st.sampled_from(("next", "rule")), st.sampled_from(PATTERNS))
        | st.tuples(st.just("choose"), st.sampled_from(NAMES)),
        max_size=20,
    )
)
def test_next_comes_before_rule_before_default_and_is_used_up_once(
    acts: list[tuple[str, str]],
) -> None:
    default = Plan(reads=1_000_000)
    book = PlanBook(default)
    waiting: list[tuple[str, Plan]] = []
    rules: list[tuple[str, Plan]] = []
    for number, (act, name) in enumerate(acts):
        plan = Plan(reads=number + 1)
        if act == "next":
            book.put_next(plan, name)
            waiting.append((name, plan))
        elif act == "rule":
            book.put_rule(name, plan)
            rules = [(name, plan)] + [rule for rule in rules if rule[0] != name]
        else:
            chosen = book.choose(name, ["u"])
            first = next((entry for entry in waiting if name in MATCHES[entry[0]]), None)
            rule = next((entry for entry in rules if name in MATCHES[entry[0]]), None)
            if first is not None:
                waiting.remove(first)
                assert (chosen.plan, chosen.reason) == (first[1], "next")
            elif rule is not None:
                assert (chosen.plan, chosen.reason) == (rule[1], "rule")
            else:
                assert (chosen.plan, chosen.reason) == (default, "default")


def test_magic_ids_come_after_rules_and_before_the_default() -> None:
    book = PlanBook(Plan())
    magic = ["a", "mock_operation_stuck_in_queued"]
    assert book.choose("users.identify", magic).reason == "magic_ids"
    assert book.choose("users.identify", ["a"]).reason == "default"
    book.put_rule("users.*", Plan())
    assert book.choose("users.identify", magic).reason == "rule"
    assert book.choose("tenants.set", magic).reason == "magic_ids"
    book.put_next(Plan())
    assert book.choose("users.identify", magic).reason == "next"


def test_a_plan_for_the_next_operation_waits_until_one_matches() -> None:
    world = environment()
    world.plans.put_next(Plan(progress="immediate"), "users.delete")
    reasons = [
        world.bulk_identify([{"id": "a"}], BASE).plan_reason,
        world.bulk_delete_users(["a"], BASE).plan_reason,
        world.bulk_delete_users(["a"], BASE).plan_reason,
    ]
    assert reasons == ["default", "next", "default"]
