"""Broken flows, continued: what is handed on is wrong, or goes where it should not."""

from __future__ import annotations

import copy
from typing import Any

from contract_tests.mutants.flows.mutant import Flow, Mutant

_STATUS = "$response.body#/status"
_HIT = ("idempotency-key-reused",)
_LEAK = ("secret-leaked",)
_STUCK = ("does-not-complete",)
_HASTY = ("notify-before-completed",)


def _criteria(*conditions: str) -> list[dict[str, Any]]:
    return [{"condition": condition} for condition in conditions]


def _key(flow: Flow, value: str) -> None:
    flow.trigger["parameters"][1]["value"] = value


def _inputs(flow: Flow) -> Any:
    return flow.workflow["inputs"]["properties"]


def in_two_workflows(flow: Flow) -> dict[str, Any]:
    """Let a workflow of its own import, which the first one calls; gives the calling step."""
    imports: dict[str, Any] = {
        **flow.workflow, "workflowId": "import-users", "steps": [flow.submit, flow.poll],
        "outputs": {n: v for n, v in flow.workflow["outputs"].items() if n != "workflowRunId"},
    }  # fmt: skip
    imports["inputs"] = {
        "type": "object", "required": ["apiKey", "users"],
        "properties": {name: _inputs(flow)[name] for name in ("apiKey", "users")},
    }  # fmt: skip
    call: dict[str, Any] = {
        "stepId": "importUsers",
        "workflowId": "import-users",
        "parameters": [{"name": name, "value": f"$inputs.{name}"} for name in ("apiKey", "users")],
        "successCriteria": _criteria("$outputs.bulkStatus == 'completed'"),
        "outputs": {"id": "$outputs.bulkOperationId"},
    }
    del flow.workflow["parameters"]
    flow.workflow["steps"] = [call, flow.trigger]
    _key(flow, "$steps.importUsers.outputs.id")
    flow.trigger["parameters"].append({"reference": "$components.parameters.authorization"})
    flow.workflow["outputs"] = {
        "bulkOperationId": "$steps.importUsers.outputs.id",
        "workflowRunId": "$steps.triggerWorkflow.outputs.workflowRunId",
    }
    flow.document["workflows"].append(imports)
    return call


def _key_of_workflow(flow: Flow) -> None:
    _key(flow, "$inputs.workflowKey")


def _key_of_tenant(flow: Flow) -> None:
    _inputs(flow)["tenant"] = {"type": "string"}
    flow.workflow["inputs"]["required"].append("tenant")
    flow.trigger["requestBody"]["payload"]["tenant"] = "$inputs.tenant"
    _key(flow, "import-{$inputs.tenant}")


def _key_of_count(flow: Flow) -> None:
    _key(flow, "$steps.pollBulkOperation.outputs.processedRows")


def _two_triggers(flow: Flow) -> None:
    again = copy.deepcopy(flow.trigger)
    again["stepId"] = "remind"
    again["requestBody"]["payload"]["data"] = {"second": True}
    flow.workflow["steps"].append(again)


def _key_in_data(flow: Flow) -> None:
    flow.trigger["requestBody"]["payload"]["data"] = {"auth": {"key": "$inputs.apiKey"}}


def _all_inputs_in_data(flow: Flow) -> None:
    flow.trigger["requestBody"]["payload"]["data"] = "$inputs"


def _key_in_url(flow: Flow) -> None:
    flow.components["parameters"]["authorization"].update(name="api_key", value="$inputs.apiKey")
    flow.components["parameters"]["authorization"]["in"] = "query"


def _key_in_output(flow: Flow) -> None:
    flow.submit["outputs"]["sent"] = "$request.header.Authorization"
    flow.workflow["outputs"]["sent"] = "$steps.bulkIdentify.outputs.sent"


def _key_written_down(flow: Flow) -> None:
    flow.components["parameters"]["authorization"]["value"] = "Bearer sk_live_9f8a7b6c5d4e"


def _default_key(flow: Flow) -> None:
    _inputs(flow)["apiKey"]["default"] = "sk_live_9f8a7b6c5d4e"


def _misspelt_header(flow: Flow) -> None:
    flow.components["parameters"]["authorization"]["name"] = "Authorisation"


def _no_hash(flow: Flow) -> None:
    flow.poll["outputs"]["processedRows"] = "$response.body/processed_rows"


def _no_answer_s_query(flow: Flow) -> None:
    flow.poll["outputs"]["processedRows"] = "$response.query.processed_rows"


def _unsent_member(flow: Flow) -> None:
    flow.submit["outputs"]["rows"] = "$request.body#/rows"


def _own_output(flow: Flow) -> None:
    flow.poll["successCriteria"][2]["condition"] = (
        "$steps.pollBulkOperation.outputs.errorCount == 0"
    )


def _decides_nothing(flow: Flow) -> None:
    flow.forget_failed_rows()
    flow.poll["successCriteria"] += _criteria("$response.body#/error_count >= 0")


def _rows_for_status(flow: Flow) -> None:
    flow.poll["successCriteria"][1]["condition"] = (
        "$response.body#/processed_rows == $response.body#/estimated_total_rows"
    )


def _either(flow: Flow) -> None:
    flow.criteria(f"$statusCode == 200 || {_STATUS} == 'completed'")


def _goes_on_unread(flow: Flow) -> None:
    action = {"name": "goOn", "type": "goto", "stepId": "triggerWorkflow"}
    flow.poll["onFailure"].insert(2, {**action, "criteria": _criteria("$statusCode >= 500")})


def _retry_runs_trigger(flow: Flow) -> None:
    flow.poll["onFailure"][0]["stepId"] = "triggerWorkflow"


def _futile(flow: Flow) -> None:
    flow.submit["onFailure"][0]["criteria"] = _criteria("$statusCode == 429 || $statusCode == 401")


def _too_many_rows(flow: Flow) -> None:
    _inputs(flow)["users"]["maxItems"] = 5000


def _rows_without_id(flow: Flow) -> None:
    del _inputs(flow)["users"]["items"]["required"]


def _required_only(flow: Flow) -> None:
    flow.workflow["inputs"]["required"].append("tenant")


def _default_of_another_type(flow: Flow) -> None:
    _inputs(flow)["data"]["default"] = []


def _remote_schema(flow: Flow) -> None:
    _inputs(flow)["data"] = {"$ref": "https://example.com/data.json"}


def _no_slash(flow: Flow) -> None:
    flow.trigger["requestBody"]["replacements"] = [{"target": "data", "value": {}}]


def _nested_list(flow: Flow) -> None:
    flow.trigger["requestBody"]["payload"]["recipients"] = ["$inputs.recipientIds"]


def _for_nobody(flow: Flow) -> None:
    flow.trigger["requestBody"]["payload"]["recipients"] = (
        "$steps.pollBulkOperation.outputs.errorItems"
    )


def _id_for_key(flow: Flow) -> None:
    flow.trigger["parameters"][0]["value"] = "$steps.bulkIdentify.outputs.bulkOperationId"


def _called_without_input(flow: Flow) -> None:
    in_two_workflows(flow)["parameters"].pop()


def _called_for_status(flow: Flow) -> None:
    in_two_workflows(flow)["successCriteria"] = _criteria("$statusCode == 200")


def _called_for_no_output(flow: Flow) -> None:
    in_two_workflows(flow)["outputs"]["id"] = "$outputs.operationId"


def _called_and_ignored(flow: Flow) -> None:
    goto = {"name": "goOn", "type": "goto", "stepId": "triggerWorkflow"}
    in_two_workflows(flow)["onFailure"] = [goto]


def _bad_row_ids(flow: Flow) -> None:
    _inputs(flow)["users"]["items"]["properties"]["id"]["type"] = "integer"


def _same_output(flow: Flow) -> None:
    flow.workflow["outputs"]["bulkStatus"] = "$steps.bulkIdentify.outputs.bulkOperationId"


HANDED_ON = (
    Mutant("key-of-workflow", "every run of a workflow has the same Idempotency-Key",
           _key_of_workflow, _HIT, _HIT),
    Mutant("key-of-tenant", "every run for a tenant has the same Idempotency-Key",
           _key_of_tenant, _HIT, _HIT),
    Mutant("key-of-count", "the Idempotency-Key is the number of rows", _key_of_count, _HIT, _HIT),
    Mutant("two-triggers-one-key", "a second trigger has the first one's Idempotency-Key",
           _two_triggers, _HIT, _HIT),
    Mutant("secret-in-data", "the API key goes into the trigger's data", _key_in_data,
           _LEAK, _LEAK),
    Mutant("inputs-as-data", "all inputs are the trigger's data, the API key too",
           _all_inputs_in_data, _LEAK, _LEAK),
    Mutant("secret-in-url", "the API key goes into the query", _key_in_url,
           ("parameter-unknown", *_LEAK), _LEAK),
    Mutant("secret-in-output", "the Authorization header is an output", _key_in_output,
           _LEAK, _LEAK),
    Mutant("secret-written-down", "the API key stands in the document", _key_written_down,
           ("secret-in-document",)),
    Mutant("secret-default", "the API key has a default", _default_key, ("secret-in-document",)),
    Mutant("misspelt-authorization", "the workflow's header is misspelt", _misspelt_header,
           ("parameter-unknown",)),
    Mutant("no-hash", "an output of a body without # before the pointer", _no_hash,
           ("expression-malformed",)),
    Mutant("answer-s-query", "an output of an answer's query", _no_answer_s_query,
           ("answer-of-no-request",)),
    Mutant("unsent-member", "an output of a member that is not sent", _unsent_member,
           ("request-part-unknown",)),
    Mutant("own-output", "a step's success hangs on its own output", _own_output,
           ("output-before-step",)),
    Mutant("decides-nothing", "a condition on error_count that always holds", _decides_nothing,
           ("criterion-always-true", "failed-rows-not-looked-at"), ("notify-failed-rows",)),
    Mutant("rows-for-status", "all rows are dealt with, so the operation is taken for completed",
           _rows_for_status, _HASTY, _HASTY),
    Mutant("either", "a 200 or completed: one of them will do", _either,
           (*_HASTY, "notify-after-failed"), (*_HASTY, "notify-after-failed")),
    Mutant("goes-on-unread", "notifies when the state could not be read", _goes_on_unread,
           _HASTY, _HASTY),
    Mutant("retry-runs-trigger", "the retry of the poll names the trigger", _retry_runs_trigger,
           _HASTY, _HASTY),
    Mutant("futile-retry", "a refused key is tried again", _futile, ("retry-futile",)),
    Mutant("too-many-rows", "the inputs allow more rows than a call takes", _too_many_rows,
           ("inputs-too-wide",)),
    Mutant("rows-without-id", "the inputs allow rows without an id", _rows_without_id,
           ("inputs-too-wide",)),
    Mutant("required-only", "an input is required and not declared", _required_only,
           ("required-undeclared",)),
    Mutant("unfit-default", "a default is of another type", _default_of_another_type,
           ("inputs-schema",), ("refused",)),
    Mutant("remote-schema", "the inputs' schema is elsewhere", _remote_schema,
           ("inputs-schema",)),
    Mutant("no-slash", "a replacement's target is no JSON Pointer", _no_slash,
           ("cannot-be-run",), ("refused",)),
    Mutant("nested-list", "a list of recipients in a list", _nested_list, _STUCK, _STUCK),
    Mutant("for-nobody", "the recipients are the rows that failed: none", _for_nobody,
           _STUCK, _STUCK),
    Mutant("id-for-key", "the workflow's key is the operation's id", _id_for_key, _STUCK, _STUCK),
    Mutant("integer-ids", "the inputs' rows have numbers for ids", _bad_row_ids, _STUCK, _STUCK),
    Mutant("called-without-input", "a workflow is called without an input that it requires",
           _called_without_input, ("workflow-inputs",), _STUCK),
    Mutant("called-for-status", "a called workflow is asked for a status code",
           _called_for_status, ("answer-of-no-request",), _STUCK),
    Mutant("called-for-no-output", "an output that the called workflow does not have",
           _called_for_no_output, ("output-unknown",), ("double-notify",)),
    Mutant("called-and-ignored", "notifies though the workflow that imports has failed",
           _called_and_ignored, _HASTY, _HASTY),
    Mutant("same-output", "an output has another one's value", _same_output, ("output-twice",)),
)  # fmt: skip
"""Faults of what is handed on: keys, secrets, inputs, outputs."""
