from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.arazzo import DocumentError, load_document, parse_document

from .flows import SEED, flow, step

Doc = dict[str, Any]


def broken(change: Callable[[Doc], Any]) -> Doc:
    document = copy.deepcopy(flow(step(), step("two")))
    change(document)
    return document


def first_step(document: Doc) -> Doc:
    found: Doc = document["workflows"][0]["steps"][0]
    return found


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (lambda d: d.pop("arazzo"), "#", "'arazzo' is missing"),
        (lambda d: d.update(arazzo="2.0.0"), "#/arazzo", "not supported"),
        (lambda d: d.update(arazzo=1.0), "#/arazzo", "must be a string"),
        (lambda d: d.pop("info"), "#", "'info' is missing"),
        (lambda d: d.update(workflows=[]), "#/workflows", "must not be empty"),
        (lambda d: d.update(workflows={}), "#/workflows", "must be a list"),
        (lambda d: d.update(workflows=["x"]), "#/workflows/0", "a mapping, not text"),
        (lambda d: d.update(sourceDescriptions=[]), "#/sourceDescriptions", "must not be empty"),
        (
            lambda d: d["sourceDescriptions"][0].update(type="asyncapi"),
            "#/sourceDescriptions/0/type",
            "openapi or arazzo",
        ),
        (
            lambda d: d["sourceDescriptions"][0].update(name="a b"),
            "#/sourceDescriptions/0/name",
            "letters",
        ),
        (
            lambda d: d["sourceDescriptions"].append(d["sourceDescriptions"][0]),
            "#/sourceDescriptions/1",
            "given twice",
        ),
        (
            lambda d: d["workflows"][0]["steps"][1].update(stepId="one"),
            "#/workflows/0/steps/1",
            "the stepId 'one' is given twice",
        ),
        (
            lambda d: d["workflows"].append(d["workflows"][0]),
            "#/workflows/1",
            "the workflowId 'main' is given twice",
        ),
        (
            lambda d: first_step(d).update(workflowId="x"),
            "#/workflows/0/steps/0",
            "exactly one of .* operationId and workflowId",
        ),
        (lambda d: first_step(d).pop("operationId"), "#/workflows/0/steps/0", "it has none"),
        (
            lambda d: first_step(d).update(parameters=[{"name": "a", "in": "body", "value": 1}]),
            "#/workflows/0/steps/0/parameters/0/in",
            "path or query or header or cookie",
        ),
        (
            lambda d: first_step(d).update(parameters=[{"name": "a", "in": "query"}]),
            "#/workflows/0/steps/0/parameters/0",
            "needs a value",
        ),
        (
            lambda d: first_step(d).update(
                parameters=[{"name": "a", "in": "query", "value": 1}] * 2
            ),
            "#/workflows/0/steps/0/parameters/1",
            "given twice",
        ),
        (
            lambda d: first_step(d).update(successCriteria=[{"condition": "x", "type": "regex"}]),
            "#/workflows/0/steps/0/successCriteria/0",
            "type regex needs a context",
        ),
        (
            lambda d: first_step(d).update(successCriteria=[{"condition": "x", "type": "js"}]),
            "#/workflows/0/steps/0/successCriteria/0/type",
            "simple or regex or jsonpath or xpath",
        ),
        (
            lambda d: first_step(d).update(onSuccess=[{"name": "a", "type": "retry"}]),
            "#/workflows/0/steps/0/onSuccess/0/type",
            "end or goto",
        ),
        (
            lambda d: first_step(d).update(onFailure=[{"name": "a", "type": "goto"}]),
            "#/workflows/0/steps/0/onFailure/0",
            "a goto needs",
        ),
        (
            lambda d: first_step(d).update(
                onFailure=[{"name": "a", "type": "goto", "stepId": "one", "workflowId": "main"}]
            ),
            "#/workflows/0/steps/0/onFailure/0",
            "exclude each other",
        ),
        (
            lambda d: first_step(d).update(
                onFailure=[{"name": "a", "type": "retry", "retryAfter": -1}]
            ),
            "#/workflows/0/steps/0/onFailure/0/retryAfter",
            "0 or more",
        ),
        (
            lambda d: first_step(d).update(
                onFailure=[{"name": "a", "type": "retry", "retryLimit": 1.5}]
            ),
            "#/workflows/0/steps/0/onFailure/0/retryLimit",
            "whole number",
        ),
        (
            lambda d: first_step(d).update(onSuccess=[{"name": "a", "type": "end"}] * 2),
            "#/workflows/0/steps/0/onSuccess/1",
            "given twice",
        ),
        (
            lambda d: first_step(d).update(
                requestBody={"replacements": [{"target": "//a", "value": 1}, {"target": "x"}]}
            ),
            "#/workflows/0/steps/0/requestBody/replacements/1/target",
            "XPath is not supported",
        ),
        (
            lambda d: first_step(d).update(outputs={"a/b": 1}),
            "#/workflows/0/steps/0/outputs/a~1b",
            "must be a string",
        ),
        (
            lambda d: d.update(components={"parameters": {"p": {"name": "p"}}}),
            "#/components/parameters/p",
            "needs a value",
        ),
    ],
)
def test_broken_structure_is_reported_with_its_place(
    change: Callable[[Doc], Any], place: str, message: str
) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        parse_document(broken(change), name="flow.yml")
    assert caught.value.place == f"flow.yml{place}"


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_a_document_must_be_a_mapping(value: Any) -> None:
    with pytest.raises(DocumentError, match="must be an Arazzo document"):
        parse_document(value)


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1", "1.1.0", "1.0.2-rc1"])
def test_versions_that_are_taken(version: str) -> None:
    document = flow(step())
    document["arazzo"] = version
    assert parse_document(document).version == version


def test_the_seed_is_read_whole() -> None:
    document = load_document(SEED)
    workflow = document.workflows["bulk-identify-users-notify"]
    assert list(document.sources) == [
        "knockUsersApi",
        "knockBulkOperationsApi",
        "knockWorkflowsApi",
    ]
    assert [s.step_id for s in workflow.steps] == [
        "bulkIdentify",
        "pollBulkOperation",
        "triggerWorkflow",
    ]
    poll = workflow.steps[1]
    assert poll.on_success is not None
    assert [action.place.rpartition("#")[2] for action in poll.on_success] == [
        "/workflows/0/steps/1/onSuccess/0",
        "/workflows/0/steps/1/onSuccess/1",
    ]
