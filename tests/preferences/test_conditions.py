"""Conditions: each operator, and where variables and arguments are looked up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.conditions import OPERATORS, Scope, all_hold, holds

SCOPE = Scope(
    {
        "data": {
            "dino": "rex",
            "count": 5,
            "price": "7.50",
            "yes": True,
            "none": None,
            "nothing": "",
            "empty": [],
            "zero": 0,
            "tags": ["a", "b", 3],
            "when": "2026-01-05T09:00:00Z",
            "offset": "2026-01-05T23:30:00-05:00",
            "day": "2026-01-05",
            "nested": {"list": [{"deep": "x"}]},
            "text": "a rex b",
        },
        "recipient": {"muted": ["rex"], "plan": "pro"},
    },
    is_audience_member=lambda key: key == "beta",
)

CASES: list[tuple[str, str, Any, bool]] = [
    ("data.dino", "equal_to", "rex", True),
    ("data.dino", "equal_to", '"rex"', True),
    ("data.dino", "equal_to", "data.dino", True),
    ("data.count", "equal_to", "5", True),
    ("data.count", "equal_to", "5.0", True),
    ("data.count", "equal_to", 5, True),
    ("data.price", "equal_to", "7.5", True),
    ("data.yes", "equal_to", "true", True),
    ("data.yes", "equal_to", "1", False),
    ("data.zero", "equal_to", "false", False),
    ("data.none", "equal_to", "null", True),
    ("data.none", "equal_to", None, True),
    ("data.missing", "equal_to", "", True),
    ("data.tags", "equal_to", '["a","b",3]', True),
    ("data.dino", "not_equal_to", "rex", False),
    ("data.dino", "not_equal_to", "data.missing", True),
    ("data.count", "greater_than", "4", True),
    ("data.count", "greater_than", "5", False),
    ("data.count", "greater_than_or_equal_to", "5", True),
    ("data.price", "less_than", "10", True),
    ("data.count", "less_than_or_equal_to", "data.price", True),
    ("data.dino", "greater_than", "abc", True),
    ("data.yes", "greater_than", "0", False),
    ("data.missing", "less_than", "5", False),
    ("data.tags", "contains", "a", True),
    ("data.tags", "contains", "3", True),
    ("data.tags", "contains", "z", False),
    ("data.text", "contains", "rex", True),
    ("recipient.muted", "contains", "data.dino", True),
    ("recipient.muted", "not_contains", "data.dino", False),
    ("data.missing", "not_contains", "a", True),
    ("data.tags", "contains_all", '["a", 3]', True),
    ("data.tags", "contains_all", '["a", "z"]', False),
    ("data.tags", "contains_all", "b", True),
    ("data.text", "contains_all", '["a", "rex"]', True),
    ("data.tags", "not_contains_all", '["a", "z"]', True),
    ("data.none", "empty", None, True),
    ("data.nothing", "empty", None, True),
    ("data.empty", "empty", None, True),
    ("data.missing", "empty", None, True),
    ("data.zero", "empty", None, False),
    ("data.dino", "not_empty", None, True),
    ("data.none", "exists", None, True),
    ("data.missing", "exists", None, False),
    ("data.missing", "not_exists", None, True),
    ("data.nested.list.0.deep", "equal_to", "x", True),
    ("data.nested.list.1.deep", "exists", None, False),
    ("data.count", "is_between", "[1, 5]", True),
    ("data.count", "is_between", "6,9", False),
    ("data.when", "is_timestamp", None, True),
    ("data.day", "is_timestamp", None, True),
    ("data.dino", "is_timestamp", None, False),
    ("data.count", "is_not_timestamp", None, True),
    ("data.when", "is_timestamp_on_or_after", "2026-01-05T09:00:00Z", True),
    ("data.when", "is_timestamp_on_or_after", "2026-01-05T10:00:00+02:00", True),
    ("data.when", "is_timestamp_before", "2026-01-06", True),
    ("data.when", "is_timestamp_before", "data.when", False),
    ("data.when", "is_timestamp_on_or_after_date", "2026-01-05T23:00:00Z", True),
    ("data.offset", "is_timestamp_on_or_after_date", "2026-01-06", True),
    ("data.when", "is_timestamp_before_date", "2026-01-05T23:00:00Z", False),
    ("data.day", "is_timestamp_before_date", "2026-01-06", True),
    ("data.when", "is_timestamp_between", "2026-01-01, 2026-02-01", True),
    ("data.when", "is_timestamp_between", '["2026-02-01", "2026-03-01"]', False),
    ("data.dino", "is_timestamp_before", "2026-01-06", False),
    ("recipient", "is_audience_member", "beta", True),
    ("recipient", "is_audience_member", "gamma", False),
    ("recipient", "is_not_audience_member", "gamma", True),
]


@pytest.mark.parametrize(("variable", "operator", "argument", "yes"), CASES)
def test_operators(variable: str, operator: str, argument: Any, yes: bool) -> None:
    condition = {"variable": variable, "operator": operator, "argument": argument}
    assert holds(condition, SCOPE) is yes


def test_every_operator_of_the_documents_is_known_and_tried() -> None:
    shared = Path(__file__).parents[2] / "openapi" / "knock-shared.yml"
    schemas = yaml.safe_load(shared.read_text(encoding="utf-8"))["components"]["schemas"]
    documented = set(schemas["Condition"]["properties"]["operator"]["enum"])
    assert documented == OPERATORS
    assert documented == {case[1] for case in CASES}


def test_conditions_are_anded_and_none_holds() -> None:
    yes = {"variable": "data.dino", "operator": "exists", "argument": None}
    no = {"variable": "data.dino", "operator": "empty", "argument": None}
    assert all_hold([], SCOPE)
    assert all_hold(None, SCOPE)
    assert all_hold([yes, yes], SCOPE)
    assert not all_hold([yes, no], SCOPE)


@pytest.mark.parametrize(
    "condition",
    [5, None, {}, {"variable": 5, "operator": "empty"}, {"variable": "data.x", "operator": "odd"}],
)
def test_a_condition_that_cannot_be_read_asks_for_nothing(condition: Any) -> None:
    assert holds(condition, SCOPE)


@pytest.mark.parametrize("name", ["²", "1" * 5000, "-1", "\u0661"])
def test_what_is_no_position_in_a_list_leads_nowhere(name: str) -> None:
    scope = Scope({"data": {"x": [1, 2, 3]}})
    assert holds({"variable": f"data.x.{name}", "operator": "not_exists"}, scope)


@pytest.mark.parametrize("argument", ["[" * 100_000, "9" * 5_000, '{"a":' * 50_000])
def test_an_argument_that_nobody_can_read_stands_for_itself(argument: str) -> None:
    condition = {"variable": "data.x", "operator": "equal_to", "argument": argument}
    assert holds(condition, Scope({"data": {"x": argument}}))


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=5)


@given(values, st.sampled_from(sorted(OPERATORS)), values)
def test_any_value_and_argument_have_an_answer(value: Any, operator: str, argument: Any) -> None:
    scope = Scope({"data": {"x": value}})
    condition = {"variable": "data.x", "operator": operator, "argument": argument}
    assert holds(condition, scope) in (True, False)


@given(values, values)
def test_opposites_are_opposite(value: Any, argument: Any) -> None:
    scope = Scope({"data": {"x": value}})
    for operator, opposite in (
        ("equal_to", "not_equal_to"),
        ("contains", "not_contains"),
        ("contains_all", "not_contains_all"),
        ("empty", "not_empty"),
        ("exists", "not_exists"),
        ("is_timestamp", "is_not_timestamp"),
        ("is_audience_member", "is_not_audience_member"),
    ):
        one, other = (
            holds({"variable": "data.x", "operator": name, "argument": argument}, scope)
            for name in (operator, opposite)
        )
        assert one is not other
