"""Workflows that call, depend on and go to workflows; inputs; outputs; the trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.arazzo import (
    Library,
    LinkError,
    Response,
    Servers,
    VirtualClock,
    link,
    parse_document,
    run,
    run_file,
)

from .flows import (
    BASE,
    OPENAPI,
    Handler,
    Script,
    answer,
    flow,
    linked,
    path_of,
    rules,
    run_flow,
    step,
)


def test_a_step_may_call_a_workflow() -> None:
    document = flow(
        step(
            "call",
            workflowId="sub",
            parameters=[
                {"name": "id", "value": "{$inputs.prefix}-1"},
                {"name": "extra", "in": "query", "value": "$inputs.none"},
            ],
            outputs={"got": "$outputs.made", "same": "$workflows.sub.outputs.made"},
        ),
        step("z", parameters=[{"name": "t", "in": "query", "value": "$steps.call.outputs.got"}]),
        outputs={"result": "$steps.call.outputs.got", "id": "$workflows.sub.inputs.id"},
        workflows=[
            {
                "workflowId": "sub",
                "inputs": {"type": "object", "required": ["id"], "additionalProperties": False,
                           "properties": {"id": {"type": "string"}}},
                "steps": [
                    step(
                        "inner",
                        operation="getThing",
                        parameters=[{"name": "id", "in": "path", "value": "$inputs.id"}],
                        outputs={"n": "$response.body#/n"},
                    )
                ],
                "outputs": {"made": "$steps.inner.outputs.n"},
            }
        ],
    )  # fmt: skip
    transport = Script(answer(200, {"n": 5}))
    result = run_flow(document, transport, {"prefix": "p"})
    assert result.status == "completed"
    assert result.outputs == {"result": 5, "id": "p-1"}
    assert [(v.step, v.depth, v.called, v.number) for v in result.steps] == [
        ("call", 0, "sub", 1),
        ("inner", 1, None, 2),
        ("z", 0, None, 3),
    ]
    assert result.steps[0].outputs == {"got": 5, "same": 5}
    assert [r.url.removeprefix(BASE) for r in transport.requests] == ["/things/p-1", "/things?t=5"]


def test_a_workflow_that_fails_fails_the_step_that_called_it() -> None:
    document = flow(
        step("call", workflowId="sub", onFailure=[{"name": "x", "type": "goto", "stepId": "b"}]),
        step("a"),
        step("b"),
        workflows=[{"workflowId": "sub", "steps": [step("inner")]}],
    )
    result = run_flow(document, Script(answer(500), answer(200)))
    assert result.status == "completed"
    assert path_of(result) == ["call", "inner", "b"]
    assert "workflow 'sub': step 'inner' failed" in (result.steps[0].error or "")


def test_success_criteria_of_a_step_that_calls_a_workflow() -> None:
    document = flow(
        step("call", workflowId="sub", successCriteria=[{"condition": "$outputs.n == 6"}]),
        workflows=[
            {
                "workflowId": "sub",
                "steps": [step("inner", outputs={"n": "$response.body#/n"})],
                "outputs": {"n": "$steps.inner.outputs.n"},
            }
        ],
    )
    assert run_flow(document, Script(answer(200, {"n": 6}))).status == "completed"
    failed = run_flow(document, Script(answer(200, {"n": 7})))
    assert failed.status == "failed"
    assert "$outputs.n == 6 does not hold" in failed.reason


def test_workflows_that_call_each_other_for_ever_are_stuck() -> None:
    document = flow(
        step(workflowId="b"),
        workflows=[{"workflowId": "b", "steps": [step(workflowId="main")]}],
    )
    result = run_flow(document)
    assert result.status == "stuck"
    assert "more than 16 deep" in result.reason
    assert run_flow(document, max_depth=64).status == "stuck"


def test_bad_inputs_for_a_called_workflow_are_an_error() -> None:
    document = flow(
        step("call", workflowId="sub"),
        workflows=[{"workflowId": "sub", "inputs": {"required": ["id"]}, "steps": [step()]}],
    )
    result = run_flow(document)
    assert result.status == "error"
    assert result.reason == "the inputs do not fit the workflow 'sub': input 'id' is missing"


def test_dependencies_run_first_and_once() -> None:
    others: list[dict[str, Any]] = [
        {
            "workflowId": "login",
            "inputs": {"type": "object", "properties": {"user": {}}, "additionalProperties": False},
            "steps": [step("log", outputs={"t": "$response.body#/token"})],
            "outputs": {"token": "$steps.log.outputs.t"},
        },
        {"workflowId": "setup", "dependsOn": ["login"], "steps": [step("set")]},
    ]
    document = flow(
        step(parameters=[{"name": "t", "in": "query", "value": "$workflows.login.outputs.token"}]),
        workflows=others,
        dependsOn=["login", "setup"],
    )
    transport = Script(answer(200, {"token": "abc"}))
    result = run_flow(document, transport, {"user": "u", "other": 1})
    assert result.status == "completed"
    assert path_of(result) == ["log", "set", "one"]
    assert transport.requests[-1].url.endswith("?t=abc")


def test_a_dependency_that_fails_ends_the_run() -> None:
    document = flow(
        step(), workflows=[{"workflowId": "pre", "steps": [step("a")]}], dependsOn=["pre"]
    )
    result = run_flow(document, Script(answer(500)))
    assert result.status == "failed"
    assert result.reason.startswith("the workflow 'pre', on which this one depends, failed:")
    assert path_of(result) == ["a"]


def test_a_goto_to_a_workflow_does_not_come_back() -> None:
    document = flow(
        step(onSuccess=[{"name": "away", "type": "goto", "workflowId": "other"}]),
        step("never"),
        outputs={"a": "$statusCode"},
        workflows=[
            {
                "workflowId": "other",
                "inputs": {"properties": {"id": {"type": "integer"}}},
                "steps": [step("there", outputs={"x": "$inputs.id"})],
                "outputs": {"x": "$steps.there.outputs.x"},
            }
        ],
    )
    result = run_flow(document, inputs={"id": 3, "more": 4})
    assert result.status == "completed"
    assert path_of(result) == ["one", "there"]
    assert result.outputs == {"x": 3}
    assert "goto-workflow-inputs" in rules(result)


def test_workflows_that_go_to_each_other_for_ever_are_stuck() -> None:
    def to(name: str) -> dict[str, Any]:
        return step(onSuccess=[{"name": "away", "type": "goto", "workflowId": name}])

    document = flow(to("b"), workflows=[{"workflowId": "b", "steps": [to("main")]}])
    result = run_flow(document, max_visits=10)
    assert result.status == "stuck"
    assert len(result.steps) == 20


def test_a_workflow_of_another_arazzo_document(tmp_path: Path) -> None:
    for name in ("small.yml", "small-items.yml"):
        (tmp_path / name).write_bytes((OPENAPI / name).read_bytes())
    other = flow(step("far", outputs={"s": "$statusCode"}), outputs={"s": "$steps.far.outputs.s"})
    (tmp_path / "other.arazzo.json").write_text(json.dumps(other), encoding="utf-8")
    main = flow(
        step("near", workflowId="$sourceDescriptions.other.main", outputs={"s": "$outputs.s"}),
        sources={"small": "small.yml", "other": "other.arazzo.json"},
        outputs={"s": "$steps.near.outputs.s"},
    )
    (tmp_path / "flow.json").write_text(json.dumps(main), encoding="utf-8")
    servers = Servers(BASE)
    result = run_file(
        tmp_path / "flow.json", {}, transport=Script(), clock=VirtualClock(), servers=servers
    )
    assert result.status == "completed"
    assert result.outputs == {"s": 200}
    assert path_of(result) == ["near", "far"]
    main["workflows"][0]["steps"][0]["workflowId"] = "$sourceDescriptions.other.nope"
    with pytest.raises(LinkError, match="no workflow 'nope' in other"):
        link(parse_document(main, folder=str(tmp_path)), Library())


SCHEMA = {
    "type": "object",
    "required": ["key", "users"],
    "properties": {
        "key": {"type": "string", "minLength": 3},
        "users": {"type": "array", "items": {"$ref": "#/components/inputs/user"}},
        "page": {"type": "integer", "default": 7},
    },
}


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "inputs 'key', 'users' are missing"),
        ({"key": "abc"}, "input 'users' is missing"),
        ({"key": 5, "users": []}, "input 'key' must be of type string"),
        ({"key": "sk", "users": []}, "input 'key' breaks minLength: 3"),
        ({"key": "abc", "users": [{}]}, "input 'users[0].id' is missing"),
        ({"key": "abc", "users": [{"id": 1}]}, "input 'users[0].id' must be of type string"),
        ({"key": "abc", "users": [1, 2, 3, 4, 5]}, "; and 2 more"),
    ],
)
def test_inputs_are_checked_before_any_request(inputs: dict[str, Any], message: str) -> None:
    components = {
        "inputs": {
            "user": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "string"}},
            }
        }
    }
    transport = Script()
    result = run_flow(flow(step(), inputs=SCHEMA, components=components), transport, inputs)
    assert result.status == "error"
    assert message in result.reason
    assert not transport.requests


def test_defaults_of_inputs_are_filled_in() -> None:
    item = step(parameters=[{"name": "page", "in": "query", "value": "$inputs.page"}])
    transport = Script()
    schema = {"properties": {"page": {"default": 7}}}
    run_flow(flow(item, inputs=schema), transport)
    assert transport.requests[0].url.endswith("?page=7")
    shared = flow(
        item,
        inputs={"$ref": "#/components/inputs/paged"},
        components={"inputs": {"paged": schema}},
    )
    run_flow(shared, transport)
    assert transport.requests[1].url.endswith("?page=7")


def test_an_inputs_schema_that_refers_to_nothing() -> None:
    result = run_flow(flow(step(), inputs={"$ref": "#/components/inputs/none"}))
    assert result.status == "error"
    assert "leads to nothing" in result.reason


def test_outputs_that_lead_to_nothing_are_left_out_and_noted() -> None:
    document = flow(
        step(outputs={"a": "$response.body#/a", "b": "$response.body#/b", "c": "x{$inputs.no}"}),
        outputs={"a": "$steps.one.outputs.a", "b": "$steps.one.outputs.b"},
    )
    result = run_flow(document, Script(answer(200, {"a": None})))
    assert result.outputs == {"a": None}
    missing = [d.place for d in result.diagnostics if d.rule == "output-missing"]
    assert missing == [
        "flow.yml#/workflows/0/steps/0/outputs/b",
        "flow.yml#/workflows/0/steps/0/outputs/c",
        "flow.yml#/workflows/0/outputs/b",
    ]


def test_outputs_of_an_earlier_visit_are_dropped() -> None:
    document = flow(
        step(
            outputs={"a": "$response.body#/a"},
            onSuccess=[
                {
                    "name": "again",
                    "type": "goto",
                    "stepId": "one",
                    "criteria": [{"condition": "$outputs.a == 1"}],
                },
                {"name": "done", "type": "end"},
            ],
        ),
        outputs={"a": "$steps.one.outputs.a"},
    )
    result = run_flow(document, Script(answer(200, {"a": 1}), answer(200, {})))
    assert len(result.steps) == 2
    assert result.outputs == {}


def test_outputs_of_a_failed_answer_are_there_for_later_steps() -> None:
    document = flow(
        step(
            outputs={"why": "$response.body#/message"},
            onFailure=[{"name": "x", "type": "goto", "stepId": "tell"}],
        ),
        step("tell", parameters=[{"name": "m", "in": "query", "value": "$steps.one.outputs.why"}]),
        outputs={"why": "$steps.one.outputs.why"},
    )
    transport = Script(answer(500, {"message": "m1"}), answer(200))
    result = run_flow(document, transport)
    assert transport.requests[1].url.endswith("?m=m1")
    assert result.outputs == {"why": "m1"}


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b'{"a": 1}', "", {"a": 1}),
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b'{"a": 1}', "text/plain", '{"a": 1}'),
        (b"oops", "application/json", "oops"),
        (b"NaN", "application/json", "NaN"),
        (b"\xff", "", "\ufffd"),
        (b"[" * 100_000, "", "[" * 100_000),
        (b"", "application/json", None),
    ],
)
def test_response_bodies(content: bytes, kind: str, expected: Any) -> None:
    transport = Script(Response(200, (("Content-Type", kind),), content))
    result = run_flow(flow(step(outputs={"b": "$response.body"})), transport)
    assert result.steps[0].outputs.get("b") == expected


@pytest.mark.parametrize("depth", [200, 300, 900, 20_000])
def test_deep_nesting_does_no_harm(depth: int) -> None:
    deep: Any = 1
    for _ in range(depth):
        deep = {"a": deep}
    item = step(operation="makeThing", requestBody={"payload": "$inputs.deep"})
    sent = run_flow(flow(item, inputs={"type": "object"}), Script(), {"deep": deep})
    assert sent.status == ("completed" if depth < 256 else "error")
    content = b'{"a":' * depth + b"1" + b"}" * depth
    criteria = [{"condition": "$..b", "context": "$response.body", "type": "jsonpath"}]
    item = step(outputs={"b": "$response.body"}, successCriteria=criteria)
    result = run_flow(flow(item), Script(Response(200, (), content)))
    assert result.status in ("failed", "error")
    assert json.dumps(result.to_json())


def test_each_source_may_have_its_own_server() -> None:
    document = flow(
        step("a", operation="$sourceDescriptions.small.listThings"),
        step("b", operation="$sourceDescriptions.twin.listThings"),
        sources={"small": "small.yml", "twin": "twin.yml"},
    )
    program = linked(document)

    def urls(servers: Servers) -> list[str]:
        transport = Script()
        result = run(program, {}, transport=transport, clock=VirtualClock(), servers=servers)
        return [request.url for request in transport.requests] or [result.reason]

    both = Servers("http://a.test/v0/", {"twin": "http://b.test"})
    assert urls(both) == ["http://a.test/v0/things", "http://b.test/twins"]
    assert urls(Servers(by_source={"twin": "http://b.test"})) == [
        "https://eu.small.invalid/base/things",
        "http://b.test/twins",
    ]
    assert urls(Servers()) == ["no server is known for the source 'twin'"]
    assert urls(Servers("ftp://x")) == [
        "'ftp://x' is no server URL; one looks like http://127.0.0.1:4010"
    ]


def test_which_workflow_must_be_said_when_there_are_several() -> None:
    program = linked(flow(step(), workflows=[{"workflowId": "b", "steps": [step()]}]))
    with pytest.raises(LinkError, match="say which workflow: main, b"):
        run(program, {}, transport=Script(), servers=Servers(BASE))
    with pytest.raises(LinkError, match="no workflow 'c', only main, b"):
        run(program, {}, transport=Script(), servers=Servers(BASE), workflow_id="c")


def test_the_same_run_gives_the_same_result() -> None:
    document = flow(step("a"), step("b", onSuccess=[{"name": "x", "type": "goto", "stepId": "a"}]))
    first, second = (run_flow(document, max_visits=5).to_json() for _ in range(2))
    assert first == second
    assert json.loads(json.dumps(first)) == first


def test_secrets_do_not_reach_the_result() -> None:
    item = step(
        operation="makeThing",
        parameters=[
            {"name": "Authorization", "in": "header", "value": "Bearer {$inputs.apiKey}"},
            {"name": "X-User-Token", "in": "header", "value": "abc"},
            {"name": "k", "in": "query", "value": "$inputs.apiKey"},
            {"name": "w", "in": "query", "value": "$inputs.workflowKey"},
        ],
        requestBody={"payload": {"password": "$inputs.password", "note": "x {$inputs.apiKey} y"}},
        outputs={"echo": "$request.body", "pin": "$inputs.pin"},
        successCriteria=[{"condition": "$statusCode == 200"}],
    )
    inputs = {"apiKey": "sk/secret", "password": "pw", "workflowKey": "welcome", "pin": "1234"}
    document = flow(
        item,
        inputs={"properties": {"pin": {"type": "string", "format": "password"}}},
        outputs={"echo": "$steps.one.outputs.echo"},
    )
    body = {"message": "no key sk/secret", "header": "sk%2Fsecret"}
    result = run_flow(document, Handler(lambda _: answer(401, body)), inputs)
    shown = json.dumps(result.to_json())
    assert "secret" not in shown.replace("apiKey", "")
    assert '"pw"' not in shown
    assert '"1234"' not in shown
    assert "welcome" in shown
    assert result.steps[0].request is not None
    assert result.steps[0].request.headers == {
        "Authorization": "Bearer ***",
        "X-User-Token": "***",
        "Content-Type": "application/json",
    }
    assert result.outputs == {"echo": {"password": "***", "note": "x *** y"}}
    assert "(no key ***)" in result.reason
