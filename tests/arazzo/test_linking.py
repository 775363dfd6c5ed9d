"""Everything a flow refers to is found, or refused, before any request is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_tests.arazzo import (
    CriterionError,
    DocumentError,
    ExpressionError,
    FlowError,
    Library,
    LinkError,
    link,
    load_document,
    parse_document,
)
from contract_tests.arazzo.linking import LinkedStep, Program

from .flows import OPENAPI, SEED, flow, linked, step

TWO = {"small": "small.yml", "twin": "twin.yml"}


def first(program: Program) -> LinkedStep:
    return program.workflows[program.entries[0]].steps[0]


@pytest.mark.parametrize(
    ("reference", "sources", "label"),
    [
        ("listThings", {"small": "small.yml"}, "small GET /things"),
        ("$sourceDescriptions.small.listThings", TWO, "small GET /things"),
        ("$sourceDescriptions.twin.listThings", TWO, "twin GET /twins"),
        ("makeTwin", TWO, "twin POST /twins"),
        ("getThing", {"small": "small.yml"}, "small GET /things/{id}"),
    ],
)
def test_operation_ids(reference: str, sources: dict[str, str], label: str) -> None:
    item = step(operation=reference)
    if "{id}" in label:
        item["parameters"] = [{"name": "id", "in": "path", "value": "x"}]
    operation = first(linked(flow(item, sources=sources))).operation
    assert operation is not None
    assert f"{operation.source} {operation.label}" == label


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("listThings", r"ambiguous: small \(GET /things\), twin \(GET /twins\)"),
        ("listThing", "no operation 'listThing' in small, twin; did you mean 'listThings'"),
        ("$sourceDescriptions.small.makeTwin", "no operation 'makeTwin' in small"),
        ("$sourceDescriptions.none.makeTwin", "no source 'none', only small, twin"),
        ("$inputs.operation", "is not \\$sourceDescriptions"),
    ],
)
def test_operation_ids_that_lead_nowhere_or_to_two_places(reference: str, message: str) -> None:
    with pytest.raises(LinkError, match=message) as caught:
        linked(flow(step(operation=reference), sources=TWO))
    assert caught.value.place == "flow.yml#/workflows/0/steps/0/operationId"


def test_a_bare_id_with_several_sources_is_noted() -> None:
    program = linked(flow(step(operation="makeTwin"), sources=TWO))
    assert [(d.rule, d.place) for d in program.diagnostics if d.rule == "bare-operation-id"] == [
        ("bare-operation-id", "flow.yml#/workflows/0/steps/0/operationId")
    ]
    qualified = linked(flow(step(operation="$sourceDescriptions.twin.makeTwin"), sources=TWO))
    assert "bare-operation-id" not in {d.rule for d in qualified.diagnostics}


@pytest.mark.parametrize(
    "path",
    [
        "{$sourceDescriptions.small.url}#/paths/~1things~1{id}/get",
        "{$sourceDescriptions.small}#/paths/~1things~1{id}/get",
        "$sourceDescriptions.small.url#/paths/~1things~1{id}/get",
        "{$sourceDescriptions.small.url}#/paths/~1things~1%7Bid%7D/get",
    ],
)
def test_operation_paths(path: str) -> None:
    item = step(operationPath=path, parameters=[{"name": "id", "in": "path", "value": "x"}])
    operation = first(linked(flow(item, sources=TWO))).operation
    assert operation is not None
    assert operation.label == "GET /things/{id}"
    assert operation.operation_id == "getThing"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("{$sourceDescriptions.small.url}#/paths/~1nothing/get", "leads to no operation"),
        ("{$sourceDescriptions.small.url}#/paths/~1things/patch", "leads to no operation"),
        ("{$sourceDescriptions.small.url}#/paths/~1things", "leads to no operation"),
        ("{$sourceDescriptions.small.url}#/paths/~1things/parameters", "leads to no operation"),
        ("{$sourceDescriptions.small.url}#/paths/~2/get", "no JSON Pointer"),
        ("{$sourceDescriptions.other.url}#/paths/~1things/get", "no source 'other'"),
        ("small.yml#/paths/~1things/get", r"is not \{\$sourceDescriptions"),
    ],
)
def test_operation_paths_that_lead_nowhere(path: str, message: str) -> None:
    with pytest.raises(LinkError, match=message):
        linked(flow(step(operationPath=path)))


def test_a_source_of_the_wrong_type(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no OpenAPI 3 document"):
        linked(flow(step(), sources={"small": "small-items.yml"}))
    with pytest.raises(LinkError, match="'small' is of type openapi, not arazzo"):
        linked(flow(step(workflowId="$sourceDescriptions.small.main")))


def test_a_source_that_is_not_there_is_looked_for_by_name() -> None:
    document = parse_document(flow(step(), sources={"small": "../gone/small.yml"}), folder="/none")
    with pytest.raises(LinkError, match="was not found") as caught:
        link(document, Library())
    assert caught.value.place == "document#/sourceDescriptions/0/url"
    program = link(document, Library([OPENAPI.parent, OPENAPI]))
    assert [d.rule for d in program.diagnostics if d.rule.startswith("source")] == [
        "source-substituted"
    ]


def test_a_remote_source_is_never_fetched() -> None:
    document = parse_document(flow(step(), sources={"small": "https://x.invalid/a/small.yml"}))
    with pytest.raises(LinkError, match="remote and is not fetched"):
        link(document, Library())
    assert link(document, Library([OPENAPI])).diagnostics


def test_broken_references_between_openapi_files(tmp_path: Path) -> None:
    def source(reference: str) -> None:
        (tmp_path / "api.yml").write_text(
            f"openapi: 3.0.3\npaths:\n  /a:\n    $ref: '{reference}'\n", encoding="utf-8"
        )

    document = parse_document(flow(step(), sources={"api": "api.yml"}), folder=str(tmp_path))
    for reference, message in (
        ("gone.yml#/a", "was not found"),
        ("#/nothing", "leads to nothing"),
        ("#nothing", "no JSON Pointer"),
        ("#/paths/~1a", "circle"),
    ):
        source(reference)
        with pytest.raises(LinkError, match=message):
            link(document, Library())


@pytest.mark.parametrize(
    ("item", "kind", "message"),
    [
        (step(operation="getThing"), LinkError, r"GET /things/\{id\}: no parameter fills \{id\}"),
        (
            step(parameters=[{"name": "id", "in": "path", "value": 1}]),
            LinkError,
            "has no path parameter 'id'",
        ),
        (step(parameters=[{"name": "id", "value": 1}]), LinkError, "needs `in`"),
        (
            step(parameters=[{"name": "a", "in": "query", "value": "$steps.two.outputs.x"}]),
            ExpressionError,
            "there is no such step in 'main'",
        ),
        (
            step(outputs={"x": "$steps.one.outputs.y"}),
            ExpressionError,
            r"the step 'one' has no such output \(it has x\)",
        ),
        (step(outputs={"x": "$steps.one.inputs.y"}), ExpressionError, "only .outputs.<name>"),
        (step(outputs={"x": "$response.bogus"}), ExpressionError, r"after \$response comes"),
        (
            step(requestBody={"payload": {"a": [{"b": "{$sourceDescriptions.no.url}"}]}}),
            ExpressionError,
            "there is no source 'no'",
        ),
        (
            step(successCriteria=[{"condition": "$steps.no.outputs.a == 1"}]),
            CriterionError,
            "no such step",
        ),
        (
            step(successCriteria=[{"condition": "$statusCode = 200"}]),
            CriterionError,
            "equality is written",
        ),
        (
            step(
                onSuccess=[
                    {
                        "name": "a",
                        "type": "end",
                        "criteria": [{"context": "$url", "condition": "//a", "type": "xpath"}],
                    }
                ]
            ),
            CriterionError,
            "xpath",
        ),
        (
            step(onSuccess=[{"name": "a", "type": "goto", "stepId": "two"}]),
            LinkError,
            "there is no step 'two'",
        ),
        (
            step(onFailure=[{"name": "a", "type": "goto", "workflowId": "two"}]),
            LinkError,
            "there is no workflow 'two' in flow.yml, only main",
        ),
        (step(workflowId="two"), LinkError, "there is no workflow 'two'"),
        (
            step(workflowId="main", requestBody={"payload": 1}),
            LinkError,
            "calls a workflow has no request body",
        ),
        (
            step(onSuccess=[{"reference": "$components.successActions.no"}]),
            LinkError,
            "leads to nothing",
        ),
        (
            step(onFailure=[{"reference": "$components.successActions.stop"}]),
            LinkError,
            "leads to nothing",
        ),
        (
            step(parameters=[{"reference": "$components.parameters.no"}]),
            LinkError,
            r"\$components.parameters. has page",
        ),
        (
            step(parameters=[{"reference": "$components.parameters.page"}] * 2),
            LinkError,
            "'page' is given twice",
        ),
    ],
)
def test_what_cannot_be_linked(item: dict[str, Any], kind: type[FlowError], message: str) -> None:
    components = {
        "parameters": {"page": {"name": "page", "in": "query", "value": 1}},
        "successActions": {"stop": {"name": "stop", "type": "end"}},
    }
    with pytest.raises(kind, match=message) as caught:
        linked(flow(item, components=components))
    assert caught.value.place.startswith("flow.yml#/workflows/0/steps/0")


def test_workflows_that_depend_on_each_other_are_refused() -> None:
    others = [{"workflowId": "b", "steps": [step()], "dependsOn": ["main"]}]
    with pytest.raises(LinkError, match="depend on each other: main -> b -> main"):
        linked(flow(step(), workflows=others, dependsOn=["b"]))


def test_an_inputs_schema_must_be_one() -> None:
    with pytest.raises(LinkError, match="no valid JSON Schema"):
        linked(flow(step(), inputs={"type": "thing"}))


def test_only_what_is_asked_for_must_link() -> None:
    document = parse_document(
        flow(step(), workflows=[{"workflowId": "bad", "steps": [step(operation="nope")]}]),
        folder=str(OPENAPI),
    )
    assert link(document, Library(), workflow_ids=["main"]).entries
    with pytest.raises(LinkError, match="nope"):
        link(document, Library())
    with pytest.raises(LinkError, match="no workflow 'x', only main, bad"):
        link(document, Library(), workflow_ids=["x"])


def test_actions_and_parameters_merge_by_name_the_step_first() -> None:
    def action(name: str, place: str) -> dict[str, Any]:
        return {"name": name, "type": "end", "criteria": [{"condition": f"'{place}' == ''"}]}

    document = flow(
        step(
            parameters=[{"name": "tag", "in": "query", "value": "step"}],
            onSuccess=[action("b", "step"), action("c", "step")],
        ),
        step("two"),
        parameters=[
            {"name": "tag", "in": "query", "value": "workflow"},
            {"name": "tag", "in": "header", "value": "workflow"},
        ],
        successActions=[action("a", "workflow"), action("b", "workflow")],
    )
    one, two = linked(document).workflows[linked(document).entries[0]].steps
    assert [(p.location, p.value) for p in one.parameters] == [
        ("query", "step"),
        ("header", "workflow"),
    ]
    assert [(a.action.name, a.checks[0].criterion.condition) for a in one.on_success or ()] == [
        ("b", "'step' == ''"),
        ("c", "'step' == ''"),
        ("a", "'workflow' == ''"),
    ]
    assert [a.action.name for a in two.on_success or ()] == ["a", "b"]
    assert two.on_failure is None


def test_the_seed_links_with_four_kinds_of_remarks() -> None:
    program = link(load_document(SEED), Library())
    steps = program.workflows[program.entries[0]].steps
    assert [s.operation.label for s in steps if s.operation] == [
        "POST /v1/users/bulk/identify",
        "GET /v1/bulk_operations/{id}",
        "POST /v1/workflows/{key}/trigger",
    ]
    assert sorted(d.rule for d in program.diagnostics) == [
        *["bare-embedding"] * 3,
        *["bare-operation-id"] * 2,
        *["jsonpath-lenient"] * 2,
    ]
