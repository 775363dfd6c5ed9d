"""Sound flows, written in other ways than the hardened one: nothing may be found against them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    imports: dict[str, Any] = {
        **flow.workflow, "workflowId": "import-users", "steps": [flow.submit, flow.poll],
        "outputs": {n: v for n, v in flow.workflow["outputs"].items() if n != "workflowRunId"},
    }  # fmt: skip
    properties = flow.workflow["inputs"]["properties"]
    imports["inputs"] = {
        "type": "object", "required": ["apiKey", "users"],
        "properties": {name: properties[name] for name in ("apiKey", "users")},
    }  # fmt: skip
    call = {
        "stepId": "importUsers",
        "workflowId": "import-users",
        "parameters": [
            {"name": "apiKey", "value": "$inputs.apiKey"},
            {"name": "users", "value": "$inputs.users"},
        ],
        "successCriteria": [{"condition": "$outputs.bulkStatus == 'completed'"}],
        "outputs": {"id": "$outputs.bulkOperationId"},
    }
    del flow.workflow["parameters"]
    flow.workflow["steps"] = [call, flow.trigger]
    authorization = {"reference": "$components.parameters.authorization"}
    flow.trigger["parameters"] += [authorization]
    flow.trigger["parameters"][1]["value"] = "$steps.importUsers.outputs.id"
    flow.workflow["outputs"] = {
        "bulkOperationId": "$steps.importUsers.outputs.id",
        "workflowRunId": "$steps.triggerWorkflow.outputs.workflowRunId",
    }
    flow.document["workflows"].append(imports)


SOUND: dict[str, Callable[[Flow], None]] = {
    change.__name__.strip("_"): change
    for change in (
        _each_step_authorizes, _credentials_are_the_runner_s, _tells_of_failed_rows,
        _gives_up_at_once, _tells_and_gives_up, _one_condition, _by_regex, _by_jsonpath,
        _in_capitals, _by_range, _by_error_items, _shared_actions, _goto_onwards, _by_path, _pages,
        _deletes, _was_submitted_before, _in_two_workflows,
    )
}  # fmt: skip
