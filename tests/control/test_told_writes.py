"""Every write of every kind of thing is told as an event, with what set it off."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

CHANNEL = "3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10"
DATA = {"data": {"tokens": ["t"]}}
USERS = {"users": [{"id": "zoe"}]}

WRITES: list[tuple[str, str, Any, str, str]] = [
    ("PUT", "/v1/users/ellie", {"name": "E"}, "user.identified", "ellie"),
    ("POST", "/v1/users/bulk/identify", USERS, "user.identified", "zoe"),
    ("DELETE", "/v1/users/ellie", None, "user.deleted", "ellie"),
    ("POST", "/v1/users/bulk/delete", {"user_ids": ["ellie"]}, "user.deleted", "ellie"),
    ("POST", "/v1/users/ellie/merge", {"from_user_id": "alan"}, "user.merged", "ellie"),
    ("PUT", "/v1/objects/parks/nublar", {"name": "Isla"}, "object.set", "nublar"),
    ("DELETE", "/v1/objects/parks/sorna", None, "object.deleted", "sorna"),
    ("PUT", "/v1/tenants/ingen", {"name": "InGen"}, "tenant.set", "ingen"),
    ("DELETE", "/v1/tenants/biosyn", None, "tenant.deleted", "biosyn"),
    (
        *("POST", "/v1/objects/parks/sorna/subscriptions", {"recipients": ["ellie"]}),
        *("subscription.set", "sorna"),
    ),
    (
        *("DELETE", "/v1/objects/parks/sorna/subscriptions", {"recipients": ["alan"]}),
        *("subscription.deleted", "sorna"),
    ),
    ("PUT", "/v1/users/ellie/preferences/default", {}, "preferences.set", "ellie"),
    (
        *("POST", "/v1/users/bulk/preferences"),
        *({"user_ids": ["ellie"], "preferences": {"id": "default"}}, "preferences.set", "ellie"),
    ),
    ("PUT", f"/v1/users/ellie/channel_data/{CHANNEL}", DATA, "channel_data.set", "ellie"),
    ("DELETE", f"/v1/users/alan/channel_data/{CHANNEL}", None, "channel_data.deleted", "alan"),
    (
        *("POST", "/v1/audiences/vip/members?create_audience=true"),
        *({"members": [{"user": {"id": "ellie"}}]}, "audience.member_added", "vip"),
    ),
    (
        *("DELETE", "/v1/audiences/crew/members"),
        *({"members": [{"user": {"id": "alan"}}]}, "audience.member_removed", "crew"),
    ),
]


@pytest.fixture
def populated(mock_knock: MockKnock) -> MockKnock:
    with mock_knock.client() as client:
        for method, path, body in (
            ("PUT", "/v1/users/ellie", {}),
            ("PUT", "/v1/users/alan", {}),
            ("PUT", "/v1/objects/parks/sorna", {}),
            ("PUT", "/v1/tenants/biosyn", {}),
            ("POST", "/v1/objects/parks/sorna/subscriptions", {"recipients": ["alan"]}),
            ("PUT", f"/v1/users/alan/channel_data/{CHANNEL}", DATA),
            (
                *("POST", "/v1/audiences/crew/members?create_audience=true"),
                {"members": [{"user": {"id": "alan"}}]},
            ),
        ):
            assert client.request(method, path, json=body).is_success
    mock_knock.plan_all(progress="immediate")
    return mock_knock


def causes(client: httpx.Client, number: int) -> list[str]:
    """The kinds of what led to the event, the first cause last."""
    entries = client.get("/_mock_knock/events", params={"limit": 1000}).json()["entries"]
    by_number = {entry["number"]: entry for entry in entries}
    found = []
    cause: int | None = number
    while cause is not None:
        found.append(by_number[cause]["kind"])
        cause = by_number[cause]["cause"]
    return found


@pytest.mark.parametrize(("method", "path", "body", "kind", "subject"), WRITES)
def test_a_write_is_told_and_leads_back_to_its_request(
    populated: MockKnock, method: str, path: str, body: Any, kind: str, subject: str
) -> None:
    with populated.client() as client:
        before = client.get("/_mock_knock/events").json()["last"]
        answer = client.request(method, path, json=body)
        assert answer.is_success, answer.text
        told = client.get("/_mock_knock/events", params={"after": before}).json()["entries"]
        found = [event for event in told if event["kind"] == kind and event["subject"] == subject]
        assert len(found) == 1, told
        assert causes(client, found[0]["number"])[-1] == "request"


def test_schedules_are_told(populated: MockKnock) -> None:
    body = {"workflow": "w", "recipients": ["ellie"], "scheduled_at": "2026-02-01T00:00:00Z"}
    with populated.client() as client:
        id = client.post("/v1/schedules", json=body).json()[0]["id"]
        client.put("/v1/schedules", json={"schedule_ids": [id], "data": {}})
        client.request("DELETE", "/v1/schedules", json={"schedule_ids": [id]})
        told = client.get("/_mock_knock/events?kind=schedule.*").json()["entries"]
    kinds = ["schedule.created", "schedule.updated", "schedule.deleted"]
    assert [(event["kind"], event["subject"]) for event in told] == [(kind, id) for kind in kinds]
    data = {"workflow": "w", "recipient": "ellie", "collection": None}
    assert all(event["data"] == data for event in told)


def test_time_that_is_moved_is_told_once(populated: MockKnock) -> None:
    with populated.client() as client:
        client.post("/_mock_knock/clock/advance", json={"seconds": 60})
        client.put("/_mock_knock/clock", json={"scale": 2})
        client.put("/_mock_knock/clock", json={"scale": 0})
        told = client.get("/_mock_knock/events?kind=clock.*,control.*").json()["entries"][-6:]
    assert [event["kind"] for event in told[:4]] == [
        *("control.called", "clock.moved", "control.called", "clock.scaled"),
    ]
    assert told[0]["data"]["body"] == {"seconds": 60}
    assert told[1]["cause"] == told[0]["number"]
    assert told[1]["data"] == {
        "from": "2026-01-05T09:00:00.000000Z",
        "to": "2026-01-05T09:01:00.000000Z",
    }


def test_what_an_operation_does_under_a_control_call_leads_back_to_it(
    populated: MockKnock,
) -> None:
    populated.plan_next(progress="manual")
    with populated.client() as client:
        id = client.post("/v1/users/bulk/identify", json=USERS).json()["id"]
        client.post(f"/_mock_knock/bulk_operations/{id}/finish")
        row = client.get("/_mock_knock/events?kind=bulk_operation.row").json()["entries"][-1]
        assert causes(client, row["number"])[-1] == "control.called"


def test_the_life_of_an_environment_is_told(mock_knock: MockKnock) -> None:
    heard: list[str] = []
    environments = mock_knock.server.service.environments
    stop = environments.watch(lambda environment, event: heard.append(event.kind))
    other = MockKnock(mock_knock.server, f"{mock_knock.api_key}-life")
    other.load_fixtures({"users": [{"id": "ellie"}]})
    other.close()
    stop()
    other = MockKnock(mock_knock.server, f"{mock_knock.api_key}-life")
    other.close()
    assert [kind for kind in heard if kind != "control.called"] == [
        *("environment.opened", "user.identified", "fixtures.loaded", "environment.dropped"),
    ]
