"""What goes onto the wire: paths, queries, headers, cookies, bodies, keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.arazzo import Request, Result

from .flows import Script, flow, rules, run_flow, step


def send(
    item: dict[str, Any], inputs: dict[str, Any] | None = None, **options: Any
) -> tuple[Request, Result]:
    transport = Script()
    result = run_flow(flow(item), transport, inputs, **options)
    assert transport.requests, result.reason
    return transport.requests[0], result


def refused(item: dict[str, Any], inputs: dict[str, Any] | None = None, **options: Any) -> str:
    transport = Script()
    result = run_flow(flow(item), transport, inputs, **options)
    assert not transport.requests
    assert result.status == "error"
    return result.reason


def parameter(name: str, location: str, value: Any = "$inputs.v") -> dict[str, Any]:
    return {"name": name, "in": location, "value": value}


@pytest.mark.parametrize(
    ("name", "value", "query"),
    [
        ("tag", "a b&c", "tag=a%20b%26c"),
        ("tag", ["a", "b,c"], "tag=a&tag=b%2Cc"),
        ("joined", ["a", "b"], "joined=a%2Cb"),
        ("piped", ["a", "b"], "piped=a%7Cb"),
        ("filter", {"x": 1, "y": "z"}, "filter%5Bx%5D=1&filter%5By%5D=z"),
        ("shape", {"x": [1]}, "shape=%7B%22x%22%3A%5B1%5D%7D"),
        ("undeclared", ["a", "b"], "undeclared=a&undeclared=b"),
        ("undeclared", {"x": 1}, "x=1"),
        ("tag", True, "tag=true"),
        ("tag", 1.5, "tag=1.5"),
        ("tag", [], ""),
    ],
)
def test_query_parameters(name: str, value: Any, query: str) -> None:
    request, _ = send(step(parameters=[parameter(name, "query")]), {"v": value})
    assert request.url.partition("?")[2] == query


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("a", "/things/a"),
        ("a/b?c#d%e", "/things/a%2Fb%3Fc%23d%25e"),
        ("{id}", "/things/%7Bid%7D"),
        ("é", "/things/%C3%A9"),
        (7, "/things/7"),
        (["a", "b/c"], "/things/a,b%2Fc"),
        ({"x": 1}, "/things/x,1"),
    ],
)
def test_path_parameters(value: Any, path: str) -> None:
    item = step(operation="getThing", parameters=[parameter("id", "path")])
    request, _ = send(item, {"v": value})
    assert request.url == f"http://server.test{path}"


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_a_path_value_stays_one_segment_whatever_it_holds(value: str) -> None:
    item = step(operation="getThing", parameters=[parameter("id", "path")])
    transport = Script()
    result = run_flow(flow(item), transport, {"v": value})
    if result.status == "error":
        assert "UTF-8" in result.reason
        return
    assert transport.requests[0].url.count("/") == 4
    assert not set("?# ") & set(transport.requests[0].url)


def test_path_values_do_not_fill_each_other() -> None:
    item = step(
        operation="getPart",
        parameters=[parameter("id", "path", "{part}"), parameter("part", "path", "p")],
    )
    request, _ = send(item)
    assert request.url == "http://server.test/things/%7Bpart%7D/parts/p"


@pytest.mark.parametrize("value", ["", ".", "..", None])
def test_path_values_that_would_change_the_route(value: Any) -> None:
    reason = refused(step(operation="getThing", parameters=[parameter("id", "path")]), {"v": value})
    assert "the path parameter 'id'" in reason
    assert "flow.yml#/workflows/0/steps/0/parameters/0" in reason


def test_a_path_parameter_without_a_value_is_an_error_under_any_policy() -> None:
    item = step(operation="getThing", parameters=[parameter("id", "path", "$inputs.none")])
    for policy in ("omit", "null", "error"):
        assert "has no value" in refused(item, absent_input=policy)


def test_headers_and_cookies() -> None:
    request, result = send(
        step(
            parameters=[
                parameter("X-List", "header", ["a", "b"]),
                parameter("X-Number", "header", 5),
                parameter("session", "cookie", "abc"),
                parameter("theme", "cookie", "dark"),
                parameter("X-None", "header", "$inputs.none"),
            ]
        )
    )
    assert list(request.headers) == [
        ("X-List", "a,b"),
        ("X-Number", "5"),
        ("Cookie", "session=abc; theme=dark"),
    ]
    assert "absent-value" in rules(result)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (parameter("X-A", "header", "a\r\nX-B: c"), "no header can carry"),
        (parameter("X-A", "header", "é"), "no header can carry"),
        (parameter("X A", "header", "a"), "no header name"),
        (parameter("s", "cookie", "a; b"), "no cookie can carry"),
        (parameter("matrix", "query", "a"), "style matrix"),
        (parameter("tag", "query", "\ud800"), "UTF-8 cannot carry"),
        (parameter("tag", "query", "a {$inputs.none}"), "no value to put into the text"),
    ],
)
def test_values_that_cannot_be_sent(item: dict[str, Any], message: str) -> None:
    assert message in refused(step(parameters=[item]))


def body_step(payload: Any = "$inputs.v", **body: Any) -> dict[str, Any]:
    fields = {"payload": payload, **body}
    return step(operation="makeThing", requestBody=fields)


def test_json_is_preferred_of_the_operation_s_content_types() -> None:
    request, _ = send(body_step({"a": "$inputs.v", "b": ["{$inputs.v}!"]}), {"v": {"x": None}})
    assert request.header("content-type") == "application/json"
    assert json.loads(request.content or b"") == {"a": {"x": None}, "b": ['{"x":null}!']}


@pytest.mark.parametrize(
    ("payload", "content_type", "content"),
    [
        ({"a": "b c", "l": ["x", 1]}, "application/x-www-form-urlencoded", b"a=b+c&l=x&l=1"),
        ("a={$inputs.q}&b", "application/x-www-form-urlencoded", b"a=%22%26%3C&b"),
        ("<a>{$inputs.q}</a>", "application/xml", b"<a>&quot;&amp;&lt;</a>"),
        ("raw {$inputs.q}", "text/plain", b'raw "&<'),
        ("$inputs.q", "application/json", b'"\\"&<"'),
        ('{"a": "{$inputs.q}", "n": {$inputs.n}}', "application/json", b'{"a":"\\"&<","n":[1]}'),
        ('{"a": "{$inputs.q}"}', "application/merge-patch+json", b'{"a":"\\"&<"}'),
    ],
)
def test_bodies_by_content_type(payload: Any, content_type: str, content: bytes) -> None:
    item = body_step(payload, contentType=content_type)
    request, _ = send(item, {"q": '"&<', "n": [1]})
    assert request.content == content
    assert request.header("Content-Type") == content_type


def test_text_that_is_no_json_when_filled_in() -> None:
    item = body_step('{"a": {$inputs.v}}', contentType="application/json")
    assert "not JSON when filled in" in refused(item, {"v": "text"})
    item = body_step({"a": 1}, contentType="text/plain")
    assert "cannot be made of an object" in refused(item)


def test_replacements_leave_the_inputs_alone() -> None:
    inputs = {"v": {"list": [1, 2], "keep": True}, "new": "n"}
    item = body_step(
        replacements=[
            {"target": "/list/0", "value": "$inputs.new"},
            {"target": "/list/-", "value": {"deep": "{$inputs.new}!"}},
            {"target": "/added", "value": 5},
            {"target": "/absent", "value": "$inputs.none"},
        ]
    )
    request, _ = send(item, inputs)
    assert json.loads(request.content or b"") == {
        "list": ["n", 2, {"deep": "n!"}],
        "keep": True,
        "added": 5,
    }
    assert inputs["v"] == {"list": [1, 2], "keep": True}


def test_a_replacement_without_a_place() -> None:
    item = body_step({"a": 1}, replacements=[{"target": "/b/c", "value": 1}])
    assert "no place '/b/c' to set" in refused(item)


@pytest.mark.parametrize(
    ("policy", "content"), [("omit", b'{"a":1}'), ("null", b'{"a":1,"data":null}')]
)
def test_an_absent_member(policy: str, content: bytes) -> None:
    request, _ = send(body_step({"a": 1, "data": "$inputs.data"}), absent_input=policy)
    assert request.content == content


def test_an_absent_member_as_an_error() -> None:
    reason = refused(body_step({"data": "$inputs.data"}), absent_input="error")
    assert "$inputs.data has no value" in reason


def test_an_absent_payload_is_no_body() -> None:
    request, _ = send(body_step("$inputs.none"))
    assert request.content is None
    assert request.header("Content-Type") is None


def test_the_api_key_goes_where_the_document_sets_none() -> None:
    request, result = send(step(), api_key="sk_test_1")
    assert request.header("authorization") == "Bearer sk_test_1"
    assert "sk_test_1" not in json.dumps(result.to_json())
    explicit = step(parameters=[parameter("authorization", "header", "Basic x")])
    request, _ = send(explicit, api_key="sk_test_1")
    assert [v for k, v in request.headers if k.lower() == "authorization"] == ["Basic x"]
    request, _ = send(step(operation="openDoor"), api_key="sk_test_1")
    assert request.header("authorization") is None
    assert "no header can carry" in refused(step(), api_key="sk\n")
