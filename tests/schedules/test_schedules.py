"""Schedules over HTTP: creating, changing, deleting and listing them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

DAILY = {"frequency": "daily", "hours": 8}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def create(client: httpx.Client, *recipients: Any, **fields: Any) -> list[dict[str, Any]]:
    body = {"workflow": "digest", "recipients": list(recipients), **fields}
    answer = client.post("/v1/schedules", json=body)
    assert answer.status_code == 200, answer.text
    schedules: list[dict[str, Any]] = answer.json()
    return schedules


def change(client: httpx.Client, method: str, body: dict[str, Any]) -> httpx.Response:
    return client.request(method, "/v1/schedules", json=body)


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    value = answer.json()
    return [s["id"] for s in (value["entries"] if isinstance(value, dict) else value)]


def test_a_schedule_is_made_for_each_recipient_in_their_order(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.users.identify("ann", name="Ann")
    made = create(
        client,
        "ann",
        {"id": "bob", "name": "Bob"},
        {"id": "p1", "collection": "projects", "title": "One"},
        "ann",
        repeats=[DAILY],
        data={"a": 1},
        tenant="acme",
        actor={"id": "cat", "name": "Cat"},
    )
    assert [s["recipient"]["id"] for s in made] == ["ann", "bob", "p1"]
    assert made[0] == {
        "__typename": "Schedule",
        "id": made[0]["id"],
        "workflow": "digest",
        "recipient": client.get("/v1/users/ann").json(),
        "actor": client.get("/v1/users/cat").json(),
        "tenant": "acme",
        "data": {"a": 1},
        "repeats": [
            {
                "__typename": "ScheduleRepeat",
                "frequency": "daily",
                "interval": 1,
                "days": None,
                "day_of_month": None,
                "hours": 8,
                "minutes": 0,
            }
        ],
        "next_occurrence_at": "2026-01-06T08:00:00.000000Z",
        "last_occurrence_at": None,
        "inserted_at": "2026-01-05T09:00:00.000000Z",
        "updated_at": "2026-01-05T09:00:00.000000Z",
    }
    assert made[2]["recipient"]["properties"] == {"title": "One"}


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ("weekdays", ["mon", "tue", "wed", "thu", "fri"]),
        ("weekends", ["sat", "sun"]),
        (["wed", "mon", "wed"], ["mon", "wed"]),
        ([], None),
        (None, None),
    ],
)
def test_days_of_a_rule(client: httpx.Client, days: Any, shown: Any) -> None:
    rule = {"frequency": "daily", "days": days, "hours": None, "minutes": 30}
    (schedule,) = create(client, {"id": "ann"}, repeats=[rule])
    assert schedule["repeats"][0]["days"] == shown


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/New_York", "2026-01-05T13:00:00.000000Z"),
        ("Asia/Kolkata", "2026-01-06T02:30:00.000000Z"),
        ("Not/AZone", "2026-01-06T08:00:00.000000Z"),
        (None, "2026-01-06T08:00:00.000000Z"),
    ],
)
def test_rules_are_in_the_recipients_time_zone(
    client: httpx.Client, zone: str | None, expected: str
) -> None:
    (schedule,) = create(client, {"id": "ann", "timezone": zone}, repeats=[DAILY])
    assert schedule["next_occurrence_at"] == expected


def test_scheduled_at_is_the_start_of_a_recurrence_and_the_time_of_a_single_run(
    client: httpx.Client,
) -> None:
    start = "2026-02-01T10:00:00+01:00"
    (once,) = create(client, {"id": "ann", "timezone": "Asia/Tokyo"}, scheduled_at=start)
    (again,) = create(client, "ann", scheduled_at=start, repeats=[DAILY])
    assert once["next_occurrence_at"] == "2026-02-01T09:00:00.000000Z"
    assert again["next_occurrence_at"] == "2026-02-01T23:00:00.000000Z"
    (ended,) = create(client, "ann", scheduled_at=start, ending_at=start, repeats=[DAILY])
    (never,) = create(client, "ann")
    assert ended["next_occurrence_at"] is never["next_occurrence_at"] is None


def test_an_update_changes_what_it_names_and_null_clears(client: httpx.Client) -> None:
    (before,) = create(
        client, {"id": "ann"}, repeats=[DAILY], data={"a": 1}, tenant="acme", actor={"id": "bob"}
    )
    body: dict[str, Any]
    body = {"schedule_ids": [before["id"].upper(), UNKNOWN, before["id"]], "data": {"b": 2}}
    (after,) = change(client, "PUT", body).json()
    assert after == {**before, "data": {"b": 2}}
    body = {"schedule_ids": [before["id"]], "data": None, "tenant": None, "actor": None}
    (cleared,) = change(client, "PUT", body).json()
    assert cleared == {**before, "data": None, "tenant": None, "actor": None}


def test_an_update_turns_a_recurring_schedule_into_a_single_one_and_back(
    client: httpx.Client,
) -> None:
    (schedule,) = create(client, {"id": "ann"}, repeats=[DAILY])
    one: dict[str, Any] = {"schedule_ids": [schedule["id"]]}
    body = {**one, "repeats": [], "scheduled_at": "2026-01-09T12:00:00Z"}
    (once,) = change(client, "PUT", body).json()
    assert once["next_occurrence_at"] == "2026-01-09T12:00:00.000000Z"
    body = {**one, "repeats": [DAILY], "scheduled_at": None}
    (again,) = change(client, "PUT", body).json()
    assert again["next_occurrence_at"] == schedule["next_occurrence_at"]
    (ended,) = change(client, "PUT", {**one, "ending_at": "2026-01-06T08:00:00Z"}).json()
    assert ended["next_occurrence_at"] is None


def test_deleting_answers_with_those_that_there_were(client: httpx.Client) -> None:
    first, second = create(client, {"id": "ann"}, {"id": "bob"}, repeats=[DAILY])
    body = {"schedule_ids": [second["id"], "nothing", second["id"], UNKNOWN]}
    assert change(client, "DELETE", body).json() == [second]
    assert change(client, "DELETE", body).json() == []
    assert ids(client.get("/v1/schedules", params={"workflow": "digest"})) == [first["id"]]


def test_lists_are_newest_first_with_filters_and_cursors(client: httpx.Client) -> None:
    (a,) = create(client, {"id": "ann"}, tenant="acme")
    (b,) = create(client, {"id": "bob"})
    (c,) = create(client, {"id": "p1", "collection": "projects", "x": 1}, tenant="acme")
    (d,) = create(client, "ann", workflow="other")

    def listed(path: str, **params: Any) -> list[str]:
        return ids(client.get(path, params=params))

    assert listed("/v1/schedules", workflow="digest") == [c["id"], b["id"], a["id"]]
    assert listed("/v1/schedules", workflow="digest", tenant="acme") == [c["id"], a["id"]]
    params = {"workflow": "digest", "recipients[]": ["ann", "bob", "nobody"]}
    assert listed("/v1/schedules", **params) == [b["id"], a["id"]]
    assert listed("/v1/schedules", workflow="digest", **{"recipients[]": "ann"}) == [a["id"]]
    assert listed("/v1/users/ann/schedules") == [d["id"], a["id"]]
    assert listed("/v1/users/ann/schedules", workflow="other") == [d["id"]]
    assert listed("/v1/users/ann/schedules", tenant="acme") == [a["id"]]
    assert listed("/v1/objects/projects/p1/schedules") == [c["id"]]
    first = client.get("/v1/schedules", params={"workflow": "digest", "page_size": 2}).json()
    after = first["page_info"]["after"]
    assert listed("/v1/schedules", workflow="digest", after=after) == [a["id"]]


def test_schedules_go_with_their_recipient(client: httpx.Client, mock_knock: MockKnock) -> None:
    create(client, {"id": "ann"}, {"id": "bob"}, {"id": "cat"}, repeats=[DAILY])
    (by_ann,) = create(client, "cat", repeats=[DAILY], actor="ann")
    client.delete("/v1/users/ann")
    client.post("/v1/users/cat/merge", json={"from_user_id": "bob"})
    left = client.get("/v1/schedules", params={"workflow": "digest"}).json()["entries"]
    assert [s["recipient"]["id"] for s in left] == ["cat", "cat"]
    assert left[0]["id"] == by_ann["id"]
    assert left[0]["actor"] is None
    mock_knock.clock.advance(86_400)
    assert [run["recipient"] for run in mock_knock.workflows.runs] == ["cat", "cat"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"recipients": ["nobody"]}, 404, "recipients[0]"),
        ({"recipients": [{"id": "ann"}, {"id": "a", "collection": "b"}]}, 404, "recipients[1]"),
        ({"recipients": [{"id": "a/b"}]}, 404, "recipients[0].id"),
        ({"actor": "nobody"}, 404, "actor"),
        ({"tenant": "a#b"}, 404, "tenant"),
        ({"repeats": [{"frequency": "daily", "hours": 24}]}, 404, "repeats[0].hours"),
        ({"repeats": [{"frequency": "daily", "minutes": 7}]}, 404, "repeats[0].minutes"),
        ({"repeats": [{"frequency": "daily", "interval": 0}]}, 404, "repeats[0].interval"),
        ({"repeats": [{"frequency": "daily", "interval": 1e308}]}, 404, "repeats[0].interval"),
        ({"repeats": [{"frequency": "daily", "day_of_month": 32}]}, 404, "repeats[0].day_of_month"),
        ({"repeats": [{"frequency": "yearly"}]}, 422, "repeats[0].frequency"),
        ({"repeats": [{"frequency": "daily", "days": "never"}]}, 422, "repeats[0].days"),
        ({"repeats": [DAILY] * 101}, 422, "repeats"),
        ({"scheduled_at": "9999-12-31T23:59:59Z"}, 404, "scheduled_at"),
        ({"ending_at": "0001-01-01T00:00:00Z"}, 404, "ending_at"),
        ({"scheduled_at": "tomorrow"}, 422, "scheduled_at"),
        ({"recipients": [{"id": f"u{n}"} for n in range(101)]}, 422, "recipients"),
    ],
)
def test_what_is_refused_names_the_field_and_changes_nothing(
    client: httpx.Client, body: dict[str, Any], status: int, field: str
) -> None:
    whole = {"workflow": "digest", "recipients": [{"id": "ann"}], **body}
    answer = client.post("/v1/schedules", json=whole)
    assert answer.status_code == status, answer.text
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert client.get("/v1/users").json()["entries"] == []
    assert ids(client.get("/v1/schedules", params={"workflow": "digest"})) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_over_a_hundred_ids_are_refused(client: httpx.Client, method: str) -> None:
    answer = change(client, method, {"schedule_ids": [UNKNOWN] * 101})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "schedule_ids"


def test_an_update_that_is_refused_changes_nothing(client: httpx.Client) -> None:
    (before,) = create(client, {"id": "ann"}, repeats=[DAILY])
    one = {"schedule_ids": [before["id"]], "data": {"x": 1}}
    assert change(client, "PUT", {**one, "actor": "nobody"}).status_code == 404
    late = {**one, "repeats": [{"frequency": "daily", "hours": 99}]}
    assert change(client, "PUT", late).status_code == 404
    assert client.get("/v1/users/ann/schedules").json()["entries"] == [before]


@pytest.mark.parametrize(
    "path", ["/v1/users/nobody/schedules", "/v1/objects/projects/nothing/schedules"]
)
def test_lists_of_unknown_recipients_are_missing(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_list_needs_a_workflow_and_knows_those_declared(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    assert client.get("/v1/schedules").status_code == 422
    mock_knock.workflows.declare("digest", active=False)
    create(client, {"id": "ann"})
    answer = client.get("/v1/schedules", params={"workflow": "other"})
    assert (answer.status_code, answer.json()["code"]) == (404, "workflow_missing")
    body = {"workflow": "other", "recipients": ["ann"]}
    assert client.post("/v1/schedules", json=body).json()["code"] == "workflow_missing"
