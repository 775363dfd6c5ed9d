"""Fields that break the documented shape: a 422 that names each with its path, nothing applied."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused, fields

IDENTIFY = "/v1/users/bulk/identify"
DELETE = "/v1/users/bulk/delete"
PREFERENCES = "/v1/users/bulk/preferences"
TRIGGER = "/v1/workflows/welcome/trigger"
CANCEL = "/v1/workflows/welcome/cancel"
GOOD = {"id": "good"}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (IDENTIFY, {}, "users"),
        (IDENTIFY, {"users": None}, "users"),
        (IDENTIFY, {"users": {"id": "a"}}, "users"),
        (IDENTIFY, {"users": [GOOD, "a"]}, "users[1]"),
        (IDENTIFY, {"users": [GOOD, GOOD, GOOD, {}]}, "users[3].id"),
        (IDENTIFY, {"users": [GOOD, GOOD, GOOD, {"id": 7}]}, "users[3].id"),
        (IDENTIFY, {"users": [{"id": None}]}, "users[0].id"),
        (IDENTIFY, {"users": [{"id": "a", "name": 5}]}, "users[0].name"),
        (IDENTIFY, {"users": [{"id": "a", "email": ["x"]}]}, "users[0].email"),
        (IDENTIFY, {"users": [{"id": "a", "created_at": "today"}]}, "users[0].created_at"),
        (IDENTIFY, {"users": [{"id": "a", "created_at": "2026-02-30T00:00:00Z"}]},
         "users[0].created_at"),
        (IDENTIFY, {"users": [{"id": "a", "preferences": [1]}]}, "users[0].preferences"),
        (IDENTIFY, {"users": [{"id": "a", "preferences": {"default": 1}}]},
         "users[0].preferences.default"),
        (DELETE, {}, "user_ids"),
        (DELETE, {"user_ids": "a"}, "user_ids"),
        (DELETE, {"user_ids": ["a", 5]}, "user_ids[1]"),
        (PREFERENCES, {"user_ids": ["a"]}, "preferences"),
        (PREFERENCES, {"user_ids": ["a"], "preferences": "on"}, "preferences"),
        (PREFERENCES, {"user_ids": ["a"], "preferences": {"id": 5}}, "preferences.id"),
        (PREFERENCES, {"preferences": {}}, "user_ids"),
        ("/v1/users/a/merge", {}, "from_user_id"),
        ("/v1/users/a/merge", {"from_user_id": 5}, "from_user_id"),
        (TRIGGER, {}, "recipients"),
        (TRIGGER, {"recipients": "good"}, "recipients"),
        (TRIGGER, {"recipients": ["good", 5]}, "recipients[1]"),
        (TRIGGER, {"recipients": [{"name": "no id"}]}, "recipients[0].id"),
        (TRIGGER, {"recipients": [{"id": "a", "name": 5}]}, "recipients[0].name"),
        (TRIGGER, {"recipients": [{"id": "a", "collection": "c", "name": 5}]},
         "recipients[0].name"),
        (TRIGGER, {"recipients": [], "data": [1]}, "data"),
        (TRIGGER, {"recipients": [], "cancellation_key": 5}, "cancellation_key"),
        (TRIGGER, {"recipients": [], "settings": {"skip_delay": 1}}, "settings.skip_delay"),
        (CANCEL, {}, "cancellation_key"),
        (CANCEL, {"cancellation_key": None}, "cancellation_key"),
        (CANCEL, {"cancellation_key": "k", "recipients": "a"}, "recipients"),
        (CANCEL, {"cancellation_key": "k", "recipients": ["a", 5]}, "recipients[1]"),
    ],
)  # fmt: skip
def test_the_wrong_field_is_named_with_its_path(
    client: httpx.Client, mock_knock: MockKnock, path: str, body: Any, field: str
) -> None:
    refused = client.post(path, json=body)
    message = assert_refused(refused, 422, "invalid_params", field=field)["message"]
    assert field in message
    assert len(mock_knock.users) == 0
    assert len(mock_knock.bulk_operations) == 0
    assert mock_knock.workflows.runs == []


def test_every_wrong_field_is_named_in_one_answer(client: httpx.Client) -> None:
    body = {"users": [{"name": 1}, {"id": 2}, {"id": "c", "email": 3, "created_at": "x"}]}
    refused = client.post(IDENTIFY, json=body)
    assert set(fields(refused)) == {
        "users[0].id",
        "users[0].name",
        "users[1].id",
        "users[2].email",
        "users[2].created_at",
    }


def test_of_very_many_wrong_fields_some_are_named(client: httpx.Client) -> None:
    refused = client.post(DELETE, json={"user_ids": [1] * 1_000})
    assert_refused(refused, 422, "invalid_params")
    assert 1 < len(fields(refused)) <= 20
    assert "more" in refused.json()["message"]


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/v1/users", "page_size=ten", "page_size"),
        ("/v1/users", "page_size=1.5", "page_size"),
        ("/v1/users", "page_size=", "page_size"),
        ("/v1/users", "page_size[]=1", "page_size"),
        ("/v1/users", "include=everything", "include[0]"),
        ("/v1/users", "include[]=preferences&include[]=x", "include[1]"),
        ("/v1/users", "include[0]=preferences", "include[0]"),
        ("/v1/users", "after[]=x", "after"),
        ("/v1/workflow_recipient_runs", "status=done", "status[0]"),
        ("/v1/workflow_recipient_runs", "status[0]=queued", "status[0]"),
        ("/v1/workflow_recipient_runs", "has_errors=yes", "has_errors"),
        ("/v1/workflow_recipient_runs", "starting_at=yesterday", "starting_at"),
        ("/v1/workflow_recipient_runs", "ending_at=2026-13-01T00:00:00Z", "ending_at"),
        ("/v1/workflow_recipient_runs", "ending_at=2026-01-05", "ending_at"),
        ("/v1/workflow_recipient_runs", "workflow[]=a", "workflow"),
        ("/v1/workflow_recipient_runs", "recipient[]=a", "recipient"),
    ],
)
def test_a_wrong_query_parameter_is_named(
    client: httpx.Client, path: str, query: str, field: str
) -> None:
    assert_refused(client.get(f"{path}?{query}"), 422, "invalid_params", field=field)


@pytest.mark.parametrize("query", ["after=%FF", "%FF=a", "page_size=1&x=%C3", "a=%ED%A0%80"])
def test_a_query_that_is_not_utf_8_is_a_400(client: httpx.Client, query: str) -> None:
    refused = client.get(f"/v1/users?{query}")
    assert_refused(refused, 400, "invalid_params", field="query")


@pytest.mark.parametrize("query", ["x=1", "=1", "&&", "page_size", "[]=1", "a[b][c]=1", "[=", "?"])
def test_what_is_not_declared_is_not_looked_at(client: httpx.Client, query: str) -> None:
    response = client.get(f"/v1/users?{query}")
    assert response.status_code == (422 if query == "page_size" else 200)
