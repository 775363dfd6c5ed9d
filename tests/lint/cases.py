"""Small faults in the hardened flow, one for every rule that no mutant is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_tests.mutants.flows.mutant import Flow

Change = Callable[[Flow], Any]


def _set(*path: str | int, value: Any) -> Change:
    """Put a value somewhere below the first workflow."""

    def change(flow: Flow) -> None:
        at: Any = flow.workflow
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value

    return change


def _ambiguous(flow: Flow) -> None:
    sources = flow.document["sourceDescriptions"]
    sources.append({**sources[0], "name": "again"})
    flow.submit["operationId"] = "bulkIdentifyUsers"


def _path(text: str) -> Change:
    def change(flow: Flow) -> None:
        del flow.trigger["operationId"]
        flow.trigger["operationPath"] = text

    return change


def _optional_input(flow: Flow) -> None:
    del flow.workflow["inputs"]["properties"]["data"]["default"]


def _poll_criterion(**criterion: Any) -> Change:
    return _set("steps", 1, "successCriteria", 1, value=criterion)


def _list_users(**value: Any) -> Change:
    def change(flow: Flow) -> None:
        flow.workflow["steps"].append(
            {
                "stepId": "list",
                "operationId": "$sourceDescriptions.knockUsersApi.listUsers",
                "parameters": [{"name": "page_size", "in": "query", **value}],
                "successCriteria": [{"condition": "$statusCode == 200"}],
            }
        )

    return change


def _authorization(flow: Flow) -> None:
    del flow.workflow["parameters"]
    reference = {"reference": "$components.parameters.authorization"}
    for step in flow.workflow["steps"]:
        step.setdefault("parameters", []).append(reference)


def _poll_with_body(flow: Flow) -> None:
    flow.poll["requestBody"] = {"payload": {"a": 1}}


def _unreachable(flow: Flow) -> None:
    flow.submit["onSuccess"] = [{"name": "skip", "type": "goto", "stepId": "triggerWorkflow"}]


def _submit_only(flow: Flow) -> None:
    flow.workflow["steps"] = [flow.submit]
    flow.workflow["outputs"] = {"id": "$steps.bulkIdentify.outputs.bulkOperationId"}


def _endless(flow: Flow) -> None:
    flow.workflow["inputs"]["properties"]["data"] = {"$ref": "#/components/inputs/node"}
    node = {"$ref": "#/components/inputs/node"}
    flow.components["inputs"] = {
        "node": {"type": "object", "required": ["child"], "properties": {"child": node}}
    }


def _polls_what_was_refused(flow: Flow) -> None:
    goto = {"name": "submitFailed", "type": "goto", "stepId": "pollBulkOperation"}
    flow.submit["onFailure"][1] = goto


_TRIGGER = "#/paths/~1v1~1workflows~1{key}~1trigger/post"
_XPATH = {"context": "$response.body", "type": "xpath", "condition": "/status"}

CASES: list[tuple[str, str, Change]] = [
    ("unsupported-version", "/arazzo", lambda flow: flow.document.update(arazzo="2.0.0")),
    ("missing-field", "/info", lambda flow: flow.document["info"].pop("version")),
    ("wrong-type", "/workflows/0/steps/0/parameters", _set("steps", 0, "parameters", value="x")),
    ("wrong-type", "/workflows/0/summary", _set("summary", value=5)),
    ("bad-value", "/workflows/0/steps/1/parameters/0/in",
     _set("steps", 1, "parameters", 0, "in", value="body")),
    ("bad-value", "/workflows/0/steps/0/onFailure/0/retryLimit",
     _set("steps", 0, "onFailure", 0, "retryLimit", value=-1)),
    ("inputs-schema", "/workflows/0/inputs/type", _set("inputs", "type", value="objekt")),
    ("name-characters", "/workflows/0/workflowId", _set("workflowId", value="a flow")),
    ("one-target", "/workflows/0/steps/0", _set("steps", 0, "workflowId", value="x")),
    ("duplicate", "/workflows/0/parameters/1",
     lambda flow: flow.workflow["parameters"].append(dict(flow.workflow["parameters"][0]))),
    ("action-target", "/workflows/0/steps/0/onFailure/1",
     _set("steps", 0, "onFailure", 1, "type", value="goto")),
    ("field-without-effect", "/workflows/0/steps/0/onFailure/1/retryAfter",
     _set("steps", 0, "onFailure", 1, "retryAfter", value=1)),
    ("source-not-found", "/sourceDescriptions/0/url",
     lambda flow: flow.document["sourceDescriptions"][0].update(url="./nowhere.yml")),
    ("operation-ambiguous", "/workflows/0/steps/0/operationId", _ambiguous),
    ("operation-path-malformed", "/workflows/0/steps/2/operationPath", _path("/v1/x")),
    ("operation-path-avoidable", "/workflows/0/steps/2/operationPath",
     _path("{$sourceDescriptions.knockWorkflowsApi.url}" + _TRIGGER)),
    ("operation-path-braces", "/workflows/0/steps/2/operationPath",
     _path("{$sourceDescriptions.knockWorkflowsApi.url}" + _TRIGGER)),
    ("bare-embedding", "/workflows/0/steps/2/operationPath",
     _path("$sourceDescriptions.knockWorkflowsApi.url" + _TRIGGER)),
    ("operation-unknown", "/workflows/0/steps/2/operationPath",
     _path("{$sourceDescriptions.knockWorkflowsApi.url}#/paths/~1v1~1none/post")),
    ("workflow-unknown", "/workflows/0/dependsOn/0", _set("dependsOn", value=["other"])),
    ("component-unknown", "/workflows/0/parameters/0/reference",
     _set("parameters", 0, "reference", value="$components.parameters.none")),
    ("component-unused", "/components/parameters/authorization",
     lambda flow: flow.workflow.pop("parameters")),
    ("source-unused", "/sourceDescriptions/3",
     lambda flow: flow.document["sourceDescriptions"].append(
         {**flow.document["sourceDescriptions"][0], "name": "spare"})),
    ("expression-malformed", "/workflows/0/steps/0/requestBody/payload/users",
     _set("steps", 0, "requestBody", "payload", "users", value="$input.users")),
    ("expression-malformed", "/workflows/0/steps/1/outputs/bulkStatus",
     _set("steps", 1, "outputs", "bulkStatus", value="$response.boddy#/status")),
    ("expression-malformed", "/workflows/0/steps/1/outputs/bulkStatus",
     _set("steps", 1, "outputs", "bulkStatus", value="$response.body.status")),
    ("input-undeclared", "/workflows/0/steps/0/requestBody/payload/users",
     _set("inputs", value={"apiKey": {"type": "string"}, "users": {"type": "array"}})),
    ("idempotency-key-constant", "/workflows/0/steps/2/parameters/1",
     _set("steps", 2, "parameters", 1, "value", value="import")),
    ("input-unused", "/workflows/0/inputs",
     _set("steps", 2, "requestBody", "payload", "recipients", value=["a"])),
    ("input-may-be-absent", "/workflows/0/steps/2/requestBody/payload/data", _optional_input),
    ("output-literal", "/workflows/0/outputs/bulkStatus",
     _set("outputs", "bulkStatus", value="completed")),
    ("condition-malformed", "/workflows/0/steps/1/successCriteria/1/condition",
     _poll_criterion(condition="$response.body#/status = 'completed'")),
    ("condition-malformed", "/workflows/0/steps/1/successCriteria/1/condition",
     _poll_criterion(condition="$.status == 'completed'")),
    ("regex-invalid", "/workflows/0/steps/1/successCriteria/1/condition",
     _poll_criterion(context="$response.body", type="regex", condition="(")),
    ("xpath-unsupported", "/workflows/0/steps/1/successCriteria/1/condition",
     _poll_criterion(**_XPATH)),
    ("missing-field", "/workflows/0/steps/1/successCriteria/1",
     _poll_criterion(type="jsonpath", condition="$[?$.status == 'completed']")),
    ("parameter-unknown", "/workflows/0/steps/1/parameters/0",
     _set("steps", 1, "parameters", 0, "in", value="query")),
    ("parameter-value", "/workflows/0/steps/3/parameters/0/value", _list_users(value="many")),
    ("authorization-parameter", "/workflows/0/steps/0/parameters/0", _authorization),
    ("body-unexpected", "/workflows/0/steps/1/requestBody", _poll_with_body),
    ("content-type-unknown", "/workflows/0/steps/0/requestBody/contentType",
     _set("steps", 0, "requestBody", "contentType", value="application/xml")),
    ("body-schema", "/workflows/0/steps/0/requestBody/payload/users",
     _set("steps", 0, "requestBody", "payload", "users", value="$inputs.workflowKey")),
    ("step-unreachable", "/workflows/0/steps/1", _unreachable),
    ("action-shadowed", "/workflows/0/steps/0/onFailure/1",
     lambda flow: flow.submit["onFailure"].reverse()),
    ("failure-not-covered", "/workflows/0/steps/0/onFailure",
     lambda flow: flow.submit["onFailure"].pop()),
    ("operation-not-awaited", "/workflows/0/steps/0", _submit_only),
    ("compared-types", "/workflows/0/steps/0/successCriteria/0/condition",
     _set("steps", 0, "successCriteria", 0, "condition", value="$statusCode == '200'")),
    ("compared-types", "/workflows/0/steps/1/successCriteria/2/condition",
     _set("steps", 1, "successCriteria", 2, "condition",
          value="$response.body#/error_count == '0'")),
    ("secret-not-marked", "/workflows/0/inputs/properties/apiKey",
     lambda flow: flow.workflow["inputs"]["properties"]["apiKey"].pop("format")),
    ("inputs-schema", "/workflows/0/inputs/properties/workflowKey/minLength",
     lambda flow: flow.workflow["inputs"]["properties"]["workflowKey"].update(
         minLength=5, maxLength=2)),
    ("inputs-schema", "/workflows/0/inputs/properties/data/$ref",
     _set("inputs", "properties", "data", value={"$ref": "#/components/inputs/none"})),
    ("inputs-schema", "/workflows/0/inputs/properties/data/$ref",
     _set("inputs", "properties", "data", value={"$ref": "file:///etc/hosts"})),
    ("inputs-schema", "/workflows/0/inputs/properties/data", _endless),
    ("inputs-too-wide", "/workflows/0/inputs/properties/users/minItems",
     _set("inputs", "properties", "users", "minItems", value=100_000_000)),
    ("inputs-too-wide", "/workflows/0/inputs/properties/users",
     lambda flow: flow.workflow["inputs"]["properties"]["users"].pop("maxItems")),
    ("breaks-off", "/workflows/0/steps/0", _polls_what_was_refused),
    ("criterion-always-true", "/workflows/0/steps/1/successCriteria/2/condition",
     _set("steps", 1, "successCriteria", 2, "condition", value="1 == 1")),
    ("answer-field-unknown", "/workflows/0/steps/1/successCriteria/2/condition",
     _set("steps", 1, "successCriteria", 2, "condition",
          value="$response.body.error_items.length == 0")),
    ("answer-field-unknown", "/workflows/0/steps/0/outputs/limit",
     _set("steps", 0, "outputs", "limit", value="$response.header.X-Rows-Left")),
    ("retry-after-missing", "/workflows/0/steps/1/onFailure/0/retryAfter",
     _set("steps", 1, "onFailure", 0, "retryAfter", value=0.01)),
    ("regex-invalid", "/workflows/0/steps/1/successCriteria/1/condition",
     _poll_criterion(context="$response.body#/id", type="regex", condition="((a{999}){99}){99}")),
]  # fmt: skip
"""Rule, the pointer where it must be found, and the fault."""
