from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.arazzo import MISSING, ExpressionError, Policies
from contract_tests.arazzo.context import Context
from contract_tests.arazzo.templates import evaluate, fill, parse_template

CONTEXT = Context(
    inputs={
        "key": "sk_1",
        "n": 5,
        "list": [1],
        "first": "a",
        "second": "b",
        "nil": None,
        "odd name": "spaces",
        "host": "h",
    }
)
_pieces = ["$", "{", "}", "$inputs.key", "{$inputs.key}", "$url", "#/", ".", "a", " ", "$$", "\\"]
tricky = st.lists(st.sampled_from(_pieces) | st.text(max_size=3)).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$inputs.list", [1]),
        ("$inputs.n", 5),
        ("$inputs.nil", None),
        ("$inputs.none", MISSING),
        ("$inputs#/odd name", "spaces"),
        ("{$inputs.n}", "5"),
        ("n={$inputs.n}, list={$inputs.list}", "n=5, list=[1]"),
        ("Bearer {$inputs.key}", "Bearer sk_1"),
        ("Bearer $inputs.key", "Bearer sk_1"),
        ("$inputs.first-$inputs.second", "a-b"),
        ("$inputs.first,$inputs.second", "a,b"),
        ("$inputs.first$inputs.second", "ab"),
        ("http://$inputs.host/x?y=$inputs.n.", "http://h/x?y=5."),
        ("$inputs.host/path", "h/path"),
        ("/a/{key}/{$inputs.n}", "/a/{key}/5"),
        ("{$inputs#/odd name}", "spaces"),
        ("$5 or {$5}", "$5 or {$5}"),
        ("$inputsx and $foo.bar", "$inputsx and $foo.bar"),
        ("cost: $", "cost: $"),
    ],
)
def test_strings_with_bare_embedding(text: str, expected: Any) -> None:
    assert evaluate(text, CONTEXT, bare=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bearer $inputs.key", "Bearer $inputs.key"),
        ("Bearer {$inputs.key}", "Bearer sk_1"),
        ("$inputs.key", "sk_1"),
        ("$inputs.first-$inputs.second", "$inputs.first-$inputs.second"),
    ],
)
def test_strings_without_bare_embedding(text: str, expected: str) -> None:
    assert evaluate(text, CONTEXT, bare=False) == expected


def test_bare_expressions_are_reported_either_way() -> None:
    for bare in (True, False):
        assert parse_template("Bearer $inputs.key", bare).bare == ("$inputs.key",)
        assert parse_template("Bearer {$inputs.key}", bare).bare == ()
        assert parse_template("$inputs.key", bare).bare == ()


@pytest.mark.parametrize("text", ["a {$inputs.none}", "a $inputs.none", "{$inputs.none}"])
def test_no_value_inside_text_is_an_error(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"\$inputs.none has no value"):
        evaluate(text, CONTEXT, bare=True)


@pytest.mark.parametrize("text", ["{$response.bogus}", "a {$inputs.}", "$response.bogus"])
def test_a_malformed_expression_is_an_error_and_not_text(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(text, True)


@given(tricky)
def test_data_is_put_in_as_it_is_and_never_evaluated(data: str) -> None:
    context = Context(inputs={"data": data, "key": "SECRET"})
    for bare in (True, False):
        assert evaluate("$inputs.data", context, bare=bare) == data
        assert evaluate("<{$inputs.data}>", context, bare=bare) == f"<{data}>"
        twice = evaluate("{$inputs.data}{$inputs.data}", context, bare=bare)
        assert twice == data + data
    assert evaluate("< $inputs.data >", context, bare=True) == f"< {data} >"


@given(st.recursive(tricky, lambda v: st.lists(v) | st.dictionaries(st.text(), v), max_leaves=5))
def test_data_inside_a_payload_is_never_evaluated(data: Any) -> None:
    context = Context(inputs={"data": data, "key": "SECRET"})
    filled = fill({"users": "$inputs.data"}, context, Policies(), lambda _: None)
    assert filled == {"users": data}


PAYLOAD = {"a": "$inputs.n", "b": "$inputs.none", "c": ["$inputs.none", 1, None], "d": {"$x": "y"}}


def test_absent_values_are_omitted() -> None:
    notes: list[str] = []
    filled = fill(PAYLOAD, CONTEXT, Policies(), notes.append)
    assert filled == {"a": 5, "c": [1, None], "d": {"$x": "y"}}
    assert notes == ["$inputs.none has no value and was left out"] * 2
    assert fill("$inputs.none", CONTEXT, Policies(), notes.append) is MISSING


def test_absent_values_are_null() -> None:
    notes: list[str] = []
    filled = fill(PAYLOAD, CONTEXT, Policies(absent_input="null"), notes.append)
    assert filled == {"a": 5, "b": None, "c": [None, 1, None], "d": {"$x": "y"}}
    assert notes == ["$inputs.none has no value and was sent as null"] * 2


def test_absent_values_are_an_error() -> None:
    with pytest.raises(ExpressionError, match="absent_input: error"):
        fill(PAYLOAD, CONTEXT, Policies(absent_input="error"), lambda _: None)
