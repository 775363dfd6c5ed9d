"""Whether JSON is part of other JSON, beside a naive model."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_knock.api.json_subset import difference

leaves = st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["", "a", "é"])
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    ),
    max_leaves=6,
)


def is_part(wanted: Any, found: Any) -> bool:
    """By trying every way to choose as many items as are wanted."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            name in found and is_part(value, found[name]) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and any(
            all(is_part(w, f) for w, f in zip(wanted, chosen, strict=True))
            for chosen in combinations(found, len(wanted))
        )
    return type(wanted) is type(found) and bool(wanted == found)


@given(values, values)
def test_it_agrees_with_trying_every_way(wanted: Any, found: Any) -> None:
    problem = difference(wanted, found)
    assert (problem is None) == is_part(wanted, found)
    assert problem is None or problem.startswith("body")


@given(values)
def test_every_value_is_part_of_itself(value: Any) -> None:
    assert difference(value, value) is None


def test_the_place_is_told() -> None:
    wanted = {"users": [{"id": "a", "name": "Zoe"}]}
    found = {"users": [{"id": "a", "name": "Ellie"}]}
    assert difference(wanted, found) == 'body.users[0].name is "Ellie", not "Zoe"'
    assert difference(wanted, {}) == "body has no 'users'"
    assert difference({"n": 1}, {"n": 1.0}) is None
