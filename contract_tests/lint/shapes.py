"""The fixed fields of every Arazzo 1.0.1 object, as a table.

The published JSON Schema is not used: it rejects retry actions that the specification allows
(OAI issue 341), and it has no sentence for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_NAME = r"[A-Za-z0-9_\-]+"
_KEY = r"[A-Za-z0-9_\-.]+"


@dataclass(frozen=True)
class Field:
    """kind: `text`, `number`, `integer`, `any`, `schema`, an object's name, or one of those in
    `[...]` (a list) or `{...}` (a map). should: a pattern that text should match. keys: a pattern
    that a map's keys must match. filled: whether a list must have elements.
    """

    kind: str
    required: bool = False
    values: tuple[str, ...] = ()
    should: str = ""
    keys: str = ""
    filled: bool = False


@dataclass(frozen=True)
class Shape:
    """An object's fields; its section's name. extensible: whether x- fields may be there."""

    section: str
    fields: dict[str, Field]
    extensible: bool = True
    later: frozenset[str] = field(default_factory=frozenset)


_CRITERIA = Field("[Criterion]", filled=True)
_OUTPUTS = Field("{text}", keys=_KEY)

SHAPES = {
    "Arazzo": Shape(
        "Arazzo Specification Object",
        {
            "arazzo": Field("text", required=True),
            "info": Field("Info", required=True),
            "sourceDescriptions": Field("[Source]", required=True, filled=True),
            "workflows": Field("[Workflow]", required=True, filled=True),
            "components": Field("Components"),
        },
        later=frozenset({"$self"}),
    ),
    "Info": Shape(
        "Info Object",
        {
            "title": Field("text", required=True),
            "summary": Field("text"),
            "description": Field("text"),
            "version": Field("text", required=True),
        },
    ),
    "Source": Shape(
        "Source Description Object",
        {
            "name": Field("text", required=True, should=_NAME),
            "url": Field("text", required=True),
            "type": Field("text", values=("openapi", "arazzo")),
        },
    ),
    "Workflow": Shape(
        "Workflow Object",
        {
            "workflowId": Field("text", required=True, should=_NAME),
            "summary": Field("text"),
            "description": Field("text"),
            "inputs": Field("schema"),
            "dependsOn": Field("[text]"),
            "steps": Field("[Step]", required=True, filled=True),
            "successActions": Field("[SuccessAction]"),
            "failureActions": Field("[FailureAction]"),
            "outputs": _OUTPUTS,
            "parameters": Field("[Parameter]"),
        },
    ),
    "Step": Shape(
        "Step Object",
        {
            "description": Field("text"),
            "stepId": Field("text", required=True, should=_NAME),
            "operationId": Field("text"),
            "operationPath": Field("text"),
            "workflowId": Field("text"),
            "parameters": Field("[Parameter]"),
            "requestBody": Field("RequestBody"),
            "successCriteria": _CRITERIA,
            "onSuccess": Field("[SuccessAction]"),
            "onFailure": Field("[FailureAction]"),
            "outputs": _OUTPUTS,
        },
        later=frozenset({"channelPath", "action", "correlationId", "timeout", "dependsOn"}),
    ),
    "Parameter": Shape(
        "Parameter Object",
        {
            "name": Field("text", required=True),
            "in": Field("text", values=("path", "query", "header", "cookie")),
            "value": Field("any", required=True),
        },
    ),
    "RequestBody": Shape(
        "Request Body Object",
        {
            "contentType": Field("text"),
            "payload": Field("any"),
            "replacements": Field("[Replacement]"),
        },
    ),
    "Replacement": Shape(
        "Payload Replacement Object",
        {"target": Field("text", required=True), "value": Field("any", required=True)},
        later=frozenset({"targetSelectorType"}),
    ),
    "Criterion": Shape(
        "Criterion Object",
        {
            "context": Field("text"),
            "condition": Field("text", required=True),
            "type": Field("CriterionType", values=("simple", "regex", "jsonpath", "xpath")),
        },
    ),
    "CriterionType": Shape(
        "Criterion Expression Type Object",
        {
            "type": Field("text", required=True, values=("jsonpath", "xpath")),
            "version": Field("text", required=True),
        },
    ),
    "SuccessAction": Shape(
        "Success Action Object",
        {
            "name": Field("text", required=True),
            "type": Field("text", required=True, values=("end", "goto")),
            "workflowId": Field("text"),
            "stepId": Field("text"),
            "criteria": Field("[Criterion]"),
        },
        later=frozenset({"parameters"}),
    ),
    "FailureAction": Shape(
        "Failure Action Object",
        {
            "name": Field("text", required=True),
            "type": Field("text", required=True, values=("end", "goto", "retry")),
            "workflowId": Field("text"),
            "stepId": Field("text"),
            "retryAfter": Field("number"),
            "retryLimit": Field("integer"),
            "criteria": Field("[Criterion]"),
        },
        later=frozenset({"parameters"}),
    ),
    "Components": Shape(
        "Components Object",
        {
            "inputs": Field("{schema}", keys=_KEY),
            "parameters": Field("{Parameter}", keys=_KEY),
            "successActions": Field("{SuccessAction}", keys=_KEY),
            "failureActions": Field("{FailureAction}", keys=_KEY),
        },
    ),
    "Reusable": Shape(
        "Reusable Object",
        {"reference": Field("text", required=True), "value": Field("any")},
        extensible=False,
    ),
}
REUSABLE = frozenset({"Parameter", "SuccessAction", "FailureAction"})
"""Objects in whose place in a list a Reusable Object may stand."""
