"""`Idempotency-Key` on triggers: the same key brings back the same answer, for 24 hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused

TRIGGER = "/v1/workflows/welcome/trigger"
BODY: dict[str, Any] = {"recipients": [{"id": "nadia", "name": "Nadia"}]}
DAY = timedelta(hours=24)


def trigger(
    client: httpx.Client, key: str | bytes, body: Any = None, path: str = TRIGGER
) -> httpx.Response:
    headers: Any = {"idempotency-key": key}
    return client.post(path, json=BODY if body is None else body, headers=headers)


def replayed(response: httpx.Response) -> bool:
    return bool(response.headers.get("idempotent-replayed") == "true")


def test_a_repetition_brings_back_the_first_answer(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    first, again, once_more = (trigger(client, "key") for _ in range(3))
    assert not replayed(first)
    assert "original-x-request-id" not in first.headers
    for repetition in (again, once_more):
        assert replayed(repetition)
        assert repetition.status_code == 200
        assert repetition.content == first.content
        assert repetition.headers["original-x-request-id"] == first.headers["x-request-id"]
        assert repetition.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(mock_knock.workflows.runs) == 1


def test_another_key_is_another_trigger(client: httpx.Client, mock_knock: MockKnock) -> None:
    answers = [trigger(client, key).json()["workflow_run_id"] for key in ("a", "b", "A")]
    assert len(set(answers)) == 3
    assert len(mock_knock.workflows.runs) == 3


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": ""}])
def test_without_a_key_every_call_counts(
    client: httpx.Client, mock_knock: MockKnock, headers: dict[str, str]
) -> None:
    for _ in range(2):
        assert not replayed(client.post(TRIGGER, json=BODY, headers=headers))
    assert len(mock_knock.workflows.runs) == 2


def test_another_body_is_refused_and_not_to_be_retried(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    first = trigger(client, "key")
    refused = trigger(client, "key", {"recipients": [{"id": "tom", "name": "Tom"}]})
    assert_refused(refused, 409, "idempotency_key_mismatch", field="Idempotency-Key")
    assert refused.headers["x-should-retry"] == "false"
    assert "idempotent-replayed" not in refused.headers
    assert list(mock_knock.users) == ["nadia"]
    # And the first answer can still be had.
    assert trigger(client, "key").content == first.content


def test_a_key_is_of_one_workflow(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "key")
    other = trigger(client, "key", {"recipients": ["nadia"]}, "/v1/workflows/other/trigger")
    assert other.status_code == 200
    assert not replayed(other)
    assert len(mock_knock.workflows.runs) == 2


def test_the_answer_is_kept_for_24_hours_of_the_environments_time(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    first = trigger(client, "key")
    mock_knock.clock.advance(DAY - timedelta(microseconds=1))
    assert replayed(trigger(client, "key"))
    mock_knock.clock.advance(timedelta(microseconds=1))
    fresh = trigger(client, "key")
    assert not replayed(fresh)
    assert fresh.json() != first.json()
    assert len(mock_knock.workflows.runs) == 2


def test_a_repetition_does_not_prolong_it(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "key")
    for _ in range(2):
        mock_knock.clock.advance(DAY / 2)
        last = trigger(client, "key")
    assert not replayed(last)


def test_after_24_hours_another_body_is_welcome(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "key")
    mock_knock.clock.advance(DAY)
    assert trigger(client, "key", {"recipients": []}).status_code == 200


def test_keys_expire_one_by_one(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "early")
    mock_knock.clock.advance(DAY / 2)
    trigger(client, "late")
    mock_knock.clock.advance(DAY / 2)
    assert replayed(trigger(client, "late"))
    assert not replayed(trigger(client, "early"))
    mock_knock.clock.advance(DAY / 2)
    assert not replayed(trigger(client, "late"))
    assert replayed(trigger(client, "early"))


def test_an_answer_that_was_an_error_is_not_kept(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    body = {"recipients": [], "actor": "tom"}
    assert_refused(trigger(client, "key", body), 404, "actor_missing")
    mock_knock.users.identify("tom")
    second = trigger(client, "key", body)
    assert second.status_code == 200
    assert not replayed(second)
    assert replayed(trigger(client, "key", body))


@pytest.mark.parametrize("body", [{}, {"recipients": 5}])
def test_an_invalid_call_leaves_its_key_unused(client: httpx.Client, body: Any) -> None:
    assert trigger(client, "key", body).status_code == 422
    assert not replayed(trigger(client, "key"))


def test_a_key_has_at_most_255_characters(client: httpx.Client, mock_knock: MockKnock) -> None:
    for _ in range(2):
        longest = trigger(client, "k" * 255)
    assert replayed(longest)
    refused = trigger(client, "k" * 256)
    assert_refused(refused, 422, "invalid_params", field="Idempotency-Key")
    assert len(mock_knock.workflows.runs) == 1


@pytest.mark.parametrize("key", ["a b", "../x", "\xe9", "%00", "🔑".encode(), "a,b", '"quoted"'])
def test_a_key_is_any_text(client: httpx.Client, key: str | bytes) -> None:
    sent = key.encode("latin-1") if isinstance(key, str) else key
    assert not replayed(trigger(client, sent))
    assert replayed(trigger(client, sent))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/users/nadia", {"name": "Other"}),
        ("POST", "/v1/users/bulk/identify", {"users": [{"id": "other"}]}),
        ("POST", "/v1/users/bulk/delete", {"user_ids": ["other"]}),
        ("POST", "/v1/workflows/welcome/cancel", {"cancellation_key": "other"}),
    ],
)
def test_elsewhere_a_key_has_no_effect(
    client: httpx.Client, method: str, path: str, body: dict[str, Any]
) -> None:
    # The official SDKs send one with almost every write.
    headers = {"idempotency-key": "k" * 300}
    first = client.request(method, path, json={**body, "again": 0}, headers=headers)
    second = client.request(method, path, json={**body, "again": 1}, headers=headers)
    assert first.status_code == second.status_code < 300
    assert "idempotent-replayed" not in second.headers


def test_a_bulk_call_with_one_key_twice_is_two_operations(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    for _ in range(2):
        headers = {"idempotency-key": "key"}
        client.post("/v1/users/bulk/identify", json={"users": []}, headers=headers)
    assert len(mock_knock.bulk_operations) == 2


def test_a_replay_is_in_the_log_of_requests(client: httpx.Client, mock_knock: MockKnock) -> None:
    for _ in range(2):
        trigger(client, "key")
    calls = mock_knock.requests.of("triggerWorkflow")
    assert [call.status for call in calls] == [200, 200]
    assert calls[0].answer == calls[1].answer
