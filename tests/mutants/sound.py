"""Sound flows, written in other ways than the hardened one: nothing may be found against them."""

from __future__ import annotations

import copy
from collections.abc import Callable

from contract_tests.mutants.flows.handed_on import in_two_workflows
from contract_tests.mutants.flows.mutant import Flow

_STATUS = "$response.body#/status"


def _each_step_authorizes(flow: Flow) -> None:
    """The Authorization header in every step: lint has a note for that, and no more."""
    del flow.workflow["parameters"]
    parameter = flow.components.pop("parameters")["authorization"]
    for step in flow.workflow["steps"]:
        step["parameters"] = [parameter, *step.get("parameters", [])]


def _credentials_are_the_runner_s(flow: Flow) -> None:
    del flow.workflow["parameters"], flow.components["parameters"]
    del flow.workflow["inputs"]["properties"]["apiKey"]
    flow.workflow["inputs"]["required"].remove("apiKey")


def _tells_of_failed_rows(flow: Flow) -> None:
    """Notifies all the same, and says in its outputs which rows failed."""
    del flow.poll["successCriteria"][2]


def _gives_up_at_once(flow: Flow) -> None:
    """No retry where something goes wrong, but for the poll."""
    del flow.submit["onFailure"], flow.trigger["onFailure"]
    flow.poll["onFailure"] = flow.poll["onFailure"][:1]


def _tells_and_gives_up(flow: Flow) -> None:
    """Notifies all the same; when the trigger fails after that, the outputs still tell."""
    _tells_of_failed_rows(flow)
    _gives_up_at_once(flow)


def _one_condition(flow: Flow) -> None:
    flow.criteria(
        f"$statusCode == 200 && {_STATUS} == 'completed' && $response.body#/error_count == 0"
    )


def _by_regex(flow: Flow) -> None:
    flow.poll["successCriteria"][1] = {
        "context": _STATUS, "type": "regex", "condition": "^completed$",
    }  # fmt: skip


def _by_jsonpath(flow: Flow) -> None:
    flow.poll["successCriteria"][1] = {
        "context": "$response.body", "type": "jsonpath", "condition": "$[?$.status == 'completed']",
    }  # fmt: skip


def _in_capitals(flow: Flow) -> None:
    """Strings compare without regard to case (Criterion Object)."""
    flow.poll["successCriteria"][1]["condition"] = f"{_STATUS} == 'COMPLETED'"


def _by_range(flow: Flow) -> None:
    flow.submit["successCriteria"] = [{"condition": "$statusCode >= 200 && $statusCode < 300"}]


def _by_error_items(flow: Flow) -> None:
    flow.poll["successCriteria"][2]["condition"] = (
        "$response.body#/success_count == $response.body#/estimated_total_rows"
    )


def _shared_actions(flow: Flow) -> None:
    """Failure actions of the workflow."""
    references = flow.trigger.pop("onFailure")
    flow.poll["onFailure"] = flow.poll["onFailure"][:2]
    flow.workflow["failureActions"] = references


def _goto_onwards(flow: Flow) -> None:
    flow.poll["onSuccess"] = [{"name": "go", "type": "goto", "stepId": "triggerWorkflow"}]


def _by_path(flow: Flow) -> None:
    """One source only: ids need no qualification then."""
    flow.workflow["steps"] = [flow.submit]
    flow.submit["operationId"] = "bulkIdentifyUsers"
    flow.document["sourceDescriptions"] = flow.document["sourceDescriptions"][:1]
    flow.workflow["steps"] = [
        {
            "stepId": "read",
            "operationId": "getUser",
            "parameters": [{"name": "user_id", "in": "path", "value": "$inputs.user"}],
            "successCriteria": [{"condition": "$statusCode == 200"}],
            "outputs": {"name": "$response.body#/name"},
        }
    ]
    flow.workflow["inputs"] = {
        "type": "object", "required": ["apiKey", "user"],
        "properties": {"apiKey": {"type": "string"}, "user": {"type": "string"}},
    }  # fmt: skip
    flow.workflow["outputs"] = {"name": "$steps.read.outputs.name"}
    del flow.components["failureActions"]


def _pages(flow: Flow) -> None:
    """Follows a cursor with a goto, which comes to an end."""
    _by_path(flow)
    flow.workflow["inputs"]["properties"].pop("user")
    flow.workflow["inputs"]["required"].remove("user")
    flow.workflow["outputs"] = {"users": "$steps.list.outputs.users"}
    flow.workflow["steps"] = [
        {
            "stepId": "list",
            "operationId": "listUsers",
            "parameters": [
                {"name": "after", "in": "query", "value": "$steps.list.outputs.after"},
            ],
            "successCriteria": [{"condition": "$statusCode == 200"}],
            "outputs": {
                "users": "$response.body#/entries", "after": "$response.body#/page_info/after",
            },
            "onSuccess": [
                {"name": "last", "type": "end",
                 "criteria": [{"condition": "$response.body#/page_info/after == null"}]},
                {"name": "more", "type": "goto", "stepId": "list"},
            ],
        }
    ]  # fmt: skip


def _deletes(flow: Flow) -> None:
    """Another bulk operation, and nobody to notify."""
    flow.submit["operationId"] = "$sourceDescriptions.knockUsersApi.bulkDeleteUsers"
    flow.submit["requestBody"]["payload"] = {"user_ids": "$inputs.recipientIds"}
    flow.workflow["steps"] = [flow.submit, flow.poll]
    flow.document["sourceDescriptions"].pop()
    del flow.workflow["outputs"]["workflowRunId"]
    inputs = flow.workflow["inputs"]
    inputs["required"] = ["apiKey", "recipientIds"]
    inputs["properties"] = {n: inputs["properties"][n] for n in inputs["required"]}


def _was_submitted_before(flow: Flow) -> None:
    """The operation's id is an input."""
    flow.workflow["steps"] = [flow.poll, flow.trigger]
    flow.document["sourceDescriptions"].pop(0)
    inputs = flow.workflow["inputs"]
    inputs["required"] = ["apiKey", "operation", "recipientIds", "workflowKey"]
    inputs["properties"]["operation"] = {"type": "string", "format": "uuid"}
    flow.poll["parameters"][0]["value"] = "$inputs.operation"
    flow.trigger["parameters"][1]["value"] = "$inputs.operation"
    del inputs["properties"]["users"], flow.workflow["outputs"]["bulkOperationId"]


def _in_two_workflows(flow: Flow) -> None:
    """A workflow that imports, and one that calls it and then notifies."""
    in_two_workflows(flow)


def _waits_for_another(flow: Flow) -> None:
    """The workflow that imports is waited for; its inputs are the run's, and not this one's."""
    in_two_workflows(flow)
    flow.workflow["steps"] = [flow.trigger]
    flow.workflow["dependsOn"] = ["import-users"]
    flow.trigger["parameters"][1]["value"] = "$workflows.import-users.outputs.bulkOperationId"
    flow.workflow["outputs"] = {"run": "$steps.triggerWorkflow.outputs.workflowRunId"}
    inputs = flow.workflow["inputs"]
    inputs["required"].remove("users")
    del inputs["properties"]["users"]
    inputs["additionalProperties"] = False


def _imports_again(flow: Flow) -> None:
    """Submits once more after the operation has failed, and notifies when that one is through."""
    flow.poll["onFailure"].insert(
        1,
        {"name": "importAgain", "type": "retry", "stepId": "bulkIdentify", "retryAfter": 5,
         "retryLimit": 1, "criteria": [{"condition": f"{_STATUS} == 'failed'"}]},
    )  # fmt: skip


def _imports_again_in_steps(flow: Flow) -> None:
    """The second import has steps of its own."""
    submit, poll = copy.deepcopy(flow.submit), copy.deepcopy(flow.poll)
    submit["stepId"], poll["stepId"] = "submitAgain", "pollAgain"
    poll["parameters"][0]["value"] = "$steps.submitAgain.outputs.bulkOperationId"
    notify = [{"name": "notify", "type": "goto", "stepId": "triggerWorkflow"}]
    flow.poll["onSuccess"] = poll["onSuccess"] = notify
    flow.poll["onFailure"].insert(
        1,
        {"name": "again", "type": "goto", "stepId": "submitAgain",
         "criteria": [{"condition": f"{_STATUS} == 'failed'"}]},
    )  # fmt: skip
    flow.workflow["steps"] = [flow.submit, flow.poll, submit, poll, flow.trigger]
    flow.workflow["outputs"] = {"run": "$steps.triggerWorkflow.outputs.workflowRunId"}


def _imports_failed_rows_again(flow: Flow) -> None:
    flow.poll["onFailure"].insert(
        1,
        {"name": "again", "type": "retry", "stepId": "bulkIdentify", "retryAfter": 5,
         "retryLimit": 1, "criteria": [{"condition": f"{_STATUS} == 'completed'"},
                                       {"condition": "$response.body#/error_count > 0"}]},
    )  # fmt: skip


def _two_triggers(flow: Flow) -> None:
    """Each with an Idempotency-Key of its own."""
    again = copy.deepcopy(flow.trigger)
    again["stepId"] = "tellAdmins"
    again["parameters"][1]["value"] = "{$steps.bulkIdentify.outputs.bulkOperationId}-admins"
    again["requestBody"]["payload"] = {"recipients": ["admin"], "data": {"done": True}}
    flow.workflow["steps"].append(again)


def _retries_what_was_not_taken(flow: Flow) -> None:
    """No Idempotency-Key, and a trigger is made again only where it was not taken."""
    del flow.trigger["parameters"][1]
    flow.trigger["onFailure"] = [flow.submit["onFailure"][0], {"name": "stop", "type": "end"}]


def _key_is_an_input(flow: Flow) -> None:
    """An input of a pattern, new for each run."""
    inputs = flow.workflow["inputs"]
    inputs["properties"]["importId"] = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9]{2}$"}
    inputs["required"].append("importId")
    flow.trigger["parameters"][1]["value"] = "import-{$inputs.importId}"


def _inputs_by_reference(flow: Flow) -> None:
    flow.components["inputs"] = {"all": flow.workflow["inputs"]}
    flow.workflow["inputs"] = {"$ref": "#/components/inputs/all"}


def _action_for_one_step(flow: Flow) -> None:
    """An action of the workflow that only one of its steps can come to."""
    flow.workflow["successActions"] = [
        {"name": "gone", "type": "end", "criteria": [{"condition": "$statusCode == 204"}]}
    ]
    following = ("pollBulkOperation", "triggerWorkflow", "remove")
    for step, name in zip(flow.workflow["steps"], following, strict=True):
        step["onSuccess"] = [{"name": "on", "type": "goto", "stepId": name}]
    flow.workflow["steps"].append(
        {
            "stepId": "remove",
            "operationId": "$sourceDescriptions.knockUsersApi.deleteUser",
            "parameters": [{"name": "user_id", "in": "path", "value": "temporary"}],
            "successCriteria": [{"condition": "$statusCode == 204"}],
        }
    )


def _by_lookahead(flow: Flow) -> None:
    flow.poll["successCriteria"][1] = {
        "context": _STATUS, "type": "regex", "condition": "^(?!queued|failed)completed$",
    }  # fmt: skip


def _by_length(flow: Flow) -> None:
    flow.poll["successCriteria"][2] = {
        "context": "$response.body", "type": "jsonpath",
        "condition": "$[?length($.error_items) == 0]",
    }  # fmt: skip


def _looks_before_it_leaps(flow: Flow) -> None:
    """Reads a user after the import; one that is not there yet is asked for again."""
    retry = {"name": "notYet", "type": "retry", "retryAfter": 1, "retryLimit": 3}
    look = {
        "stepId": "look",
        "operationId": "$sourceDescriptions.knockUsersApi.getUser",
        "parameters": [{"name": "user_id", "in": "path", "value": "$inputs.recipientIds[0]"}],
        "successCriteria": [{"condition": "$statusCode == 200"}],
        "onFailure": [
            {**retry, "criteria": [{"condition": "$statusCode == 404 || $statusCode == 429"}]},
            {"name": "stop", "type": "end"},
        ],
    }
    flow.workflow["steps"].insert(2, look)


def _sends_a_token(flow: Flow) -> None:
    """A device's token is data; it is no key to the API."""
    inputs = flow.workflow["inputs"]
    inputs["properties"]["deviceToken"] = {"type": "string"}
    inputs["required"].append("deviceToken")
    flow.trigger["requestBody"]["payload"]["data"] = {"device": "$inputs.deviceToken"}


SOUND: dict[str, Callable[[Flow], None]] = {
    change.__name__.strip("_"): change
    for change in (
        _each_step_authorizes, _credentials_are_the_runner_s, _tells_of_failed_rows,
        _gives_up_at_once, _tells_and_gives_up, _one_condition, _by_regex, _by_jsonpath,
        _in_capitals, _by_range, _by_error_items, _shared_actions, _goto_onwards, _by_path, _pages,
        _deletes, _was_submitted_before, _in_two_workflows, _waits_for_another, _imports_again,
        _imports_again_in_steps, _imports_failed_rows_again, _two_triggers,
        _retries_what_was_not_taken, _key_is_an_input, _inputs_by_reference, _action_for_one_step,
        _by_lookahead, _by_length, _looks_before_it_leaps, _sends_a_token,
    )
}  # fmt: skip
