"""Users, workflows and runs through the SDK in detail: odd ids, pages both ways, every argument."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from knockapi import AsyncKnock, Knock

from mock_knock import MockKnock

CREATED = datetime(2025, 11, 17, 8, 30, tzinfo=UTC)
CHANNEL = "97c5837d-c65c-4d54-aa39-080eeb81c69d"
PREFERENCES: Any = {
    "default": {
        "_persistence_strategy": "merge",
        "categories": {"news": {"channel_types": {"email": True, "sms": False}}, "ads": False},
        "channel_types": {"push": True},
        "channels": {CHANNEL: False},
        "commercial_subscribed": True,
        "workflows": {
            "digest": {"conditions": [{"argument": "a", "operator": "contains", "variable": "v"}]}
        },
    }
}


def info(page: Any) -> dict[str, Any]:
    """All of a page's `page_info`; the SDK itself only knows `after`."""
    extra: dict[str, Any] = page.page_info.model_extra
    return extra


def test_users_update_and_get(knock: Knock, mock_knock: MockKnock) -> None:
    written = knock.users.update(
        "nadia",
        name="Nadia",
        email="nadia@example.com",
        phone_number=None,
        avatar="https://example.com/n.png",
        locale="en-GB",
        timezone="Europe/London",
        created_at=CREATED,
        channel_data={CHANNEL: {"tokens": ["push"]}},
        preferences=PREFERENCES,
        extra_body={"plan": "team", "seat": {"floor": 3}},
    )
    read = knock.users.get("nadia")
    assert read == written
    assert (read.id, read.name, read.email) == ("nadia", "Nadia", "nadia@example.com")
    assert read.phone_number is None
    assert read.created_at == CREATED
    assert read.updated_at == mock_knock.clock.now
    assert read.api_typename == "User"
    assert read.model_extra is not None
    assert (read.model_extra["plan"], read.model_extra["seat"]) == ("team", {"floor": 3})


def test_users_update_with_nothing(knock: Knock) -> None:
    user = knock.users.update("bare")
    assert (user.id, user.name, user.created_at) == ("bare", None, None)


@pytest.mark.parametrize("id", ["a b", "é@x.com", "a?b", "100%", "😀", "a+b"])
def test_ids_with_odd_characters(knock: Knock, mock_knock: MockKnock, id: str) -> None:
    assert knock.users.update(id, name="N").id == id
    assert knock.users.get(id).name == "N"
    assert list(mock_knock.users) == [id]


def test_users_list(knock: Knock, mock_knock: MockKnock) -> None:
    for n in range(7):
        mock_knock.users.identify(f"u{n}", preferences={"default": {"channel_types": {}}})
    page = knock.users.list(page_size=3, include=["preferences"])
    assert [user.id for user in page.entries] == ["u0", "u1", "u2"]
    assert info(page)["page_size"] == 3
    assert [user.id for user in page] == [f"u{n}" for n in range(7)]
    assert page.has_next_page()
    second = page.get_next_page()
    back = knock.users.list(before=info(second)["before"], page_size=3)
    assert [user.id for user in back.entries] == ["u0", "u1", "u2"]
    # Auto-pagination from a call with `before` sends both cursors.
    assert [user.id for user in back] == [f"u{n}" for n in range(7)]


async def test_users_list_async(async_knock: AsyncKnock, mock_knock: MockKnock) -> None:
    for n in range(120):
        mock_knock.users.identify(f"u{n}")
    assert [user.id async for user in async_knock.users.list()] == [f"u{n}" for n in range(120)]
    assert len(mock_knock.requests) == 3


def test_users_list_of_nobody(knock: Knock) -> None:
    page = knock.users.list()
    assert page.entries == []
    assert not page.has_next_page()
    assert list(page) == []


def test_users_delete(knock: Knock, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("nadia")
    knock.users.delete("nadia")
    assert len(mock_knock.users) == 0


def test_users_merge(knock: Knock, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("old", name="Old", plan="team")
    mock_knock.users.identify("new", name="New")
    merged = knock.users.merge("new", from_user_id="old")
    assert (merged.id, merged.name) == ("new", "New")
    assert merged.model_extra == {"plan": "team"}
    assert list(mock_knock.users) == ["new"]


def test_users_bulk_delete(knock: Knock, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a")
    operation = knock.users.bulk.delete(user_ids=["a", "nobody"])
    assert operation.name == "users.delete"
    for _ in range(3):
        operation = knock.bulk_operations.get(operation.id)
    assert operation.error_items is not None
    assert [item.id for item in operation.error_items] == ["nobody"]
    assert len(mock_knock.users) == 0


def test_users_bulk_set_preferences(knock: Knock, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a")
    preferences: Any = {"id": "tenant-1", **PREFERENCES["default"]}
    del preferences["_persistence_strategy"]
    operation = knock.users.bulk.set_preferences(preferences=preferences, user_ids=["a"])
    assert operation.name == "users.set_preferences"
    for _ in range(3):
        operation = knock.bulk_operations.get(operation.id)
    assert operation.success_count == 1
    kept = mock_knock.users["a"]["preferences"]["tenant-1"]
    assert kept["categories"] == PREFERENCES["default"]["categories"]


def test_users_bulk_identify_with_everything(knock: Knock, mock_knock: MockKnock) -> None:
    user: Any = {
        "id": "a",
        "name": "A",
        "created_at": CREATED,
        "preferences": PREFERENCES,
        "channel_data": {CHANNEL: {"devices": [{"token": "t", "locale": "en", "timezone": None}]}},
        "plan": "team",
    }
    operation = knock.users.bulk.identify(users=[user])
    for _ in range(3):
        operation = knock.bulk_operations.get(operation.id)
    assert operation.success_count == 1
    assert knock.users.get("a").created_at == CREATED
    assert mock_knock.users["a"]["preferences"]["default"]["commercial_subscribed"] is True


def test_workflows_trigger_with_everything(knock: Knock, mock_knock: MockKnock) -> None:
    knock.workflows.trigger(
        "welcome",
        recipients=["nobody", {"id": "u", "name": "U"}, {"id": "p", "collection": "projects"}],
        actor={"id": "boss", "name": "Boss"},
        tenant={"id": "t1", "name": "T", "settings": {"branding": {"primary_color": "#000000"}}},
        cancellation_key="k",
        data={"order": {"number": 1}},
        settings={"sandbox_mode": True, "skip_delay": False},
    )
    [run] = knock.workflow_recipient_runs.list()
    assert (run.recipient, run.actor, run.tenant) == ("u", "boss", "t1")
    assert run.trigger_source.type == "api"
    assert run.trigger_source.cancellation_key == "k"
    assert set(mock_knock.users) == {"u", "boss"}


def test_workflows_cancel(knock: Knock, mock_knock: MockKnock) -> None:
    mock_knock.workflows.declare("welcome", delay=60)
    users: Any = [{"id": "a", "name": "A"}, {"id": "p", "collection": "projects", "name": "P"}]
    knock.workflows.trigger("welcome", recipients=users, cancellation_key="k")
    knock.workflows.cancel("welcome", cancellation_key="k", recipients=["a"])
    knock.workflows.cancel(
        "welcome", cancellation_key="k", recipients=[{"id": "p", "collection": "projects"}]
    )
    knock.workflows.cancel("welcome", cancellation_key="unknown")
    assert {run.status for run in knock.workflow_recipient_runs.list()} == {"cancelled"}


def test_workflow_recipient_runs_list_with_every_filter(
    knock: Knock, mock_knock: MockKnock
) -> None:
    project: Any = {"id": "p", "collection": "projects", "name": "P"}
    knock.workflows.trigger("welcome", recipients=[project], tenant="t1")
    knock.workflows.trigger("other", recipients=[{"id": "a", "name": "A"}])
    now = mock_knock.clock.now
    [run] = knock.workflow_recipient_runs.list(
        workflow="welcome",
        status=["queued", "processing", "paused", "completed", "cancelled"],
        tenant="t1",
        has_errors=False,
        recipient={"id": "p", "collection": "projects"},
        starting_at=now,
        ending_at=now.isoformat(),
        page_size=50,
    )
    detail = knock.workflow_recipient_runs.get(run.id)
    assert detail.id == run.id
    assert detail.recipient == run.recipient
    assert {event.status for event in detail.events} == {"ok"}
    assert list(knock.workflow_recipient_runs.list(recipient="a", status=["queued"])) == []
