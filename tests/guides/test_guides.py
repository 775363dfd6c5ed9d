"""Guides over HTTP: who is shown which, and what marking a step does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.conditions import Condition, Scope
from mock_knock.world.errors import InvalidParamsError
from mock_knock.world.guides import Guide, GuideStep

CHANNEL = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c739"
LIST = f"/v1/users/ann/guides/{CHANNEL}"
AT = "2026-01-05T09:00:00.000000Z"
UNMARKED = {
    "id": None,
    "seen_at": None,
    "read_at": None,
    "interacted_at": None,
    "archived_at": None,
    "link_clicked_at": None,
}


def declare(mock_knock: MockKnock, key: str = "welcome", **fields: Any) -> Guide:
    mock_knock.users.identify("ann", plan="pro")
    guide = Guide(key=key, channel_id=CHANNEL, **fields)
    return mock_knock.call(lambda world: world.guides.declare(guide, world.now))


def listed(client: httpx.Client, **params: str) -> dict[str, Any]:
    answer = client.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    value: dict[str, Any] = answer.json()
    return value


def keys(client: httpx.Client, **params: str) -> list[str]:
    return [guide["key"] for guide in listed(client, **params)["entries"]]


def held_back(client: httpx.Client, **params: str) -> dict[str, str]:
    return {g["key"]: g["reason"] for g in listed(client, **params)["ineligible_guides"]}


def mark(
    client: httpx.Client, guide: Guide, what: str, path: str = "", **fields: Any
) -> httpx.Response:
    body = {
        "channel_id": guide.channel_id,
        "guide_id": guide.id,
        "guide_key": guide.key,
        "guide_step_ref": guide.step_refs[0],
        **({"content": {}} if what == "seen" else {}),
        **fields,
    }
    return client.put(f"/v1/users/ann/guides/messages/{path}{what}", json=body)


def message(client: httpx.Client, step: int = 0, **params: str) -> dict[str, Any]:
    shown: dict[str, Any] = listed(client, **params)["entries"][0]["steps"][step]["message"]
    return shown


def test_without_declarations_there_are_no_guides(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.users.identify("ann")
    assert listed(client) == {
        "entries": [],
        "guide_groups": [],
        "guide_group_display_logs": {},
        "ineligible_guides": [],
    }


def test_a_guide_is_shown_whole(client: httpx.Client, mock_knock: MockKnock) -> None:
    rules = ({"directive": "allow", "variable": "pathname", "operator": "contains"},)
    step = GuideStep(ref="one", content={"title": "Hello"})
    guide = declare(mock_knock, steps=(step,), activation_url_rules=rules)
    answer = listed(client)
    assert answer["entries"] == [
        {
            "__typename": "Guide",
            "id": guide.id,
            "key": "welcome",
            "channel_id": CHANNEL,
            "type": "banner",
            "semver": "0.0.1",
            "active": True,
            "bypass_global_group_limit": False,
            "activation_url_rules": list(rules),
            "activation_url_patterns": [],
            "dashboard_url": "",
            "steps": [
                {
                    "ref": "one",
                    "schema_key": "banner",
                    "schema_semver": "0.0.1",
                    "schema_variant_key": "default",
                    "content": {"title": "Hello"},
                    "message": UNMARKED,
                }
            ],
            "inserted_at": AT,
            "updated_at": AT,
        }
    ]
    (group,) = answer["guide_groups"]
    assert (group["key"], group["display_sequence"]) == ("default", ["welcome"])


def test_guides_are_those_of_the_channel_and_the_type(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    declare(mock_knock, "a")
    declare(mock_knock, "b", type="modal")
    elsewhere = Guide(key="c", channel_id="0" * 8 + CHANNEL[8:])
    mock_knock.call(lambda world: world.guides.declare(elsewhere, world.now))
    assert keys(client) == ["a", "b"]
    assert keys(client, type="modal") == ["b"]
    assert client.get(LIST.upper().replace("/V1/USERS/ANN/GUIDES", "/v1/users/ann/guides")).json()[
        "entries"
    ]


def test_guides_that_are_held_back_say_why(client: httpx.Client, mock_knock: MockKnock) -> None:
    declare(mock_knock, "off", active=False)
    declare(mock_knock, "vips", audiences=("vip", "staff"))
    declare(mock_knock, "free", conditions=(Condition("recipient.plan", "equal_to", "free"),))
    declare(mock_knock, "pro", conditions=(Condition("recipient.plan", "equal_to", "pro"),))
    declare(mock_knock, "orders", conditions=(Condition("data.page", "equal_to", "orders"),))
    assert keys(client) == ["pro"]
    assert held_back(client) == {
        "off": "guide_not_active",
        "vips": "not_in_target_audience",
        "free": "target_conditions_not_met",
        "orders": "target_conditions_not_met",
    }
    members = {"members": [{"user": {"id": "ann"}}]}
    params = {"create_audience": "true"}
    client.post("/v1/audiences/staff/members", params=params, json=members)
    assert keys(client, data='{"page": "orders"}') == ["vips", "pro", "orders"]
    assert keys(client, data="not json") == ["vips", "pro"]
    assert keys(client, tenant="acme") == ["pro"]  # a member alone is none within a tenant


def test_marks_are_kept_step_by_step(client: httpx.Client, mock_knock: MockKnock) -> None:
    guide = declare(mock_knock, steps=(GuideStep(ref="a"), GuideStep(ref="b")))
    assert mark(client, guide, "seen").json() == {"status": "ok"}
    seen = message(client)
    assert seen == {**UNMARKED, "id": seen["id"], "seen_at": AT}
    mock_knock.clock.advance(60)
    mark(client, guide, "interacted", metadata={"score": 8})
    later = "2026-01-05T09:01:00.000000Z"
    assert message(client) == {**seen, "interacted_at": later, "read_at": later}
    mock_knock.clock.advance(60)
    mark(client, guide, "seen")
    assert message(client)["seen_at"] == "2026-01-05T09:02:00.000000Z"
    assert message(client, 1) == UNMARKED


@pytest.mark.parametrize("what", ["seen", "interacted", "archived"])
def test_the_older_paths_do_the_same(
    client: httpx.Client, mock_knock: MockKnock, what: str
) -> None:
    guide = declare(mock_knock, steps=(GuideStep(ref="a"), GuideStep(ref="b")))
    assert mark(client, guide, what, "2nQgKd1RvTm7XzLb4YcWp9HsEuF/").json() == {"status": "ok"}
    assert message(client)[f"{what}_at"] == AT


def test_an_archived_guide_is_held_back_until_it_is_unarchived_or_reset(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    guide = declare(mock_knock)
    mark(client, guide, "seen")
    mark(client, guide, "archived")
    assert held_back(client) == {"welcome": "marked_as_archived"}
    body = {"guide_key": "welcome"}
    unarchived = client.request("DELETE", "/v1/users/ann/guides/messages/archived", json=body)
    assert unarchived.json() == {"status": "ok"}
    assert (message(client)["seen_at"], message(client)["archived_at"]) == (AT, None)
    mark(client, guide, "archived")
    reset = client.put("/v1/users/ann/guides/engagements/reset", json=body)
    assert reset.json() == {"status": "ok"}
    assert message(client) == UNMARKED


def test_a_guide_of_several_steps_is_archived_with_the_last_one_or_for_good(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    guide = declare(mock_knock, steps=(GuideStep(ref="a"), GuideStep(ref="b")))
    mark(client, guide, "archived", is_final=False)
    assert keys(client) == ["welcome"]
    mark(client, guide, "archived", guide_step_ref="b")
    assert held_back(client) == {"welcome": "marked_as_archived"}
    client.put("/v1/users/ann/guides/engagements/reset", json={"guide_key": "welcome"})
    mark(client, guide, "archived", is_final=True)
    assert held_back(client) == {"welcome": "marked_as_archived"}


def test_marks_within_a_tenant_are_apart(client: httpx.Client, mock_knock: MockKnock) -> None:
    guide = declare(mock_knock)
    mark(client, guide, "archived", tenant="acme")
    assert held_back(client, tenant="acme") == {"welcome": "marked_as_archived"}
    assert keys(client) == keys(client, tenant="other") == ["welcome"]
    body = {"guide_key": "welcome", "tenant": "acme"}
    client.request("DELETE", "/v1/users/ann/guides/messages/archived", json=body)
    assert keys(client, tenant="acme") == ["welcome"]


def test_archiving_begins_a_new_pause_of_the_group_unless_unthrottled(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    free = declare(mock_knock, "free", unthrottled=True)
    guide = declare(mock_knock)
    mark(client, free, "archived")
    mark(client, guide, "archived", unthrottled=True)
    assert listed(client)["guide_group_display_logs"] == {}
    mark(client, guide, "archived")
    assert listed(client)["guide_group_display_logs"] == {"default": AT}


@pytest.mark.parametrize(
    "fields",
    [
        {"guide_key": "other"},
        {"guide_id": CHANNEL},
        {"channel_id": "0" * 8 + CHANNEL[8:]},
        {"guide_step_ref": "nowhere"},
    ],
)
def test_a_mark_for_what_there_is_not_is_missing_and_names_the_field(
    client: httpx.Client, mock_knock: MockKnock, fields: dict[str, str]
) -> None:
    answer = mark(client, declare(mock_knock), "seen", **fields)
    assert answer.status_code == 404
    assert [error["field"] for error in answer.json()["errors"]] == list(fields)
    assert message(client) == UNMARKED


def test_an_unknown_user_has_neither_guides_nor_marks(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    guide = declare(mock_knock)
    mark(client, guide, "archived")
    client.delete("/v1/users/ann")
    body = {"guide_key": "welcome"}
    reset = client.put("/v1/users/ann/guides/engagements/reset", json=body)
    for answer in (client.get(LIST), mark(client, guide, "seen"), reset):
        assert answer.status_code == 404
    mock_knock.users.identify("ann")
    assert message(client) == UNMARKED
    assert listed(client)["guide_group_display_logs"] == {}


@pytest.mark.parametrize(
    ("operator", "value", "argument", "holds"),
    [
        ("equal_to", 5, "5", True),
        ("equal_to", True, "true", True),
        ("equal_to", "a", "b", False),
        ("not_equal_to", "a", "b", True),
        ("contains", ["a", "b"], "b", True),
        ("contains", "abc", "bc", True),
        ("contains", 5, "5", False),
        ("not_contains", [], "a", True),
        ("exists", None, None, True),
        ("not_exists", None, None, False),
        ("empty", "", None, True),
        ("not_empty", [0], None, True),
    ],
)
def test_conditions(operator: str, value: Any, argument: Any, holds: bool) -> None:
    assert Condition("data.x", operator, argument).holds(Scope({"data": {"x": value}})) is holds


def test_a_path_that_leads_nowhere_does_not_exist_and_is_empty() -> None:
    assert Condition("data.x.y", "not_exists").holds(Scope({"data": {"x": 1}}))
    assert Condition("data.x", "empty").holds(Scope({}))
    assert not Condition("data.x", "equal_to", None).holds(Scope({}))


def test_an_unknown_operator_is_refused_when_it_is_declared() -> None:
    with pytest.raises(InvalidParamsError, match="operator must be one of"):
        Condition("data.x", "resembles", 1)


def test_a_marked_step_is_a_message_like_any_other(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    step = GuideStep(ref="one", content={"title": "Hello", "count": 3})
    guide = declare(mock_knock, steps=(step,))
    mark(client, guide, "seen", tenant="acme", data={"page": "orders"})
    (shown,) = client.get("/v1/messages").json()["items"]
    assert client.get("/v1/users/ann/messages").json()["items"] == [shown]
    assert client.get("/v1/messages", params={"source": "welcome"}).json()["items"] == [shown]
    assert (shown["recipient"], shown["tenant"], shown["status"]) == ("ann", "acme", "delivered")
    assert (shown["channel_id"], shown["workflow"]) == (CHANNEL, None)
    assert (shown["data"], shown["engagement_statuses"]) == ({"page": "orders"}, ["seen"])
    assert shown["source"] == {
        "__typename": "NotificationSource",
        "type": "guide",
        "key": "welcome",
        "version_id": guide.id,
        "categories": [],
        "step_ref": "one",
        "workflow_run_id": None,
        "workflow_recipient_run_id": None,
    }
    content = client.get(f"/v1/messages/{shown['id']}/content").json()["data"]
    assert [(b["name"], b["rendered"]) for b in content["blocks"]] == [("title", "Hello")]
    assert message(client, tenant="acme")["id"] == shown["id"]


def test_the_metadata_of_an_interaction_is_in_its_event(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    guide = declare(mock_knock)
    mark(client, guide, "interacted", metadata={"score": 8})
    (shown,) = client.get("/v1/messages").json()["items"]
    events = client.get(f"/v1/messages/{shown['id']}/events").json()["items"]
    assert [(e["type"], e["data"]) for e in events][:2] == [
        ("message.interacted", {"score": 8}),
        ("message.read", None),
    ]


def test_a_guide_stands_on_a_channel_of_guides(mock_knock: MockKnock) -> None:
    feed = mock_knock.channels.declare("inbox")
    with pytest.raises(InvalidParamsError, match="a channel of the kind in_app_feed"):
        mock_knock.call(lambda w: w.guides.declare(Guide(key="g", channel_id=feed.id), w.now))
    with pytest.raises(InvalidParamsError, match="must be a UUID"):
        mock_knock.call(lambda w: w.guides.declare(Guide(key="g", channel_id="nowhere"), w.now))
    guides = mock_knock.channels.declare("tours", "in_app_guide")
    declared = mock_knock.call(
        lambda w: w.guides.declare(Guide(key="g", channel_id="tours"), w.now)
    )
    assert declared.channel_id == guides.id


def test_conditions_know_audiences_and_numbers(client: httpx.Client, mock_knock: MockKnock) -> None:
    declare(
        mock_knock, "staff", conditions=(Condition("recipient", "is_audience_member", "staff"),)
    )
    declare(mock_knock, "big", conditions=(Condition("data.seats", "greater_than", "9"),))
    assert keys(client) == []
    members = {"members": [{"user": {"id": "ann"}}]}
    client.post("/v1/audiences/staff/members?create_audience=true", json=members)
    assert keys(client, data='{"seats": 10}') == ["staff", "big"]
