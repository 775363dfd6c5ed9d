"""The broken flows. Each change is small, and each fault one that people make."""

from __future__ import annotations

from typing import Any

from contract_tests.mutants.flows.handed_on import HANDED_ON
from contract_tests.mutants.flows.mutant import Flow, Mutant

_STATUS, _ERRORS = "$response.body#/status", "$response.body#/error_count"


def _retry(flow: Flow, name: str) -> dict[str, Any]:
    """The poll's action of that name."""
    found: dict[str, Any] = next(a for a in flow.poll["onFailure"] if a.get("name") == name)
    return found


def _any_status_will_do(flow: Flow) -> None:
    flow.criteria("$statusCode == 200", "$response.body#/error_count == 0")


def _failed_will_do(flow: Flow) -> None:
    flow.criteria("$statusCode == 200", f"{_STATUS} == 'completed' || {_STATUS} == 'failed'")


def _no_action_for_failed(flow: Flow) -> None:
    flow.poll_by_goto()
    flow.poll["onSuccess"].pop()


def _no_poll(flow: Flow) -> None:
    flow.workflow["steps"].remove(flow.poll)
    for name in ("bulkStatus", "errorCount", "errorItems"):
        del flow.workflow["outputs"][name]


def _trigger_first(flow: Flow) -> None:
    flow.workflow["steps"] = [flow.submit, flow.trigger, flow.poll]


def _no_limit(flow: Flow) -> None:
    del _retry(flow, "bulkStillRunning")["retryLimit"]


def _no_wait(flow: Flow) -> None:
    del _retry(flow, "bulkStillRunning")["retryAfter"]


def _no_end(flow: Flow) -> None:
    _retry(flow, "bulkStillRunning")["retryLimit"] = 1_000_000


def _polls_on(flow: Flow) -> None:
    del flow.poll["onFailure"][1]


def _submits_again(flow: Flow) -> None:
    flow.submit["onFailure"][0].pop("criteria")


def _no_key(flow: Flow) -> None:
    del flow.trigger["parameters"][1]


def _constant_key(flow: Flow) -> None:
    flow.trigger["parameters"][1]["value"] = "welcome"


def _goto_on_429(flow: Flow) -> None:
    flow.poll["onFailure"].insert(
        0,
        {"name": "throttled", "type": "goto", "stepId": "pollBulkOperation",
         "criteria": [{"condition": "$statusCode == 429"}]},
    )  # fmt: skip


def _failure_as_success(flow: Flow) -> None:
    flow.criteria("$statusCode == 200", f"{_STATUS} == 'completed' || {_STATUS} == 'failed'")
    flow.poll["onSuccess"] = [
        {"name": "done", "type": "goto", "stepId": "triggerWorkflow",
         "criteria": [{"condition": f"{_STATUS} == 'completed' && {_ERRORS} == 0"}]},
        {"name": "over", "type": "end"},
    ]  # fmt: skip
    del flow.workflow["outputs"]["bulkStatus"]


def _refusal_will_do(flow: Flow) -> None:
    flow.trigger["successCriteria"] = [{"condition": "$statusCode >= 200"}]


def _no_criteria(flow: Flow) -> None:
    del flow.submit["successCriteria"]


def _bare_ids(flow: Flow) -> None:
    for step in flow.workflow["steps"]:
        step["operationId"] = step["operationId"].rpartition(".")[2]


def _no_braces(flow: Flow) -> None:
    flow.components["parameters"]["authorization"]["value"] = "Bearer $inputs.apiKey"


def _no_jsonpath(flow: Flow) -> None:
    flow.poll["successCriteria"][1] = {
        "context": "$response.body", "type": "jsonpath", "condition": "$.status == 'completed'",
    }  # fmt: skip


def _jsonpath_of_an_array(flow: Flow) -> None:
    flow.poll["successCriteria"][1] = {
        "context": "$response.body", "type": "jsonpath", "condition": "$[?@.status == 'completed']",
    }  # fmt: skip


def _misspelt_status(flow: Flow) -> None:
    flow.poll["successCriteria"][1]["condition"] = f"{_STATUS} == 'complete'"


def _misspelt_field(flow: Flow) -> None:
    flow.poll["successCriteria"][1]["condition"] = "$response.body#/state == 'completed'"


def _wrong_id(flow: Flow) -> None:
    flow.submit["outputs"]["bulkOperationId"] = "$response.body#/name"


def _no_such_output(flow: Flow) -> None:
    flow.poll["parameters"][0]["value"] = "$steps.bulkIdentify.outputs.operationId"


def _output_before_step(flow: Flow) -> None:
    flow.submit["requestBody"]["payload"]["users"] = "$steps.triggerWorkflow.outputs.workflowRunId"


def _no_such_input(flow: Flow) -> None:
    flow.trigger["requestBody"]["payload"]["recipients"] = "$inputs.recipients"


def _no_body(flow: Flow) -> None:
    del flow.trigger["requestBody"]


def _wrong_member(flow: Flow) -> None:
    flow.submit["requestBody"]["payload"] = {"user": "$inputs.users"}


def _wrong_type(flow: Flow) -> None:
    flow.trigger["requestBody"]["payload"]["recipients"] = "everyone"


def _no_place(flow: Flow) -> None:
    del flow.poll["parameters"][0]["in"]


def _no_parameter(flow: Flow) -> None:
    del flow.trigger["parameters"][0]


def _no_such_operation(flow: Flow) -> None:
    flow.submit["operationId"] = "$sourceDescriptions.knockUsersApi.bulkIdentifyUser"


def _no_such_step(flow: Flow) -> None:
    flow.poll_by_goto()
    flow.poll["onSuccess"][0]["stepId"] = "triggerWorkflows"


def _no_such_field(flow: Flow) -> None:
    action = _retry(flow, "bulkStillRunning")
    action["retryLimits"] = action.pop("retryLimit")


def _twice(flow: Flow) -> None:
    flow.poll["stepId"] = "bulkIdentify"


def _wrong_output(flow: Flow) -> None:
    flow.trigger["outputs"]["workflowRunId"] = "$response.body#/run_id"


def _waits_for_itself(flow: Flow) -> None:
    flow.workflow["dependsOn"] = [flow.workflow["workflowId"]]


def _wrong_status(flow: Flow) -> None:
    flow.trigger["successCriteria"] = [{"condition": "$statusCode == 202"}]


def _too_early(flow: Flow) -> None:
    flow.poll["parameters"][0]["value"] = "$response.body#/id"


MUTANTS = (
    Mutant("any-status-will-do", "the poll succeeds whatever the status is", _any_status_will_do,
           ("notify-before-completed", "notify-after-failed"),
           ("notify-before-completed", "notify-after-failed")),
    Mutant("failed-will-do", "a failed operation counts as an end like any other", _failed_will_do,
           ("notify-after-failed",), ("notify-after-failed",)),
    Mutant("no-action-for-failed", "onSuccess has no action for a failed operation",
           _no_action_for_failed, ("failed-not-handled", "outcome-not-covered"),
           ("notify-after-failed",)),
    Mutant("failed-rows-ignored", "nobody looks at error_count", Flow.forget_failed_rows,
           ("failed-rows-not-looked-at",), ("notify-failed-rows",)),
    Mutant("no-poll", "the workflow is triggered as soon as the rows are submitted", _no_poll,
           ("notify-before-completed",), ("notify-before-completed",)),
    Mutant("trigger-first", "the trigger comes before the poll", _trigger_first,
           ("notify-before-completed",), ("notify-before-completed",)),
    Mutant("poll-by-goto", "polling by goto: no wait, no bound", Flow.poll_by_goto,
           ("loop-unbounded", "loop-without-wait"), ("unbounded", "polls-without-wait")),
    Mutant("no-retry-limit", "a retry without retryLimit, which means one", _no_limit,
           ("retry-limit-missing",), ("does-not-complete",)),
    Mutant("no-retry-after", "a retry without retryAfter", _no_wait,
           ("retry-after-missing",), ("polls-without-wait",)),
    Mutant("retries-for-ever", "a retryLimit of a million", _no_end,
           ("retry-unreasonable",), ("unbounded",)),
    Mutant("polls-on", "goes on polling after the operation has failed", _polls_on,
           ("polls-after-end",), ("polls-after-end",)),
    Mutant("submits-again", "the rows are submitted again after a cut connection", _submits_again,
           ("double-submit",), ("double-submit",)),
    Mutant("no-idempotency-key", "a trigger that is retried has no Idempotency-Key", _no_key,
           ("double-notify",), ("double-notify",)),
    Mutant("constant-key", "every run has the same Idempotency-Key", _constant_key,
           ("idempotency-key-constant",), ("idempotency-key-reused",)),
    Mutant("goto-on-429", "asks again at once after a 429", _goto_on_429,
           ("loop-unbounded", "retry-after-ignored"), ("retry-after-ignored",)),
    Mutant("failure-as-success", "a failed import ends the workflow as a success",
           _failure_as_success, ("failure-as-success",), ("failure-as-success",)),
    Mutant("refusal-will-do", "any status of the trigger counts as a success", _refusal_will_do,
           ("success-criteria-too-wide",), ("failure-as-success",)),
    Mutant("no-success-criteria", "a step does not say what success is", _no_criteria,
           ("success-criteria-omitted",)),
    Mutant("bare-operation-ids", "operation ids are not qualified", _bare_ids,
           ("bare-operation-id",)),
    Mutant("no-braces", "an expression inside text has no braces", _no_braces,
           ("bare-embedding",), ("does-not-complete",)),
    Mutant("no-jsonpath", "a JSONPath condition is none", _no_jsonpath,
           ("jsonpath-invalid",), ("policy-refuses",)),
    Mutant("jsonpath-of-an-array", "a JSONPath filter is applied to an object",
           _jsonpath_of_an_array, ("criterion-never-true",), ("does-not-complete",)),
    Mutant("misspelt-status", "waits for a status that there is not", _misspelt_status,
           ("value-not-possible",), ("does-not-complete",)),
    Mutant("misspelt-field", "looks at a field that the answer does not have", _misspelt_field,
           ("answer-field-unknown",), ("does-not-complete",)),
    Mutant("wrong-status", "waits for a 202 that the trigger never answers", _wrong_status,
           ("criterion-never-true",), ("does-not-complete",)),
    Mutant("wrong-id", "polls with something that is not the operation's id", _wrong_id,
           ("poll-id-unknown",), ("does-not-complete",)),
    Mutant("wrong-output", "an output of a field that the answer does not have", _wrong_output,
           ("answer-field-unknown",), ("outputs-missing",)),
    Mutant("no-such-output", "uses an output that the step does not have", _no_such_output,
           ("output-unknown",), ("refused",)),
    Mutant("output-before-step", "uses an output of a later step", _output_before_step,
           ("output-before-step",), ("does-not-complete",)),
    Mutant("answer-too-early", "uses the answer in its own request", _too_early,
           ("answer-too-early",), ("does-not-complete",)),
    Mutant("no-such-input", "uses an input that is not declared", _no_such_input,
           ("input-undeclared",), ("does-not-complete",)),
    Mutant("no-body", "a required body is missing", _no_body,
           ("body-required",), ("does-not-complete",)),
    Mutant("wrong-member", "the body's member has another name", _wrong_member,
           ("body-schema",), ("does-not-complete",)),
    Mutant("wrong-type", "the body's member has another type", _wrong_type,
           ("body-schema",), ("does-not-complete",)),
    Mutant("no-location", "a parameter does not say where it goes", _no_place,
           ("parameter-location-missing",), ("refused",)),
    Mutant("no-parameter", "a required parameter is missing", _no_parameter,
           ("parameter-required",), ("refused",)),
    Mutant("no-such-operation", "calls an operation that there is not", _no_such_operation,
           ("operation-unknown",), ("refused",)),
    Mutant("no-such-step", "goes to a step that there is not", _no_such_step,
           ("step-unknown",), ("refused",)),
    Mutant("no-such-field", "a field's name is misspelt", _no_such_field,
           ("unknown-field", "retry-limit-missing"), ("does-not-complete",)),
    Mutant("same-step-id", "two steps have the same id", _twice,
           ("duplicate",), ("refused",)),
    Mutant("waits-for-itself", "a workflow depends on itself", _waits_for_itself,
           ("dependency-loop",), ("refused",)),
    *HANDED_ON,
)  # fmt: skip
"""Every mutant, those that harm somebody first."""
