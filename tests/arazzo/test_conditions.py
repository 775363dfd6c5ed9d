from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.arazzo import CriterionError, Request, Response
from contract_tests.arazzo.comparison import equal, holds
from contract_tests.arazzo.conditions import (
    Access,
    Compare,
    Condition,
    Literal,
    Logical,
    Not,
    Reference,
    parse_condition,
)
from contract_tests.arazzo.context import Context, Exchange
from contract_tests.arazzo.expressions import parse_expression, resolve
from contract_tests.arazzo.reach import expressions_in

BODY = {
    "status": "completed",
    "count": 3,
    "ok": True,
    "nil": None,
    "quote": "it's",
    "items": [{"id": "a", "key name": 1}, {"id": "b"}],
    "text": "10",
}
CONTEXT = Context(
    inputs={"limit": 3},
    exchange=Exchange(
        Request("GET", "http://h"),
        path={},
        query={},
        response=Response(200, (("X-Count", "12"),)),
        body=BODY,
    ),
)


def value_of(text: str) -> bool:
    return holds(parse_condition(text), lambda expression: resolve(expression, CONTEXT))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$statusCode == 200", True),
        ("$statusCode==200", True),
        ("  $statusCode   ==\n200 ", True),
        ("$statusCode != 200", False),
        ("$statusCode >= 200 && $statusCode < 300", True),
        ("$statusCode > 200 || $statusCode < 200", False),
        ("!($statusCode == 200)", False),
        ("!!$response.body#/ok", True),
        ("{$statusCode == 200}", True),
        ("{$statusCode} == 200", True),
        ("($statusCode == 200)", True),
        ("true || false && false", True),
        ("(true || false) && false", False),
        ("$response.body#/status == 'completed'", True),
        ("$response.body#/status == 'COMPLETED'", True),
        ("'Straße' == 'STRASSE'", True),
        ("$response.body#/status != 'Completed'", False),
        ("$response.body#/quote == 'it''s'", True),
        ("'' == ''", True),
        ("'a' < 'B'", True),
        ("'b' < 'A'", False),
        ("$response.body#/count == 3", True),
        ("$response.body#/count == 3.0", True),
        ("$response.body#/count == -3", False),
        ("$response.body#/count == $inputs.limit", True),
        ("$response.body#/count == '3'", True),
        ("$response.body#/text > 9", True),
        ("$response.body#/text < 9", False),
        ("$response.header.x-count == 12", True),
        ("$response.header.X-Count >= 12", True),
        ("$response.body#/nil == null", True),
        ("$response.body#/nil == false", False),
        ("$response.body#/nil == 0", False),
        ("$response.body#/ok == true", True),
        ("$response.body#/ok == 1", False),
        ("$response.body#/ok == 'true'", False),
        ("$response.body#/ok", True),
        ("$response.body#/nil", False),
        ("$response.body#/absent", False),
        ("!$response.body#/absent", True),
        ("$response.body#/absent == null", False),
        ("$response.body#/absent != null", True),
        ("$response.body#/absent == $response.body#/absent", False),
        ("$response.body#/items/1/id == 'b'", True),
        ("$response.body.items[1].id == 'b'", True),
        ("$response.body#/items[1].id == 'b'", True),
        ("$response.body.items[0]['key name'] == 1", True),
        ("$response.body.items[9].id == 'b'", False),
        ("($response.body.items)[0].id == 'a'", True),
        ("$response.body#/items == $response.body.items", True),
        ("$response.body#/items == 'a'", False),
        ("false && $response.body#/status > 5", False),
        ("true || $response.body#/status > 5", True),
        ("1e2 == 100", True),
        ("-1 < 0", True),
    ],
)
def test_values_of_conditions(text: str, expected: bool) -> None:
    assert value_of(text) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: a value is expected"),
        ("   ", "a value is expected"),
        ("$statusCode =  200", "column 13: equality is written '=='"),
        ("$statusCode === 200", "equality is written"),
        ("$statusCode == ", "a value is expected, not 'the end'"),
        ("$statusCode 200", "'200' is not expected here"),
        ("$statusCode == 200 and true", "'and' is not expected here"),
        ("1 < 2 < 3", "cannot be chained"),
        ('$a == "b"', r"no runtime expression|single quotes"),
        ('$inputs.a == "b"', "strings stand in single quotes"),
        ("$inputs.a == 'b", "the string is not closed"),
        ("$inputs.a == completed", "'completed' is no literal; strings stand in single quotes"),
        ("($statusCode == 200", "a '\\)' is missing"),
        ("{$statusCode == 200", "a '}' is missing"),
        ("$inputs.a[x]", "an index is a whole number"),
        ("$inputs.a[-1]", "an index is a whole number"),
        ("$inputs.a[0", "a ']' is missing"),
        ("$inputs.", "a name must follow"),
        ("$.status == 'x'", "no runtime expression"),
        ("true ~ false", "'~' is not expected"),
        ("__import__('os')", "is no literal"),
        ("!" * 100 + "true", "nested too deeply"),
        ("(" * 5000 + "true", "nested too deeply"),
    ],
)
def test_malformed_conditions(text: str, message: str) -> None:
    with pytest.raises(CriterionError, match=message):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$response.body#/status > 5", "a string and a number cannot be compared with >"),
        ("$response.body#/absent > 5", "a missing value and a number"),
        ("$response.body#/nil < 5", "null and a number"),
        ("$response.body#/ok <= true", "a boolean and a boolean"),
        ("$response.body#/items >= 1", "a list and a number"),
        ("$response.body#/status", "a string is neither true nor false"),
        ("!$response.body#/count", "a number is neither true nor false"),
        ("$statusCode == 200 && 'x'", "a string is neither true nor false"),
    ],
)
def test_unlike_things_are_an_error_and_not_false(text: str, message: str) -> None:
    with pytest.raises(CriterionError, match=message):
        value_of(text)


def test_equality_is_deep_and_keeps_booleans_from_numbers() -> None:
    assert equal({"a": [1, "X"]}, {"a": [1.0, "x"]})
    assert not equal({"a": [1]}, {"a": [True]})
    assert not equal([1], [1, 2])
    assert not equal({"a": 1}, {"b": 1})
    assert not equal([], {})


# A naive model beside the real thing: a condition is built as a tree, written as text with spare
# spaces and parentheses, read back, and evaluated in the plainest way that the rules allow.

_NAMES = {"i": 3, "t": True, "s": "abc", "n": None, "big": 10**20, "f": 0.5, "z": "7"}


def _model(node: Condition) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Reference):
        return _NAMES[node.expression.name]
    if isinstance(node, Not):
        return not _model_truth(_model(node.operand))
    if isinstance(node, Logical):
        left = _model_truth(_model(node.left))
        if left is (node.operator == "||"):
            return left
        return _model_truth(_model(node.right))
    assert isinstance(node, Compare)
    left, right = _plain(_model(node.left)), _plain(_model(node.right))
    if node.operator in ("==", "!="):
        same = type(left) is type(right) and left == right
        if isinstance(left, tuple) != isinstance(right, tuple):
            same = _numeric(left) is not None and _numeric(left) == _numeric(right)
        return same is (node.operator == "==")
    if isinstance(left, tuple) != isinstance(right, tuple):
        left, right = _numeric(left), _numeric(right)
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        raise CriterionError("unlike")
    order = {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    return order[node.operator]


def _plain(value: Any) -> Any:
    """Strings as 1-tuples without case, to tell them from numbers; numbers as they are."""
    if isinstance(value, str):
        return (value.casefold(),)
    return float(value) if type(value) is int and value < 2**50 else value


def _numeric(value: Any) -> Any:
    if isinstance(value, tuple):
        return float(value[0]) if value[0].isdecimal() and value[0].isascii() else None
    return None if isinstance(value, bool) else value


def _model_truth(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise CriterionError("no truth value")


def _write(node: Condition, spaces: str) -> str:
    if isinstance(node, Literal):
        if isinstance(node.value, str):
            return "'" + node.value.replace("'", "''") + "'"
        return json.dumps(node.value)
    if isinstance(node, Reference):
        return node.expression.text
    if isinstance(node, Not):
        return f"!{spaces}({_write(node.operand, spaces)})"
    assert isinstance(node, (Compare, Logical))
    left, right = _write(node.left, spaces), _write(node.right, spaces)
    return f"({left}{spaces}){spaces}{node.operator}{spaces}({right})"


_leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        Literal,
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-1000, 1000),
            st.sampled_from([0.5, 1.25, -2.0]),
            st.text(alphabet="aB'7 $()&|=!.", max_size=4),
        ),
    ),
    st.sampled_from(sorted(_NAMES)).map(lambda n: Reference(parse_expression(f"$inputs.{n}"))),
)
_trees: st.SearchStrategy[Condition] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Logical, st.sampled_from(["&&", "||"]), inner, inner),
        st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner),
    ),
    max_leaves=10,
)


@given(_trees, st.sampled_from(["", " ", "\n  "]))
def test_the_evaluator_agrees_with_a_naive_model(tree: Condition, spaces: str) -> None:
    context = Context(inputs=_NAMES)
    parsed = parse_condition(_write(tree, spaces))
    assert parsed == tree
    try:
        expected: bool | None = _model_truth(_model(tree))
    except CriterionError:
        expected = None
    try:
        actual: bool | None = holds(parsed, lambda expression: resolve(expression, context))
    except CriterionError:
        actual = None
    assert actual is expected


@given(st.text(alphabet="$a.b[0]'()!&|=<> {}#/\"1e-", max_size=20))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with suppress(CriterionError):
        parse_condition(text)


def test_the_expressions_of_a_condition_are_found() -> None:
    condition = parse_condition("!$inputs.a && ($inputs.b[0] == 'x' || $steps.c.outputs.d > 1)")
    texts = [expression.text for expression in expressions_in(condition)]
    assert texts == ["$inputs.a", "$inputs.b", "$steps.c.outputs.d"]
    assert parse_condition("$inputs.b[0]") == Access(Reference(parse_expression("$inputs.b")), 0)
