from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.arazzo import MISSING, CriterionError, Policies, Request, Response
from contract_tests.arazzo.context import Context, Exchange
from contract_tests.arazzo.criteria import compile_criterion
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.jsonpath import compile_logical, compile_query
from contract_tests.arazzo.model import Criterion

BODY = {
    "status": "completed",
    "count": 2,
    "pets": [{"n": 1}, {"n": 2}],
    "box": {"length": 9},
    "it's": "x.length",
}


def criterion(condition: str, kind: str = "jsonpath", **fields: Any) -> Criterion:
    context = fields.get("context", "$response.body")
    return Criterion(condition, kind, context, fields.get("version"), "flow.yml#/c")


def value_of(item: Criterion, body: Any = None, **policies: Any) -> tuple[bool, set[str]]:
    remarks = Diagnostics()
    check = compile_criterion(item, Policies(**policies), remarks)
    body = BODY if body is None else body
    exchange = Exchange(
        Request("GET", "http://h"), {}, {}, response=Response(200, (("X", "a1b"),)), body=body
    )
    return check.evaluate(Context(exchange=exchange)), {remark.rule for remark in remarks}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("$.status", True),
        ("$.nothing", False),
        ("$.pets[?@.n == 2]", True),
        ("$.pets[?@.n == 3]", False),
        ("$[?$.status == 'completed']", True),
        ("$[?$.status == 'COMPLETED']", False),
        ("$[?@ == 'completed']", True),
        ("$[?@.status == 'completed']", False),
        ("$[?count(@.*) > 0]", True),
        ("$[?length(@) == 2]", True),
    ],
)
def test_strict_queries_are_true_when_they_select_something(query: str, expected: bool) -> None:
    for mode in ("strict", "lenient"):
        assert value_of(criterion(query), jsonpath=mode) == (expected, set())


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$.status == 'completed'", True),
        ('$.status == "completed"', True),
        ("@.status == 'completed'", True),
        ("$.status == 'queued' || $.status == 'processing'", False),
        ("$.status == 'completed' && $.count > 1", True),
        ("!($.status == 'queued')", True),
        ("$.count >= 3", False),
        ("$.absent == 'x'", False),
        ("$.absent != 'x'", True),
        ("$.absent == $.missing", True),
        ("$.pets.length > 1", True),
        ("$.pets.length == 2", True),
        ("$.status.length == 9", True),
        ("$.box.length == 9", True),
        ("$['it\\'s'] == 'x.length'", True),
        ("$['it\\'s'].length == 8", True),
        ("$.pets[0].n == 1", True),
        ("$.count.length == 2", False),
        ("length($.pets) == 2", True),
        ("search($.status, 'comp')", True),
        ("$.pets[?@.n == 2]", True),
    ],
)
def test_logical_text_is_read_leniently(condition: str, expected: bool) -> None:
    value, rules = value_of(criterion(condition))
    assert value is expected
    assert rules == ({"jsonpath-lenient"} if condition != "$.pets[?@.n == 2]" else set())


@pytest.mark.parametrize("body", [{}, [], "text", 5, None, {"status": None}])
def test_lenient_conditions_on_other_bodies_are_false(body: Any) -> None:
    assert compile_logical("$.status == 'completed'")(body) is False


@pytest.mark.parametrize("condition", ["$.status == 'completed'", "$.pets.length > 1", "$["])
def test_strict_mode_refuses_what_is_no_query(condition: str) -> None:
    with pytest.raises(CriterionError, match="is no RFC 9535 query") as caught:
        value_of(criterion(condition), jsonpath="strict")
    assert caught.value.place == "flow.yml#/c"


@pytest.mark.parametrize(
    "condition",
    ["", "$.a ==", "$.a = 1", "a == 1", "$.a == 1][?$.b == 2", "$.a == 1, ?$.b", "foo($.a)", "*"],
)
def test_what_is_neither_query_nor_logical(condition: str) -> None:
    with pytest.raises(CriterionError):
        compile_logical(condition)


@given(st.sampled_from(["queued", "processing", "completed", "failed", "Completed", ""]))
def test_the_two_spellings_of_a_status_agree(status: str) -> None:
    body = {"status": status, "other": 1}
    lenient = compile_logical("$.status == 'completed'")(body)
    assert lenient is compile_query("$[?$.status == 'completed']")(body)
    assert lenient is (status == "completed")


@pytest.mark.parametrize(
    ("pattern", "context", "expected"),
    [
        ("^200$", "$statusCode", True),
        ("^20$", "$statusCode", False),
        ("0", "$statusCode", True),
        ("comp", "$response.body#/status", True),
        ("Comp", "$response.body#/status", False),
        ("^a\\db$", "$response.header.x", True),
        (".", "$response.header.absent", False),
        ('"n":2', "$response.body#/pets", True),
    ],
)
def test_regex(pattern: str, context: str, expected: bool) -> None:
    value, rules = value_of(criterion(pattern, "regex", context=context))
    assert value is expected
    assert rules == {"regex-dialect"}


def test_simple_is_compiled_too() -> None:
    assert value_of(criterion("$statusCode == 200", "simple", context=None)) == (True, set())


def test_the_goessner_draft_is_taken_with_a_remark() -> None:
    item = criterion("$[?(@.n)]", version="draft-goessner-dispatch-jsonpath-00")
    assert value_of(item) == (False, {"jsonpath-draft"})


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (criterion("//a", "xpath"), "xpath are not supported"),
        (criterion("$.a", version="draft-x"), "version 'draft-x' is not supported"),
        (criterion("(", "regex"), "no regular expression"),
        (criterion("^{$inputs.a}$", "regex"), "inside a regex condition"),
        (criterion("$[?@.a == '{$inputs.a}']"), "inside a jsonpath condition"),
        (criterion("$.a", context="response.body"), "no runtime expression"),
        (criterion("status == 5", "simple"), "'status' is no literal"),
    ],
)
def test_what_is_unsupported_is_refused_when_compiled(item: Criterion, message: str) -> None:
    with pytest.raises(CriterionError, match=message) as caught:
        compile_criterion(item, Policies(), Diagnostics())
    assert caught.value.place == "flow.yml#/c"


def test_an_evaluation_error_names_condition_and_place() -> None:
    with pytest.raises(CriterionError, match=r"'\$statusCode > null': a number and null") as caught:
        value_of(criterion("$statusCode > null", "simple"))
    assert caught.value.place == "flow.yml#/c"


def test_a_missing_context_is_false() -> None:
    remarks = Diagnostics()
    for kind in ("jsonpath", "regex"):
        check = compile_criterion(criterion("$", kind), Policies(), remarks)
        assert check.evaluate(Context()) is False
    assert MISSING is not None
