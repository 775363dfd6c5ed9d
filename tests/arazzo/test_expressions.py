from __future__ import annotations

from typing import Any

import pytest

from contract_tests.arazzo import MISSING, ExpressionError, Request, Response
from contract_tests.arazzo.context import Context, Exchange
from contract_tests.arazzo.expressions import parse_expression, resolve, text_of

BODY = {
    "id": "7",
    "status": None,
    "rows": [{"id": "a"}, {"id": "b"}],
    "a.b": {"c": 1},
    "a": {"b": {"c": 2}},
    "x/y": "slash",
}
CONTEXT = Context(
    inputs={"users": [{"id": "u"}], "user.name": "dots", "user": {"name": "members"}, "nil": None},
    outputs={"bar": 3},
    steps={"poll": {"outputs": {"state": {"code": 5}, "run-id": "r"}}, "never": {"outputs": {}}},
    workflows={"sub": {"inputs": {"i": 1}, "outputs": {"o": [10, 20]}}},
    sources={"api": {"name": "api", "url": "../api.yml", "type": "openapi"}},
    components={"parameters": {"page": {"name": "page", "in": "query", "value": 1}}},
    exchange=Exchange(
        Request("GET", "http://h/things/7?tag=x", (("X-One", "1"), ("X-One", "2"))),
        path={"id": 7},
        query={"tag": ["x"]},
        payload={"deep": {"er": True}},
        response=Response(201, (("Content-Type", "application/json"), ("X.Y", "dots"))),
        body=BODY,
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$inputs.users", [{"id": "u"}]),
        ("$inputs.users[0].id", "u"),
        ("$inputs.users#/0/id", "u"),
        ("$inputs.users[1]", MISSING),
        ("$inputs.user.name", "dots"),
        ("$inputs.nil", None),
        ("$inputs.none", MISSING),
        ("$inputs.nil.more", MISSING),
        ("$inputs#/user.name", "dots"),
        ("$outputs.bar", 3),
        ("$steps.poll.outputs.state", {"code": 5}),
        ("$steps.poll.outputs.state.code", 5),
        ("$steps.poll.outputs.state#/code", 5),
        ("$steps.poll.outputs.run-id", "r"),
        ("$steps.never.outputs.x", MISSING),
        ("$steps.unknown.outputs.x", MISSING),
        ("$workflows.sub.outputs.o#/1", 20),
        ("$workflows.sub.inputs.i", 1),
        ("$sourceDescriptions.api.url", "../api.yml"),
        ("$components.parameters.page", {"name": "page", "in": "query", "value": 1}),
        ("$url", "http://h/things/7?tag=x"),
        ("$method", "GET"),
        ("$statusCode", 201),
        ("$request.header.x-one", "1"),
        ("$request.header.x-two", MISSING),
        ("$request.path.id", 7),
        ("$request.query.tag", ["x"]),
        ("$request.query.other", MISSING),
        ("$request.body", {"deep": {"er": True}}),
        ("$request.body#/deep/er", True),
        ("$response.header.content-type", "application/json"),
        ("$response.header.X.Y", "dots"),
        ("$response.body", BODY),
        ("$response.body#", BODY),
        ("$response.body#/status", None),
        ("$response.body#/rows/1/id", "b"),
        ("$response.body#/x~1y", "slash"),
        ("$response.body#/nope", MISSING),
        ("$response.body.rows[1].id", "b"),
        ("$response.body.a.b.c", 1),
        ("$response.query.tag", MISSING),
        ("$response.path.id", MISSING),
    ],
)
def test_what_expressions_lead_to(text: str, expected: Any) -> None:
    assert resolve(parse_expression(text), CONTEXT) == expected


@pytest.mark.parametrize("text", ["$url", "$statusCode", "$request.body", "$response.body#/a"])
def test_before_a_call_nothing_of_it_is_there(text: str) -> None:
    assert resolve(parse_expression(text), Context()) is MISSING


@pytest.mark.parametrize("text", ["$statusCode", "$response.body", "$response.header.a"])
def test_a_call_without_a_response_has_none(text: str) -> None:
    context = Context(exchange=Exchange(Request("GET", "http://h"), path={}, query={}))
    assert resolve(parse_expression(text), context) is MISSING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inputs.a",
        "$",
        "$foo.bar",
        "$inputs.",
        "$steps",
        "$outputs",
        "$response",
        "$response.status",
        "$response.bodyx",
        "$response.header",
        "$response.header.",
        "$response.body/status",
        "$response.body#status",
        "$response.body#/a~2",
        "$response.header.A#/b",
        "$statusCode.x",
        "$statusCode#/x",
        "$method2",
    ],
)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (5, "5"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ([1, "é"], '[1,"é"]'),
        ({"a": {}}, '{"a":{}}'),
    ],
)
def test_how_values_read_in_text(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_a_missing_value_has_no_text() -> None:
    with pytest.raises(ExpressionError):
        text_of(MISSING)
    assert not MISSING
    assert repr(MISSING) == "MISSING"
