"""Refusals as the SDK's own exceptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from knockapi import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    Knock,
    NotFoundError,
    PermissionDeniedError,
    UnprocessableEntityError,
)

from mock_knock import MockKnock

UUID = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
Call = Callable[[Knock], Any]


@pytest.mark.parametrize(
    "call",
    [
        lambda knock: knock.users.get("nobody"),
        lambda knock: knock.users.delete("nobody"),
        lambda knock: knock.users.update("a/b"),
        lambda knock: knock.users.merge("nobody", from_user_id="neither"),
        lambda knock: knock.users.list(after="after"),
        lambda knock: knock.bulk_operations.get(UUID),
        lambda knock: knock.workflow_recipient_runs.get("id"),
        lambda knock: knock.workflows.trigger("w", recipients=[], actor="nobody"),
    ],
)
def test_what_is_not_there_is_a_not_found_error(knock: Knock, call: Call) -> None:
    with pytest.raises(NotFoundError) as caught:
        call(knock)
    assert_told(caught.value, "resource_missing", "actor_missing")


@pytest.mark.parametrize(
    "call",
    [
        lambda knock: knock.bulk_operations.get("not-a-uuid"),
        lambda knock: knock.users.update("a", name=5),
        lambda knock: knock.users.bulk.identify(users=[{"id": str(n)} for n in range(1_001)]),
        lambda knock: knock.users.bulk.delete(user_ids=["a"] * 1_001),
        lambda knock: knock.workflows.trigger("w", recipients=["a"] * 1_001),
        lambda knock: knock.workflow_recipient_runs.list(status=["lost"]),
        lambda knock: knock.users.list(extra_query={"include[0]": "preferences"}),
    ],
)
def test_what_is_not_valid_is_an_unprocessable_entity_error(knock: Knock, call: Call) -> None:
    with pytest.raises(UnprocessableEntityError) as caught:
        call(knock)
    assert_told(caught.value, "invalid_params")
    body: Any = caught.value.body
    assert body["errors"][0]["field"]


def test_no_key_is_an_authentication_error(knock: Knock) -> None:
    with pytest.raises(AuthenticationError) as caught:
        knock.users.get("a", extra_headers={"Authorization": "Basic x"})
    assert_told(caught.value, "api_key_missing")


def test_a_public_key_where_a_secret_one_is_needed_is_a_permission_denied_error(
    knock: Knock, mock_knock: MockKnock
) -> None:
    browser = knock.with_options(api_key=mock_knock.public_key)
    assert browser.users.update("a", name="A").name == "A"
    assert browser.users.get("a").name == "A"
    with pytest.raises(PermissionDeniedError) as caught:
        browser.users.delete("a")
    assert_told(caught.value, "incorrect_token_type")


def test_malformed_json_is_a_bad_request_error(knock: Knock) -> None:
    with pytest.raises(BadRequestError) as caught:
        knock.post(
            "/v1/users/bulk/delete",
            cast_to=object,
            options={"headers": {"content-type": "application/json"}},
            content=b"{",
        )
    assert_told(caught.value, "invalid_params")


@pytest.mark.parametrize("retries", [0, 2])
def test_another_body_under_one_key_is_a_conflict_error_that_is_not_retried(
    knock: Knock, mock_knock: MockKnock, retries: int
) -> None:
    knock = knock.with_options(max_retries=retries)
    knock.workflows.trigger("w", recipients=["a"], idempotency_key="k")
    before = len(mock_knock.requests)
    with pytest.raises(ConflictError) as caught:
        knock.workflows.trigger("w", recipients=["b"], idempotency_key="k")
    assert_told(caught.value, "idempotency_key_mismatch")
    assert len(mock_knock.requests) == before + 1


def test_a_replay_says_so(knock: Knock) -> None:
    answers = [
        knock.workflows.with_raw_response.trigger("w", recipients=["a"], idempotency_key="k")
        for _ in range(2)
    ]
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert answers[1].headers["original-x-request-id"] == answers[0].headers["x-request-id"]
    assert answers[0].parse() == answers[1].parse()


def assert_told(error: APIStatusError, *codes: str) -> None:
    """The exception carries the envelope."""
    body: Any = error.body
    assert body["code"] in codes
    assert body["status"] == error.status_code
    assert error.response.headers["x-request-id"]
