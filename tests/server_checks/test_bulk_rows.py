"""What the lifecycle suite sends: every field, action and filter that the documents have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from contract_tests.checking.documents import the_documents
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.profile import QUICK
from contract_tests.checking.target import MockTarget
from contract_tests.lifecycle.kinds import KINDS, UpdateMessages
from contract_tests.lifecycle.large import CHAINS
from contract_tests.lifecycle.letters import Cohort
from contract_tests.lifecycle.message_probes import ACTIONS, PROBES
from contract_tests.lifecycle.neighbours import MAY_CHANGE
from contract_tests.lifecycle.twin_entities import (
    EVERY_SETTING,
    ObjectTwins,
    TenantTwins,
    UserTwins,
)
from contract_tests.lifecycle.twin_links import (
    PreferenceTwins,
    ScheduleTwins,
    SubscriptionTwins,
    UnsubscriptionTwins,
)
from contract_tests.lifecycle.twins import Twins, difference

ROWS: list[tuple[str, str, Twins, set[str]]] = [
    ("BulkIdentifyUsersRequest", "users", UserTwins(), set()),
    ("BulkSetObjectsRequest", "objects", ObjectTwins(), {"created_at"}),
    ("BulkSetTenantsRequest", "tenants", TenantTwins(), {"preferences"}),
    ("BulkUpsertSubscriptionsRequest", "subscriptions", SubscriptionTwins(), set()),
    ("BulkDeleteSubscriptionsRequest", "subscriptions", UnsubscriptionTwins(), set()),
    ("BulkCreateSchedulesRequest", "schedules", ScheduleTwins(), {"workflow"}),
]
"""Each with the fields that are looked at otherwise: the single call has no such field."""


def schema(name: str) -> Any:
    return the_documents().document["components"]["schemas"][name]


def followed(node: Any) -> Any:
    """A schema with its reference, or the one alternative that is an object, followed."""
    while "$ref" in node:
        node = schema(node["$ref"].rpartition("/")[2])
    for each in node.get("anyOf", ()):
        if "properties" in followed(each):
            return followed(each)
    return node


@pytest.mark.parametrize(("request_name", "member", "twins", "otherwise"), ROWS)
def test_every_field_of_a_row_is_sent(
    request_name: str, member: str, twins: Twins, otherwise: set[str]
) -> None:
    row = followed(schema(request_name)["properties"][member]["items"])
    sent = {name for each in twins.rows for name in each.body}
    assert set(row["properties"]) - {"id"} <= sent | otherwise


def test_every_group_of_a_preference_set_is_sent() -> None:
    groups = set(schema("BulkPreferenceSetRequest")["properties"])
    assert groups == {"id", *EVERY_SETTING}
    assert groups <= {name for row in PreferenceTwins().rows for name in row.body}


def test_every_action_and_every_part_of_the_filter_is_tried(mock_target: MockTarget) -> None:
    examiner = Examiner(mock_target, QUICK, 1)
    with examiner.scene() as scene:
        cohort = Cohort(scene, "p", datetime(2026, 1, 5), "", {False: "a", True: "b"})
        sent = [probe.part(cohort) for probe in PROBES]
    filters = schema("BulkUpdateMessagesForChannelRequest")["properties"]
    for name, part in filters.items():
        tried = [each[name] for each in sent if name in each]
        assert tried, f"{name} is in no probe"
        assert set(part.get("enum", ())) <= {str(value) for value in tried}
    operation = next(o for o in the_documents().operations if o.id == UpdateMessages.operation)
    actions = operation.schema.definition.raw["parameters"]
    (action,) = (each["schema"]["enum"] for each in actions if each["name"] == "action")
    assert set(action) == set(ACTIONS)
    assert {probe.action for probe in PROBES} == set(ACTIONS)


def test_every_kind_is_tried_large_and_among_neighbours() -> None:
    keys = {kind.key for kind in KINDS}
    assert {kind.key for kinds in CHAINS for kind in kinds} == keys
    assert set(MAY_CHANGE) == keys


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, ""),
        ({"a": 1}, {}, "x.a is 1, and absent"),
        ({"a": [1, 2]}, {"a": [1]}, "x.a is [1, 2], and [1]"),
        ({"a": {"b": [0, True]}}, {"a": {"b": [0, 1]}}, "x.a.b[1] is True, and 1"),
        (None, {"a": 1}, "x is None, and {'a': 1}"),
    ],
)
def test_twins_that_differ_are_told_apart(one: Any, other: Any, told: str) -> None:
    assert difference(one, other, "x") == told
