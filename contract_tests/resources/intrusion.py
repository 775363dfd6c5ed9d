"""Every operation of the documents, asked for what is another environment's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.checking.documents import Operation
from contract_tests.checking.scene import Scene
from contract_tests.resources.estate import AUDIENCE, HUB, READER, TENANT, Holder, Stock
from contract_tests.resources.recipients import CHANNELS
from contract_tests.resources.workflows import FEED

VICTIM: Final = Holder("ann")
THING: Final = Holder("ann", "cats")
_UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
NOT_TRIED: Final = {
    "processCensusRpcRequest": "names what it touches in a dialect that Knock does not document",
    "processHightouchRpcRequest": "names what it touches in a dialect that Knock does not document",
}
"""Operations without a request of another environment's things, and why."""
_ORDER: Final = {"GET": 0, "DELETE": 1, "PUT": 2, "POST": 3}


@dataclass(frozen=True)
class Intrusion:
    """One request with another environment's key; `values` say how the path is filled."""

    operation: Operation
    variant: int = 0

    @property
    def name(self) -> str:
        """The operation, for people."""
        return self.operation.id


def intrusions(operations: list[Operation]) -> list[Intrusion]:
    """One for each, reads first, then what deletes, then the other writes; some have two."""
    tried = [one for one in operations if one.id not in NOT_TRIED]
    found = [Intrusion(one, v) for one in tried for v in range(_variants(one))]
    return sorted(found, key=lambda one: _ORDER[one.operation.method])


def _variants(operation: Operation) -> int:
    return 2 if "/preferences/{id}" in operation.path else 1


def request(
    scene: Scene, stock: Stock, intrusion: Intrusion
) -> tuple[str, Any, list[tuple[str, str]]] | None:
    """Path, body (None for none) and query; None where the stock has nothing to ask for."""
    operation = intrusion.operation
    values = dict(_values(scene, stock, intrusion))
    path = operation.path
    for placeholder, value in values.items():
        path = path.replace(placeholder, value)
    if "{" in path or "\x00" in path:
        return None
    body = _bodies(scene, stock).get(operation.id.removesuffix("Legacy"))
    if operation.method in ("PUT", "POST", "DELETE") and body is None:
        body = _BY_PLACE.get(operation.path.rpartition("/")[2])
    return path, body, _queries(scene, stock).get(operation.id, [])


def _values(scene: Scene, stock: Stock, intrusion: Intrusion) -> Iterator[tuple[str, str]]:
    """What stands for the parameters of a path; those with their surroundings go first."""
    path = intrusion.operation.path
    yield (
        "/preferences/{id}",
        f"/preferences/{scene.id(TENANT) if intrusion.variant else 'default'}",
    )
    yield "/objects/{collection}/{id}", f"/objects/{scene.id('cats')}/{scene.id('ann')}"
    yield "/feeds/{id}", f"/feeds/{FEED}"
    yield "/tenants/{id}", f"/tenants/{scene.id('ann')}"
    yield "/audiences/{key}", f"/audiences/{scene.id(AUDIENCE)}"
    yield "/workflows/{key}/", f"/workflows/{_workflow_or_key(scene, path)}/"
    yield "/channels/{channel_id}", f"/channels/{FEED}"
    yield "/guides/{channel_id}", f"/guides/{FEED}"
    yield "/bulk_operations/{id}", f"/bulk_operations/{_first(stock, 'operations')}"
    yield "/workflow_recipient_runs/{id}", f"/workflow_recipient_runs/{_first(stock, 'runs')}"
    yield "{message_id}", _first(stock, "messages")
    yield "{user_id}", scene.id("ann")
    yield "{collection}", scene.id("cats")
    yield "{object_id}", scene.id("ann")
    yield "{channel_id}", CHANNELS[0]
    yield "{action}", "archived"
    yield "{key}", "theirs"
    yield "{type}", "email"


def _workflow_or_key(scene: Scene, path: str) -> str:
    return scene.target.workflow or "theirs" if path.startswith("/v1/workflows/") else "theirs"


def _first(stock: Stock, kind: str) -> str:
    """An id of the server's own; a text that no path may have where there is none."""
    return next(iter(stock.ids.get(kind, [])), "\x00")


_BY_PLACE: Final[dict[str, Any]] = {
    "categories": {"theirs": False},
    "workflows": {"theirs": False},
    "channel_types": {"email": False},
    "{key}": {"subscribed": False},
    "{type}": {"subscribed": False},
}
_VALUES: Final = {"name": "theirs", "plan": "theirs"}
_SET: Final = {"categories": {"theirs": True}}
_GUIDE: Final = {
    "channel_id": FEED, "guide_id": _UNKNOWN, "guide_key": "theirs", "guide_step_ref": "theirs",
}  # fmt: skip


def _bodies(scene: Scene, stock: Stock) -> dict[str, Any]:
    """By operation id."""
    user, tenant, workflow = scene.id("ann"), scene.id(TENANT), scene.target.workflow
    thing = THING.reference(scene)
    followers = {"recipients": [user, thing]}
    subscriptions = {"subscriptions": [{"id": scene.id(HUB), "recipients": [user, thing]}]}
    members = {"members": [{"user": {"id": user}}]}
    schedules = {"schedule_ids": stock.ids.get("schedules", [])}
    messages = {"message_ids": stock.ids.get("messages", [])}
    repeats = [{"frequency": "monthly", "day_of_month": 2}]
    start = {"recipients": [user, thing], "data": {"note": "theirs"}}
    marks = ("Archived", "Interacted", "Read", "Seen", "Unarchived", "Unread", "Unseen")
    return {
        **{f"batchMarkMessagesAs{mark}": messages for mark in marks},
        "addAudienceMembers": members,
        "removeAudienceMembers": members,
        "bulkUpdateMessagesForChannel": {"recipient_ids": [user]},
        "triggerWorkflow": {**start, "name": workflow, "actor": user},
        "cancelWorkflow": {"cancellation_key": stock.mark, "name": workflow},
        "bulkDeleteObjects": {"object_ids": [scene.id("ann")]},
        "bulkSetObjects": {"objects": [{"id": scene.id("ann"), **_VALUES}]},
        "bulkAddSubscriptions": subscriptions,
        "bulkDeleteSubscriptions": subscriptions,
        "setObject": _VALUES, "identifyUser": _VALUES, "setTenant": _VALUES,
        "setObjectChannelData": {"data": {"tokens": ["theirs"]}},
        "setUserChannelData": {"data": {"tokens": ["theirs"]}},
        "updateObjectPreferenceSet": _SET, "updateUserPreferenceSet": _SET,
        "addSubscriptionsForObject": followers, "deleteSubscriptionsForObject": followers,
        "createSchedules": {"workflow": workflow, "recipients": [user], "repeats": repeats},
        "updateSchedules": {**schedules, "data": {"note": "theirs"}, "tenant": tenant},
        "deleteSchedules": schedules,
        "bulkCreateSchedules": {
            "schedules": [{"workflow": workflow, "recipient": user, "repeats": repeats}]
        },
        "bulkSetTenants": {"tenants": [{"id": scene.id("ann"), **_VALUES}]},
        "bulkDeleteUsers": {"user_ids": [user]},
        "bulkIdentifyUsers": {"users": [{"id": user, **_VALUES}]},
        "bulkSetUserPreferences": {"user_ids": [user], "preferences": _SET},
        "mergeUser": {"from_user_id": scene.id(READER)},
        "resetUserGuideEngagement": {"guide_key": "theirs"},
        **dict.fromkeys(
            (
                "markUserGuideAsArchived", "markUserGuideAsUnarchived", "markUserGuideAsInteracted",
                "markUserGuideAsSeen", "markUserGuideAsArchivedByMessage",
                "markUserGuideAsInteractedByMessage", "markUserGuideAsSeenByMessage",
            ),
            _GUIDE,
        ),
    }  # fmt: skip


def _queries(scene: Scene, stock: Stock) -> dict[str, list[tuple[str, str]]]:
    """By operation id."""
    owner = f'{{"collection": "{scene.id("cats")}", "object_id": "{scene.id("ann")}"}}'
    slack = [("access_token_object", owner)]
    teams = [("ms_teams_tenant_object", owner)]
    return {
        "addAudienceMembers": [("create_audience", "true")],
        "bulkDeleteTenants": [("tenant_ids[]", scene.id("ann"))],
        "batchGetMessageContents": [
            ("message_ids[]", id) for id in stock.ids.get("messages", [])[:20]
        ],
        "listSchedules": [("workflow", scene.target.workflow or "theirs")],
        "listUsers": [("include[]", "preferences")],
        "slackProviderAuthCheck": slack, "listChannelsForSlackProvider": slack,
        "slackProviderRevokeAccess": slack,
        "msTeamsProviderAuthCheck": teams, "msTeamsProviderRevokeAccess": teams,
        "listTeamsForMsTeamsProvider": teams,
        "listChannelsForMsTeamsProvider": [*teams, ("team_id", _UNKNOWN)],
    }  # fmt: skip
