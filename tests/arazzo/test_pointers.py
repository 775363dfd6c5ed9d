from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.arazzo import MISSING, pointers

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.text()))
def test_a_pointer_read_back_gives_its_tokens(tokens: list[str]) -> None:
    assert pointers.parse(pointers.build(tokens)) == tuple(tokens)


@given(st.text(alphabet="/~01ab ", max_size=12))
def test_a_pointer_that_can_be_read_is_written_the_same(text: str) -> None:
    try:
        tokens = pointers.parse(text)
    except pointers.PointerError:
        return
    assert pointers.build(tokens) == text


@given(json_values)
def test_every_place_in_a_value_is_reached_by_its_pointer(value: Any) -> None:
    def check(tokens: tuple[str, ...], part: Any) -> None:
        assert pointers.follow(value, pointers.parse(pointers.build(tokens))) is part
        members = dict(enumerate(part)) if isinstance(part, list) else part
        for key, item in members.items() if isinstance(members, dict) else ():
            check((*tokens, str(key)), item)

    check((), value)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", {"a": [1, {"b/c": 2, "~": 3}]}),
        ("/a/0", 1),
        ("/a/1/b~1c", 2),
        ("/a/1/~0", 3),
        ("/a/2", MISSING),
        ("/a/01", MISSING),
        ("/a/-", MISSING),
        ("/a/-1", MISSING),
        ("/a/99999999999999999999999999", MISSING),
        ("/b", MISSING),
        ("/a/0/x", MISSING),
    ],
)
def test_following(pointer: str, expected: Any) -> None:
    value = {"a": [1, {"b/c": 2, "~": 3}]}
    assert pointers.follow(value, pointers.parse(pointer)) == expected


@pytest.mark.parametrize("text", ["a", "a/b", "/a~", "/~2", "#/a"])
def test_what_is_no_pointer(text: str) -> None:
    with pytest.raises(pointers.PointerError):
        pointers.parse(text)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", 9),
        ("/a/0", {"a": [9, 2]}),
        ("/a/-", {"a": [1, 2, 9]}),
        ("/new", {"a": [1, 2], "new": 9}),
    ],
)
def test_putting(pointer: str, expected: Any) -> None:
    assert pointers.put(copy.deepcopy({"a": [1, 2]}), pointers.parse(pointer), 9) == expected


@pytest.mark.parametrize("pointer", ["/a/2", "/x/y", "/a/0/b"])
def test_putting_where_there_is_no_place(pointer: str) -> None:
    with pytest.raises(pointers.PointerError, match="no place"):
        pointers.put({"a": [1, 2]}, pointers.parse(pointer), 9)
