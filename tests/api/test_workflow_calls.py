"""Trigger, cancel and recipient runs over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused

RUNS = "/v1/workflow_recipient_runs"
TRIGGER = "/v1/workflows/welcome/trigger"
CANCEL = "/v1/workflows/welcome/cancel"


def test_a_trigger_answers_the_id_that_its_runs_share(client: httpx.Client) -> None:
    body = {"recipients": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}, "a", "nobody"]}
    run_id = client.post(TRIGGER, json=body).json()["workflow_run_id"]
    items = client.get(RUNS).json()["items"]
    assert [(run["recipient"], run["workflow_run_id"]) for run in items] == [
        ("b", run_id),
        ("a", run_id),
    ]
    one = client.get(f"{RUNS}/{items[0]['id']}").json()
    assert {key: one[key] for key in items[0]} == items[0]
    assert one["events"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3),
        ({"workflow": "welcome"}, 2),
        ({"workflow": "nothing"}, 0),
        ({"status": "completed"}, 3),
        ({"status[]": ["queued", "paused"]}, 0),
        ({"tenant": "t1"}, 1),
        ({"recipient": "a"}, 2),
        ({"recipient": "a", "workflow": "welcome"}, 1),
        ({"has_errors": "true"}, 0),
        ({"has_errors": "false"}, 3),
        ({"starting_at": "2026-01-05T09:00:10Z"}, 1),
        ({"ending_at": "2026-01-05T09:00:09.999999Z"}, 2),
        ({"starting_at": "2026-01-05T10:00:10+01:00", "ending_at": "2026-01-05T09:00:10Z"}, 1),
    ],
)
def test_filters_add_up(
    client: httpx.Client, mock_knock: MockKnock, query: dict[str, Any], count: int
) -> None:
    mock_knock.users.identify("a")
    mock_knock.users.identify("b")
    client.post(TRIGGER, json={"recipients": ["a", "b"]})
    mock_knock.clock.advance(10)
    client.post("/v1/workflows/other/trigger", json={"recipients": ["a"], "tenant": "t1"})
    assert len(client.get(RUNS, params=query).json()["items"]) == count


def test_an_unknown_workflow_is_a_404_once_any_is_declared(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("welcome")
    assert client.post(TRIGGER, json={"recipients": []}).status_code == 200
    for call, body in (("trigger", {"recipients": []}), ("cancel", {"cancellation_key": "k"})):
        refused = client.post(f"/v1/workflows/welcom/{call}", json=body)
        assert "welcome" in assert_refused(refused, 404, "workflow_missing")["message"]


def test_an_inactive_workflow_is_refused(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.workflows.declare("welcome", active=False)
    refused = client.post(TRIGGER, json={"recipients": [{"id": "a", "name": "A"}]})
    assert_refused(refused, 422, "workflow_inactive")
    assert len(mock_knock.users) == 0


def test_waiting_runs_can_be_cancelled(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.workflows.declare("welcome", delay=60)
    for id in "abc":
        mock_knock.users.identify(id)
    client.post(TRIGGER, json={"recipients": ["a", "b"], "cancellation_key": "k"})
    client.post(TRIGGER, json={"recipients": ["c"], "cancellation_key": "other"})
    response = client.post(CANCEL, json={"cancellation_key": "k", "recipients": ["a"]})
    assert (response.status_code, response.content) == (204, b"")
    mock_knock.clock.advance(60)
    ended = {run["recipient"]: run["status"] for run in client.get(RUNS).json()["items"]}
    assert ended == {"a": "cancelled", "b": "completed", "c": "completed"}


@pytest.mark.parametrize(
    "recipients",
    [[{}], [{"collection": "projects"}], [{"id": "p1"}], ["a", {}], [{"x": 1}], [""], ["a/b"]],
    ids=str,
)
def test_no_recipient_of_a_cancellation_breaks_the_server(
    client: httpx.Client, mock_knock: MockKnock, recipients: list[Any]
) -> None:
    # The documents require neither part of an object reference, so {} is a valid one.
    mock_knock.workflows.declare("welcome", delay=60)
    mock_knock.users.identify("z")
    client.post(TRIGGER, json={"recipients": ["z"], "cancellation_key": "k"})
    body = {"cancellation_key": "k", "recipients": recipients}
    assert client.post(CANCEL, json=body).status_code in (204, 404, 422)
    assert [run["status"] for run in client.get(RUNS).json()["items"]] == ["paused"]


@pytest.mark.parametrize("recipients", [["a"] * 1_001, [{"id": "a", "collection": "c"}] * 1_001])
@pytest.mark.parametrize("path", [TRIGGER, CANCEL])
def test_over_1000_recipients_are_refused(
    client: httpx.Client, mock_knock: MockKnock, path: str, recipients: list[Any]
) -> None:
    body = {"recipients": recipients, "cancellation_key": "k"}
    assert_refused(client.post(path, json=body), 422, "invalid_params", field="recipients")
    assert mock_knock.workflows.runs == []


ODD_ACTORS: list[Any] = [
    5,
    [],
    {},
    [{"id": "x"}],
    {"id": 5},
    {"id": "x", "name": 5},
    {"id": "x", "created_at": "rubbish"},
    {"id": "x", "created_at": 5, "timezone": []},
    {"id": "x", "email": {}, "phone_number": 7, "avatar": True, "locale": [1]},
    {"id": "x", "preferences": 5, "channel_data": [1]},
    {"id": "x", "preferences": {"default": 5}},
    {"id": "x", "collection": [1]},
    {"id": "x", "collection": "c", "name": 5},
    {"id": "x", "collection": ""},
    {"id": "a/b", "name": "x"},
]


@pytest.mark.parametrize("actor", ODD_ACTORS, ids=str)
def test_no_actor_breaks_the_server_then_or_later(client: httpx.Client, actor: Any) -> None:
    # The vendor's schema ends in `nullable: true` alone, which by the letter lets anything through.
    response = client.post(TRIGGER, json={"recipients": [], "actor": actor})
    assert response.status_code in (200, 404, 422)
    assert client.get("/v1/users").status_code == 200
    assert client.get("/v1/users/x").status_code in (200, 404)
    assert client.get("/v1/users?include[]=preferences").status_code == 200


@pytest.mark.parametrize(
    "tenant", [5, [], {}, {"id": 5}, {"id": "t", "settings": 5}, {"id": "t/"}, ""]
)
def test_no_tenant_breaks_the_server(client: httpx.Client, tenant: Any) -> None:
    body = {"recipients": [{"id": "a", "name": "A"}], "tenant": tenant}
    assert client.post(TRIGGER, json=body).status_code in (200, 404, 422)
    assert client.get(RUNS).status_code == 200


@pytest.mark.parametrize(
    ("rest", "field"),
    [
        ({"actor": "nobody"}, "actor"),
        ({"actor": {"id": "a/b", "name": "x"}}, "actor.id"),
        ({"actor": {"id": "o", "collection": "c/d", "name": "x"}}, "actor.collection"),
        ({"tenant": ""}, "tenant"),
        ({"tenant": "t/1"}, "tenant"),
        ({"tenant": {"id": "t/1"}}, "tenant.id"),
        ({"tenant": {"id": "t/1", "name": "T"}}, "tenant.id"),
    ],
    ids=str,
)
def test_a_refused_trigger_stores_nothing(
    client: httpx.Client, mock_knock: MockKnock, rest: dict[str, Any], field: str
) -> None:
    recipients = [{"id": "new", "name": "New"}, {"id": "known", "name": "Changed"}]
    mock_knock.users.identify("known", name="Known")
    refused = client.post(TRIGGER, json={"recipients": recipients, **rest})
    assert list(mock_knock.users) == ["known"]
    assert mock_knock.users["known"]["name"] == "Known"
    assert mock_knock.workflows.runs == []
    assert_refused(refused, 404, refused.json()["code"], field=field)


def test_the_last_of_many_recipients_can_refuse_the_whole(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    recipients = [{"id": f"u{n}", "name": "N"} for n in range(999)]
    fat = {"id": "fat", "bio": "x" * 300_000}
    refused = client.post(TRIGGER, json={"recipients": [*recipients, fat]})
    assert_refused(refused, 422, "invalid_params")
    assert len(mock_knock.users) == 0


def test_deleting_a_user_takes_its_runs_along(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("a")
    client.post(TRIGGER, json={"recipients": ["a"]})
    [run] = client.get(RUNS).json()["items"]
    assert client.delete("/v1/users/a").status_code == 204
    assert client.get(RUNS).json()["items"] == []
    assert client.get(f"{RUNS}/{run['id']}").status_code == 404
