"""A good call of every operation of the documents, on the ground of one scene."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from contract_tests.checking.answer import Answer
from contract_tests.checking.documents import Operation
from contract_tests.checking.scene import Scene
from contract_tests.protocol.ground import Ground
from contract_tests.resources.workflows import FEED

Body = Callable[[Ground], Any]
Case = TypeVar("Case")
_FEW: Final = 3
_CALL: Final = {"id": "1", "jsonrpc": "2.0", "method": "test_connection"}
_BATCH: Final = ("Seen", "Unseen", "Read", "Unread", "Archived", "Unarchived")
_PARTS: Final = {
    "Categories": {"news": True}, "Workflows": {"welcome": True}, "ChannelTypes": {"email": True},
    "Category": {"subscribed": True}, "Workflow": {"subscribed": True},
    "ChannelType": {"subscribed": True},
}  # fmt: skip


def _step(ground: Ground) -> dict[str, Any]:
    return {
        "channel_id": FEED, "guide_id": FEED, "guide_key": "tour", "guide_step_ref": "step_1",
    }  # fmt: skip


def _inline(ground: Ground) -> list[Any]:
    return [ground.user, {"id": ground.new, "name": "new"}]


def _later(day: int) -> dict[str, Any]:
    rule = {"frequency": "daily", "hours": 9, "minutes": 30}
    return {"scheduled_at": f"2099-01-{day:02}T09:00:00Z", "repeats": [rule]}


def _members(id: str) -> dict[str, Any]:
    return {"members": [{"user": {"id": id}}]}


def _added(ground: Ground) -> dict[str, Any]:
    return {"subscriptions": [{"id": ground.object, "recipients": [ground.other, ground.user]}]}


def _part(body: Any, ground: Ground) -> Any:
    return body


_BODIES: Final[dict[str, Body]] = {
    "addAudienceMembers": lambda g: _members(g.new),
    "removeAudienceMembers": lambda g: _members(g.user),
    "bulkUpdateMessagesForChannel": lambda g: {"recipient_ids": [g.user]},
    "processCensusRpcRequest": lambda g: _CALL,
    "processHightouchRpcRequest": lambda g: _CALL,
    "markMessageInteracted": lambda g: {"metadata": {"link": "a"}},
    "batchMarkMessagesAsInteracted": lambda g: {"message_ids": [g.message]},
    "triggerWorkflowLegacy": lambda g: {
        "name": g.workflow, "recipients": [g.user], "actor": g.other, "data": {"number": 1},
    },
    "cancelWorkflowLegacy": lambda g: {"name": g.workflow, "cancellation_key": "key"},
    "setObject": lambda g: {"name": "changed"},
    "addSubscriptionsForObject": lambda g: {"recipients": _inline(g)},
    "deleteSubscriptionsForObject": lambda g: {"recipients": [g.user]},
    "updateObjectPreferenceSet": lambda g: {"categories": {"news": True}},
    "updateUserPreferenceSet": lambda g: {"categories": {"news": True}},
    "setObjectChannelData": lambda g: {"data": {"tokens": ["changed"]}},
    "setUserChannelData": lambda g: {"data": {"tokens": ["changed"]}},
    "bulkSetObjects": lambda g: {"objects": [{"id": g.object, "name": "changed"}]},
    "bulkDeleteObjects": lambda g: {"object_ids": [g.object]},
    "bulkAddSubscriptions": _added,
    "bulkDeleteSubscriptions": _added,
    "createSchedules": lambda g: {
        "workflow": g.workflow, "recipients": _inline(g), **_later(2),
    },
    "updateSchedules": lambda g: {"schedule_ids": [g.schedule], "data": {"number": 2}},
    "deleteSchedules": lambda g: {"schedule_ids": [g.schedule]},
    "bulkCreateSchedules": lambda g: {
        "schedules": [
            {"workflow": g.workflow, "recipient": g.user, **_later(3)},
        ],
    },
    "setTenant": lambda g: {"name": "changed"},
    "bulkSetTenants": lambda g: {"tenants": [{"id": g.tenant, "name": "changed"}]},
    "identifyUser": lambda g: {"name": "changed"},
    "mergeUser": lambda g: {"from_user_id": g.spare},
    "bulkIdentifyUsers": lambda g: {"users": [{"id": g.user, "name": "changed"}]},
    "bulkDeleteUsers": lambda g: {"user_ids": [g.spare]},
    "bulkSetUserPreferences": lambda g: {
        "user_ids": [g.user], "preferences": {"categories": {"news": True}},
    },
    "markUserGuideAsSeen": lambda g: {**_step(g), "content": {"text": "x"}},
    "markUserGuideAsSeenByMessage": lambda g: {**_step(g), "content": {"text": "x"}},
    "markUserGuideAsInteracted": _step,
    "markUserGuideAsInteractedByMessage": _step,
    "markUserGuideAsArchived": _step,
    "markUserGuideAsArchivedByMessage": _step,
    "markUserGuideAsUnarchived": lambda g: {"guide_key": "tour"},
    "resetUserGuideEngagement": lambda g: {"guide_key": "tour"},
    "triggerWorkflow": lambda g: {"recipients": _inline(g), "data": {"number": 1}},
    "cancelWorkflow": lambda g: {"cancellation_key": "key"},
    **{
        f"batchMarkMessagesAs{mark}": lambda g: {"message_ids": [g.message]} for mark in _BATCH
    },
    **{
        f"update{whose}Preference{part}": partial(_part, body)
        for whose in ("User", "Object")
        for part, body in _PARTS.items()
    },
}  # fmt: skip
"""The body of each operation that has one, by its id."""


def _owner(ground: Ground) -> str:
    """Whose credentials a provider is asked with, as the documents have it in a query."""
    return json.dumps({"collection": "$tenants", "object_id": ground.tenant})


_PARAMETERS: Final[dict[str, Callable[[Ground], list[tuple[str, str]]]]] = {
    "addAudienceMembers": lambda g: [("create_audience", "true")],
    "batchGetMessageContents": lambda g: [("message_ids[]", g.message)],
    "bulkDeleteTenants": lambda g: [("tenant_ids[]", g.tenant)],
    "listSchedules": lambda g: [("workflow", g.workflow)],
    "listChannelsForMsTeamsProvider": lambda g: [("team_id", "team")],
}


@dataclass(frozen=True)
class Call:
    """One request of an operation."""

    operation: Operation
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Any = None

    @property
    def place(self) -> str:
        """The operation's id."""
        return self.operation.id

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.operation.method == "GET"

    def arguments(self) -> dict[str, Any]:
        """What `Scene.send` takes beside method and path."""
        more: dict[str, Any] = {"params": self.params}
        return more if self.body is None else {"body": self.body, **more}


def send(scene: Scene, call: Call, **more: Any) -> Answer:
    """Send a call, with whatever else `Scene.send` takes, or other than the call has it."""
    return scene.send(call.operation.method, call.path, **{**call.arguments(), **more})


def spared(scene: Scene, cases: Sequence[Case]) -> Sequence[Case]:
    """The cases; for a real environment, which is asked slowly, the first few."""
    return cases[:_FEW] if scene.target.real else cases


def call_of(operation: Operation, ground: Ground) -> Call:
    """A good call of the operation."""
    params = _PARAMETERS[operation.id](ground) if operation.id in _PARAMETERS else []
    if "/providers/" in operation.path:
        slack = "/slack/" in operation.path
        params.append(
            ("access_token_object" if slack else "ms_teams_tenant_object", _owner(ground))
        )
    body = _BODIES.get(operation.id)
    return Call(
        operation, ground.filled(operation.path), tuple(params), body(ground) if body else None
    )


def good_calls(scene: Scene, ground: Ground) -> list[Call]:
    """A good call of every operation; what removes the most comes last."""
    calls = [call_of(operation, ground) for operation in scene.examiner.documents.operations]
    return sorted(calls, key=lambda call: (_weight(call), call.operation.id))


_WHOLE: Final = frozenset(
    {
        "deleteUser", "deleteObject", "deleteTenant", "bulkDeleteUsers", "bulkDeleteObjects",
        "bulkDeleteTenants", "mergeUser",
    }
)  # fmt: skip
"""They take away what other calls are about."""


def _weight(call: Call) -> int:
    if call.reads:
        return 0
    return 3 if call.place in _WHOLE else 2 if call.operation.method == "DELETE" else 1
