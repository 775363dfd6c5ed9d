"""Every query parameter of every list: the filters, and why the rest are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.resources.filtering import (
    NOBODY,
    Choice,
    Filter,
    Query,
    Row,
    among,
    both,
    chosen,
    engagement,
    equal,
    id_of,
    moment,
    source,
    trigger_data,
)
from contract_tests.resources.studio import GUIDES
from contract_tests.resources.workflows import FEED

OTHERWISE: Final = {
    "after": "a cursor: see the checks of cursors",
    "before": "a cursor: see the checks of cursors",
    "page_size": "see the checks of cursors",
    "include": "adds to rows: see the check of preferences in lists",
    "mode": "what rows show, or whose they are: see the checks of feeds and of subscriptions",
    "exclude": "takes fields out of rows: see the check of feeds",
    "locale": "changes words, of which a server need have only one language",
    "create_audience": "makes an audience: see the checks of audiences",
    "resolve_full_preference_settings": "lays defaults under: nothing of Knock's API sets those",
    "getUserPreferenceSet tenant": "lays a tenant's defaults under: see the check of preferences",
    "listUserGuides tenant": "guides are aimed at tenants in Knock's dashboard",
    "listUserGuides data": "guides are aimed by conditions of Knock's dashboard",
    "batchGetMessageContents message_ids": "names what is read: see the check of contents",
    "bulkDeleteTenants tenant_ids": "names what is deleted: see the check of deletions",
    "access_token_object": "names whose credential is used",
    "ms_teams_tenant_object": "names whose credential is used",
    "team_id": "names a team at Microsoft",
}
"""By parameter, or by operation and parameter: why it is not among the filters."""
UNDOCUMENTED_VALUES: Final = ("query_options.",)
"""Parameters that are handed on to Slack or Microsoft."""


@dataclass(frozen=True)
class FilteredList:
    """One list of the documents, where it is in the scene, and its filters by parameter.

    key: what tells its rows apart.
    base: what it is always asked with.
    """

    operation: str
    path: Callable[[Scene], str]
    filters: dict[str, Filter]
    key: Callable[[Row], str] = lambda row: str(row["id"])
    base: Callable[[Scene], Query] = lambda scene: []
    needs: tuple[Capability, ...] = (Capability.WORKFLOW,)


def _messages(operation: str, path: Callable[[Scene], str], *needs: Capability) -> FilteredList:
    own = equal("tenant", lambda row: row["tenant"])
    return FilteredList(
        operation, path,
        {
            "tenant": own,
            # Any UUID may be the name of the one feed of a mock-knock that was told of no channels.
            "channel_id": equal("channel_id", lambda row: row["channel_id"], ()),
            "status": among("status[]", lambda row: [row["status"]], "bounced", "queued"),
            "engagement_status": engagement("engagement_status[]"),
            "message_ids": chosen("message_ids[]", lambda row: row["id"]),
            "workflow_categories": among("workflow_categories[]", _categories),
            "source": equal("source", source("key")),
            "workflow_run_id": equal("workflow_run_id", source("workflow_run_id"), (_NO_RUN,)),
            "workflow_recipient_run_id": equal(
                "workflow_recipient_run_id", source("workflow_recipient_run_id"), (_NO_RUN,)
            ),
            "trigger_data": trigger_data,
            **_inserted_at(),
            "tenant and trigger_data": both(own, trigger_data),
        },
        needs=(Capability.WORKFLOW, *needs),
    )  # fmt: skip


_NO_RUN: Final = "00000000-0000-4000-8000-000000000000"


def _categories(row: Row) -> list[str]:
    found: list[str] = row["source"]["categories"]
    return found


def _inserted_at() -> dict[str, Filter]:
    bounds = ("gt", "gte", "lt", "lte")
    return {
        f"inserted_at.{bound}": moment(bound, f"inserted_at.{bound}", f"inserted_at[{bound}]")
        for bound in bounds
    }


def _feed_status(rows: list[Row]) -> list[Choice]:
    def fits(row: Row, status: str) -> bool:
        stamp = row[f"{status.removeprefix('un')}_at"] if status != "all" else None
        return status == "all" or (stamp is None) == status.startswith("un")

    statuses = ("seen", "unseen", "read", "unread", "all")
    return [Choice((("status", status),), fits, status) for status in statuses]


def _archived(rows: list[Row]) -> list[Choice]:
    def fits(row: Row, wanted: tuple[bool, ...]) -> bool:
        return (row["archived_at"] is not None) in wanted

    asked = {"exclude": (False,), "include": (False, True), "only": (True,)}
    return [Choice((("archived", value),), fits, wanted) for value, wanted in asked.items()]


def _tenant_of_feed(rows: list[Row]) -> list[Choice]:
    """Items of no tenant come too, unless `has_tenant=true` is asked as well."""

    def fits(row: Row, wanted: tuple[str | None, ...]) -> bool:
        return row["tenant"] in wanted

    found = []
    for tenant in [*sorted({row["tenant"] for row in rows if row["tenant"]}), NOBODY]:
        asked = ("tenant", tenant)
        found += [
            Choice((asked,), fits, (tenant, None)),
            Choice((asked, ("has_tenant", "true")), fits, (tenant,)),
        ]
    return found


def _whether(name: str, read: Callable[[Row], bool]) -> Filter:
    """A parameter that is `true` or `false`."""

    def fits(row: Row, wanted: bool) -> bool:
        return read(row) == wanted

    return lambda rows: [
        Choice(((name, text),), fits, wanted) for text, wanted in (("true", True), ("false", False))
    ]


def _users_only(name: str, member: str) -> Filter:
    """References of users, by their ids."""

    def ids(row: Row) -> list[str]:
        return [id_of(row[member])] if not _collection(row[member]) else []

    return among(name, ids)


def _collection(reference: Any) -> Any:
    return reference.get("collection") if isinstance(reference, dict) else None


def _recipient_of_run(rows: list[Row]) -> list[Choice]:
    """By id for a user, by id and collection for an object."""
    choices = _users_by("recipient")(rows)
    for row in rows:
        found = row["recipient"]
        if _collection(found):
            query = (
                ("recipient[id]", id_of(found)), ("recipient[collection]", found["collection"]),
            )  # fmt: skip
            choices.append(Choice(query, _is_for, found))
            break
    return choices


def _is_for(row: Row, recipient: Any) -> bool:
    return bool(row["recipient"] == recipient)


def _users_by(name: str) -> Filter:
    return equal(name, lambda row: None if _collection(row[name]) else id_of(row[name]))


def _objects(rows: list[Row]) -> list[Choice]:
    found = [row["object"] for row in rows]
    stranger = {"id": NOBODY, "collection": found[0]["collection"]} if found else {}
    return [
        Choice(
            (("objects[][id]", one["id"]), ("objects[][collection]", one["collection"])),
            lambda row, one: bool(row["object"]["id"] == one["id"]),
            one,
        )
        for one in [*found[:1], *found[-1:], *([stranger] if stranger else [])]
    ]


def _schedules(
    operation: str,
    path: Callable[[Scene], str],
    more: dict[str, Filter],
    *needs: Capability,
    base: Callable[[Scene], Query] = lambda scene: [],
) -> FilteredList:
    filters = {**more, "tenant": equal("tenant", lambda row: row["tenant"])}
    return FilteredList(operation, path, filters, base=base, needs=(Capability.WORKFLOW, *needs))


def subscription_key(row: Row) -> str:
    """What tells subscriptions apart: both ends."""
    return json.dumps([id_of(row["recipient"]), row["object"]["collection"], row["object"]["id"]])


def _user(part: str) -> Callable[[Scene], str]:
    return lambda scene: f"/v1/users/{scene.id('a')}{part}"


def _object(part: str) -> Callable[[Scene], str]:
    return lambda scene: f"/v1/objects/{scene.id('shelf')}/{scene.id('o')}{part}"


def _activities_of_the_newest(scene: Scene) -> str:
    """Of one message, which need have no more than one activity."""
    newest = scene.ok(scene.get(f"/v1/users/{scene.id('a')}/messages"))["items"][0]
    return f"/v1/messages/{newest['id']}/activities"


_WORKFLOW_OF_SCHEDULE: Final = equal("workflow", lambda row: row["workflow"])
_WHOLE: Final = Capability.WHOLE_LISTS
FILTERED_LISTS: Final[tuple[FilteredList, ...]] = (
    _messages("listMessages", lambda scene: "/v1/messages", _WHOLE),
    _messages("listMessagesForUser", _user("/messages")),
    _messages("listMessagesForObject", _object("/messages")),
    FilteredList(
        "listMessageActivities", _activities_of_the_newest, {"trigger_data": trigger_data},
        needs=(Capability.WORKFLOW, Capability.CLOCK),
    ),
    FilteredList(
        "listUserInAppFeedItems", _user(f"/feeds/{FEED}"),
        {
            "status": _feed_status, "archived": _archived,
            "has_tenant": _whether("has_tenant", lambda row: row["tenant"] is not None),
            "tenant": _tenant_of_feed, "source": equal("source", source("key")),
            "workflow_categories": among("workflow_categories[]", _categories),
            "trigger_data": trigger_data, **_inserted_at(),
        },
        base=lambda scene: [("archived", "include")], needs=(Capability.WORKFLOW, Capability.PLANS),
    ),
    FilteredList(
        "listWorkflowRecipientRuns", lambda scene: "/v1/workflow_recipient_runs",
        {
            "workflow": equal("workflow", lambda row: row["workflow"]),
            "status": among("status[]", lambda row: [row["status"]], "cancelled"),
            "tenant": equal("tenant", lambda row: row["tenant"]),
            "has_errors": _whether("has_errors", lambda row: bool(row["error_count"])),
            "recipient": _recipient_of_run,
            "starting_at": moment("gte", "starting_at"),
            "ending_at": moment("lte", "ending_at"),
        },
        needs=(Capability.WORKFLOW, _WHOLE),
    ),
    _schedules(
        "listSchedules", lambda scene: "/v1/schedules",
        {"recipients[]": _users_only("recipients[]", "recipient")}, _WHOLE,
        base=lambda scene: [("workflow", scene.target.workflow)],
    ),
    _schedules("listUserSchedules", _user("/schedules"), {"workflow": _WORKFLOW_OF_SCHEDULE}),
    _schedules("listObjectSchedules", _object("/schedules"), {"workflow": _WORKFLOW_OF_SCHEDULE}),
    FilteredList(
        "listTenants", lambda scene: "/v1/tenants",
        {
            "tenant_id": equal("tenant_id", lambda row: row["id"]),
            "name": equal("name", lambda row: row["name"]),
        },
        needs=(_WHOLE,),
    ),
    FilteredList(
        "listSubscriptionsForObject", _object("/subscriptions"),
        {"recipients[]": _users_only("recipients[]", "recipient")}, subscription_key, needs=(),
    ),
    FilteredList(
        "listSubscriptionsForObject", _object("/subscriptions"), {"objects[]": _objects},
        subscription_key, base=lambda scene: [("mode", "recipient")], needs=(),
    ),
    FilteredList(
        "listSubscriptionsForUser", _user("/subscriptions"), {"objects[]": _objects},
        subscription_key, needs=(),
    ),
    FilteredList(
        "listUserGuides", _user(f"/guides/{GUIDES}"),
        {"type": equal("type", lambda row: row["type"])},
        needs=(Capability.WORKFLOW, Capability.PLANS),
    ),
)  # fmt: skip
"""In the scene of `filters.py`, which makes something for each of them to choose from."""


def left_out(operation: str, parameter: str) -> str:
    """Why a query parameter of the documents is no filter; empty where no reason is known."""
    if parameter.startswith(UNDOCUMENTED_VALUES):
        return "handed on to Slack or Microsoft"
    return OTHERWISE.get(f"{operation} {parameter}") or OTHERWISE.get(parameter, "")
