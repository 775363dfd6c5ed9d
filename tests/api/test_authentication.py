"""Keys: who is let in, and which calls a public key may make."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.api.bundle import bundle
from mock_knock.documents import openapi_files

from .envelope import assert_refused

ID = "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6"
DOCUMENT = bundle(openapi_files())
OPERATIONS = {
    operation["operationId"]: (method.upper(), path.replace("{id}", ID))
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
# Knock docs, security and authentication: of these operations, the two that a browser may call.
PUBLIC = {
    "archiveMessage",
    "batchMarkMessagesAsArchived",
    "batchMarkMessagesAsInteracted",
    "batchMarkMessagesAsRead",
    "batchMarkMessagesAsSeen",
    "batchMarkMessagesAsUnarchived",
    "batchMarkMessagesAsUnread",
    "batchMarkMessagesAsUnseen",
    "bulkUpdateMessagesForChannel",
    "getMessage",
    "getObjectChannelData",
    "getPreferenceCenterConfig",
    "getUser",
    "getUserChannelData",
    "getUserInAppFeedSettings",
    "getUserPreferenceSet",
    "identifyUser",
    "listChannelsForMsTeamsProvider",
    "listChannelsForSlackProvider",
    "listTeamsForMsTeamsProvider",
    "listUserGuides",
    "listUserInAppFeedItems",
    "listUserPreferenceSets",
    "markMessageInteracted",
    "markMessageRead",
    "markMessageSeen",
    "markMessageUnread",
    "markMessageUnreadAlias",
    "markMessageUnseen",
    "markMessageUnseenAlias",
    "markUserGuideAsArchived",
    "markUserGuideAsArchivedByMessage",
    "markUserGuideAsInteracted",
    "markUserGuideAsInteractedByMessage",
    "markUserGuideAsSeen",
    "markUserGuideAsSeenByMessage",
    "markUserGuideAsUnarchived",
    "msTeamsProviderAuthCheck",
    "msTeamsProviderRevokeAccess",
    "resetUserGuideEngagement",
    "setObjectChannelData",
    "setUserChannelData",
    "slackProviderAuthCheck",
    "slackProviderRevokeAccess",
    "unarchiveMessage",
    "unarchiveMessageAlias",
    "unsetUserChannelData",
    "updateUserPreferenceCategories",
    "updateUserPreferenceCategory",
    "updateUserPreferenceChannelType",
    "updateUserPreferenceChannelTypes",
    "updateUserPreferenceSet",
    "updateUserPreferenceWorkflow",
    "updateUserPreferenceWorkflows",
}


def call(client: httpx.Client, operation: str, authorization: str | bytes | None) -> httpx.Response:
    """Call an operation with this Authorization header, or without one."""
    method, path = OPERATIONS[operation]
    del client.headers["authorization"]
    headers: Any = {} if authorization is None else {"authorization": authorization}
    return client.request(method, path.replace("{", "").replace("}", ""), headers=headers)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_call_goes_without_a_key(client: httpx.Client, operation: str) -> None:
    response = call(client, operation, None)
    body = assert_refused(response, 401, "authentication_required")
    assert "Authorization: Bearer" in body["message"]
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer    ",
        "Basic c2tfdGVzdDo=",
        "sk_test_12345",
        "Token sk_test_12345",
        "Bearersk_test",
        "Digest username=sk",
        ",",
    ],
)
@pytest.mark.parametrize("operation", ["getUser", "triggerWorkflow"])
def test_what_is_no_bearer_key_is_not_taken(
    client: httpx.Client, operation: str, authorization: str
) -> None:
    assert_refused(call(client, operation, authorization), 401, "api_key_missing")


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer sk_test_12345",
        "bearer sk_test_12345",
        "BEARER sk_test_12345",
        "Bearer   sk_test_12345  ",
        "Bearer My API Key",
        "Bearer x",
        "Bearer sk_",
        "Bearer 0",
        "Bearer ../../etc/passwd",
        "Bearer \xff\xfe",
        "Bearer " + "k" * 10_000,
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_any_other_key_opens_an_environment(client: httpx.Client, authorization: str) -> None:
    response = call(client, "listUsers", authorization.encode("latin-1"))
    assert response.json()["entries"] == []


def test_authentication_comes_before_the_body_is_looked_at(client: httpx.Client) -> None:
    del client.headers["authorization"]
    response = client.put("/v1/users/a", content=b"{", headers={"content-type": "text/plain"})
    assert_refused(response, 401, "authentication_required")


@pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() - PUBLIC))
def test_a_public_key_is_refused_where_knock_refuses_it(
    client: httpx.Client, mock_knock: MockKnock, operation: str
) -> None:
    response = call(client, operation, f"Bearer {mock_knock.public_key}")
    body = assert_refused(response, 403, "incorrect_token_type")
    assert "sk_" in body["message"]


def test_a_refused_public_key_has_done_nothing(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("nadia")
    client.headers["authorization"] = f"Bearer {mock_knock.public_key}"
    assert client.delete("/v1/users/nadia").status_code == 403
    body = {"users": [{"id": "new"}]}
    assert client.post("/v1/users/bulk/identify", json=body).status_code == 403
    assert list(mock_knock.users) == ["nadia"]


def test_a_browser_sees_what_the_backend_wrote_and_the_other_way_round(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.put("/v1/users/nadia", json={"name": "Nadia"})
    browser = {"authorization": f"Bearer {mock_knock.public_key}"}
    assert client.get("/v1/users/nadia", headers=browser).json()["name"] == "Nadia"
    client.put("/v1/users/nadia", json={"locale": "en-GB"}, headers=browser)
    assert client.get("/v1/users/nadia").json()["locale"] == "en-GB"
