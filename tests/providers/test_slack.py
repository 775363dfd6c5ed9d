"""Slack through Knock: the credential is in the channel data of an object or tenant."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

CHANNEL = "e5f20b86-9d14-4c7a-b3e8-60a9d1f74c25"
BASE = f"/v1/providers/slack/{CHANNEL}"
NOT_CONNECTED = {
    "code": "authorization",
    "message": "Access token not set.",
    "status": 403,
    "type": "authentication_error",
}
TEXT = {"access_token_object": json.dumps({"collection": "$tenants", "object_id": "acme"})}
BRACKETS = {
    "access_token_object[object_id]": "acme",
    "access_token_object[collection]": "$tenants",
}


def connect(mock_knock: MockKnock, token: str = "xoxb-1", id: str = "acme") -> None:
    data = {"connections": [], "token": {"access_token": token}}
    body = {"name": "Acme", "channel_data": {CHANNEL.upper(): data}}
    mock_knock.call(lambda world: world.objects.set("$tenants", id, body, world.now))


def channels(client: httpx.Client, **options: Any) -> list[dict[str, Any]]:
    params = {**TEXT, **{f"query_options[{name}]": value for name, value in options.items()}}
    answer = client.get(f"{BASE}/channels", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["slack_channels"]
    return found


@pytest.mark.parametrize("owner", [TEXT, BRACKETS], ids=["JSON text", "brackets"])
def test_a_token_connects(
    client: httpx.Client, mock_knock: MockKnock, owner: dict[str, str]
) -> None:
    connect(mock_knock)
    answer = client.get(f"{BASE}/auth_check", params=owner)
    assert answer.json() == {"connection": {"ok": True}}
    assert client.get(f"{BASE}/channels", params=owner).json()["slack_channels"]


@pytest.mark.parametrize(
    ("method", "call"), [("GET", "auth_check"), ("GET", "channels"), ("PUT", "revoke_access")]
)
@pytest.mark.parametrize("state", ["no object", "no data", "no token", "null token"])
def test_without_a_token_the_answer_is_knocks_to_the_letter(
    client: httpx.Client, mock_knock: MockKnock, method: str, call: str, state: str
) -> None:
    token: Any = {"access_token": None} if state == "null token" else None
    data: dict[str, Any] = {"connections": [], "token": token}
    if state != "no object":
        body = {"channel_data": {} if state == "no data" else {CHANNEL: data}}
        mock_knock.call(lambda world: world.objects.set("$tenants", "acme", body, world.now))
    answer = client.request(method, f"{BASE}/{call}", params=TEXT)
    assert (answer.status_code, answer.json()) == (403, NOT_CONNECTED)


def test_revoking_takes_the_token_and_leaves_the_rest(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    connect(mock_knock)
    assert client.put(f"{BASE}/revoke_access", params=TEXT).json() == {"ok": "ok"}
    assert client.get(f"{BASE}/auth_check", params=TEXT).json() == NOT_CONNECTED
    assert client.put(f"{BASE}/revoke_access", params=TEXT).json() == NOT_CONNECTED

    def tenant(world: Any) -> Any:
        found = world.objects.find("$tenants", "acme")
        return found.properties, list(found.channel_data.values())

    properties, (data,) = mock_knock.call(tenant)
    assert properties["name"] == "Acme"
    assert data["connections"] == []


def test_a_magic_token_is_one_that_slack_takes_no_more(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    connect(mock_knock, "mock_revoked_1")
    connection = client.get(f"{BASE}/auth_check", params=TEXT).json()["connection"]
    assert connection == {"ok": False, "reason": "token_revoked", "error": "token_revoked"}
    refused = client.get(f"{BASE}/channels", params=TEXT)
    assert (refused.status_code, refused.json()["message"]) == (403, "token_revoked")


def test_channels_follow_from_the_token(client: httpx.Client, mock_knock: MockKnock) -> None:
    connect(mock_knock)
    first = channels(client)
    assert first == channels(client)
    assert (first[0]["name"], first[0]["is_private"], first[0]["is_im"]) == (
        "general",
        False,
        False,
    )
    assert len({channel["id"] for channel in first}) == len(first) == 200
    connect(mock_knock, "xoxb-2")
    assert channels(client)[0]["id"] != first[0]["id"]


def test_channels_are_filtered(client: httpx.Client, mock_knock: MockKnock) -> None:
    connect(mock_knock)
    everything = channels(client, limit=1000, exclude_archived="false")
    assert len(everything) == 240
    assert len(channels(client, limit=1000)) == 228
    private = channels(client, limit=1000, types="private_channel")
    assert private
    assert all(channel["is_private"] for channel in private)
    direct = channels(client, types="im, mpim")
    assert {channel["is_im"] for channel in direct} == {True, False}
    assert channels(client, team_id=everything[0]["context_team_id"])
    assert channels(client, team_id="T0") == []


@pytest.mark.parametrize("limit", [1, 7, 200, 1000, 0, -5, 100_000])
def test_pages_have_each_channel_once(
    client: httpx.Client, mock_knock: MockKnock, limit: int
) -> None:
    connect(mock_knock)
    found: list[str] = []
    params: dict[str, Any] = {**TEXT, "query_options.limit": limit, "query_options.types": "im"}
    pages = 0
    while True:
        answer = client.get(f"{BASE}/channels", params=params).json()
        found += [channel["id"] for channel in answer["slack_channels"]]
        pages += 1
        if answer["next_cursor"] is None:
            break
        params["query_options.cursor"] = answer["next_cursor"]
    assert len(found) == len(set(found)) == 9
    assert pages == -(-9 // min(max(limit, 1), 9))


@pytest.mark.parametrize("cursor", ["nonsense", "bmV4dDo5OTk5OTk=", "bmV4dDotMQ==", "\u00e9"])
def test_a_cursor_that_was_not_given_out_is_missing(
    client: httpx.Client, mock_knock: MockKnock, cursor: str
) -> None:
    connect(mock_knock)
    params = {**TEXT, "query_options.cursor": cursor}
    answer = client.get(f"{BASE}/channels", params=params)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == "query_options.cursor"


@pytest.mark.parametrize("text", ["acme", "{}", "[]", "null", '{"collection": 1, "object_id": 2}'])
def test_what_names_no_object_is_missing(client: httpx.Client, text: str) -> None:
    answer = client.get(f"{BASE}/auth_check", params={"access_token_object": text})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == "access_token_object"
    assert client.get(f"{BASE}/auth_check").status_code == 422


def test_a_browser_may_ask_with_a_public_key(client: httpx.Client, mock_knock: MockKnock) -> None:
    connect(mock_knock)
    client.headers["authorization"] = f"Bearer {mock_knock.public_key}"
    assert client.get(f"{BASE}/auth_check", params=BRACKETS).status_code == 200
