"""Channel data of users and objects, in the form of every provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

CHANNEL = "97c5837d-c65c-4d54-aa39-080eeb81c69d"
OTHER = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
USER = "/v1/users/u"
OBJECT = "/v1/objects/projects/p"
TENANT = "/v1/objects/$tenants/t"
UUID = "3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10"


def device(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {name: text, "locale": None, "timezone": None, **more}


SHAPES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    (
        "tokens",
        {"tokens": ["a", "b"]},
        "push_fcm",
        {"tokens": ["a", "b"], "devices": [device("token", "a"), device("token", "b")]},
    ),
    (
        "devices",
        {"devices": [{"token": "a", "locale": "de"}, {"token": "b"}]},
        "push_fcm",
        {
            "tokens": ["a", "b"],
            "devices": [device("token", "a", locale="de"), device("token", "b")],
        },
    ),
    (
        "both",
        {"tokens": ["a", "b"], "devices": [{"token": "b", "timezone": "UTC"}]},
        "push_fcm",
        {
            "tokens": ["b", "a"],
            "devices": [device("token", "b", timezone="UTC"), device("token", "a")],
        },
    ),
    ("no tokens", {"tokens": []}, "push_fcm", {"tokens": [], "devices": []}),
    (
        "target arns",
        {"target_arns": ["arn:1"]},
        "push_aws_sns",
        {"target_arns": ["arn:1"], "devices": [device("target_arn", "arn:1")]},
    ),
    (
        "target devices",
        {"devices": [{"target_arn": "arn:1", "locale": "en"}]},
        "push_aws_sns",
        {"target_arns": ["arn:1"], "devices": [device("target_arn", "arn:1", locale="en")]},
    ),
    ("players", {"player_ids": [UUID]}, "push_one_signal", {"player_ids": [UUID]}),
    (
        "slack token",
        {"connections": [{"access_token": "x", "channel_id": "C1"}], "token": None},
        "chat_slack",
        {"connections": [{"access_token": "x", "channel_id": "C1"}], "token": None},
    ),
    (
        "slack workspace",
        {"connections": [{"channel_id": "C1"}], "token": {"access_token": "x"}},
        "chat_slack",
        {"connections": [{"channel_id": "C1"}], "token": {"access_token": "x"}},
    ),
    (
        "slack webhook",
        {"connections": [{"incoming_webhook": {"url": "https://hooks.slack.com/s"}}]},
        "chat_slack",
        {"connections": [{"incoming_webhook": {"url": "https://hooks.slack.com/s"}}]},
    ),
    (
        "teams",
        {"connections": [{"ms_teams_team_id": UUID}], "ms_teams_tenant_id": UUID},
        "chat_ms_teams",
        {"connections": [{"ms_teams_team_id": UUID}], "ms_teams_tenant_id": UUID},
    ),
    (
        "teams webhook",
        {"connections": [{"incoming_webhook": {"url": "https://x.webhook.office.com/1"}}]},
        "chat_ms_teams",
        {"connections": [{"incoming_webhook": {"url": "https://x.webhook.office.com/1"}}]},
    ),
    (
        "discord",
        {"connections": [{"channel_id": "123"}]},
        "chat_discord",
        {"connections": [{"channel_id": "123"}]},
    ),
    (
        "discord webhook",
        {"connections": [{"incoming_webhook": {"url": "https://discord.com/api/1"}}]},
        "chat_discord",
        {"connections": [{"incoming_webhook": {"url": "https://discord.com/api/1"}}]},
    ),
    ("no connections", {"connections": []}, "chat_slack", {"connections": []}),
]


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


@pytest.mark.parametrize("recipient", [USER, OBJECT, TENANT])
@pytest.mark.parametrize(
    ("data", "provider", "shown"), [shape[1:] for shape in SHAPES], ids=[s[0] for s in SHAPES]
)
def test_what_is_set_is_read_back_in_full_form(
    client: httpx.Client, recipient: str, data: Any, provider: str, shown: Any
) -> None:
    path = f"{recipient}/channel_data/{CHANNEL}"
    answer = client.put(path, json={"data": data})
    assert answer.status_code == 200
    assert answer.json() == {
        "__typename": "ChannelData",
        "channel_id": CHANNEL,
        "provider": provider,
        "data": shown,
    }
    assert client.get(path).json() == answer.json()
    # An answer can be sent back.
    assert client.put(path, json={"data": answer.json()["data"]}).json() == answer.json()


@pytest.mark.parametrize("recipient", [USER, OBJECT, TENANT])
def test_setting_creates_the_recipient_and_overwrites(client: httpx.Client, recipient: str) -> None:
    path = f"{recipient}/channel_data/{CHANNEL}"
    assert client.get(recipient).status_code == 404
    client.put(path, json={"data": {"tokens": ["a"]}})
    assert client.get(recipient).status_code == 200
    client.put(path, json={"data": {"tokens": ["b"]}})
    assert client.get(path).json()["data"]["tokens"] == ["b"]


@pytest.mark.parametrize("recipient", [USER, OBJECT, TENANT])
def test_what_is_not_set_is_missing(client: httpx.Client, recipient: str) -> None:
    path = f"{recipient}/channel_data/{CHANNEL}"
    assert (client.get(path).status_code, client.delete(path).status_code) == (404, 404)
    client.put(f"{recipient}/channel_data/{OTHER}", json={"data": {"tokens": []}})
    assert (client.get(path).status_code, client.delete(path).status_code) == (404, 404)
    assert client.delete(f"{recipient}/channel_data/{OTHER}").status_code == 204
    assert client.get(f"{recipient}/channel_data/{OTHER}").status_code == 404


def test_inline_channel_data_is_read_here(client: httpx.Client) -> None:
    body = {"channel_data": {CHANNEL.upper(): {"tokens": ["a"]}}}
    client.put(USER, json=body)
    shown = client.get(f"{USER}/channel_data/{CHANNEL}").json()
    assert (shown["channel_id"], shown["data"]["tokens"]) == (CHANNEL, ["a"])
    assert client.get(f"{USER}/channel_data/{CHANNEL.upper()}").json() == shown


def test_a_tenants_credential_alone_is_read_with_no_connections(client: httpx.Client) -> None:
    """Knock docs, Slack overview: `{"token": ...}` on a tenant; its schema knows it only inline."""
    body = {"channel_data": {CHANNEL: {"token": {"access_token": "xoxb"}}}}
    assert client.put("/v1/tenants/t", json=body).status_code == 200
    shown = client.get(f"{TENANT}/channel_data/{CHANNEL}").json()
    assert shown["provider"] == "chat_slack"
    assert shown["data"] == {"connections": [], "token": {"access_token": "xoxb"}}


@pytest.mark.parametrize(
    "data",
    [
        5,
        "x",
        [],
        {},
        {"tokens": "a"},
        {"tokens": [1]},
        {"devices": [{"locale": "de"}]},
        {"player_ids": ["no uuid"]},
        {"connections": {}},
        {"connections": [5]},
        {"connections": [{"access_token": 5, "ms_teams_team_id": 5}]},
    ],
)
def test_what_no_provider_keeps_is_refused_or_never_shown(client: httpx.Client, data: Any) -> None:
    path = f"{OBJECT}/channel_data/{CHANNEL}"
    assert client.put(path, json={"data": data}).status_code == 422
    assert client.get(OBJECT).status_code == 404
    # Inline, the documents allow anything.
    inline = {"id": "p", "collection": "projects", "channel_data": {CHANNEL: data}}
    assert client.post("/v1/workflows/w/trigger", json={"recipients": [inline]}).is_success
    assert client.get(OBJECT).status_code == 200
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("provider", "data", "status"),
    [
        ("push_apns", {"tokens": ["a"]}, 200),
        ("push_expo", {"tokens": ["a"]}, 200),
        ("chat_discord", {"connections": []}, 200),
        ("chat_slack", {"connections": [{"channel_id": "C1"}]}, 200),
        ("push_aws_sns", {"devices": []}, 200),
        ("push_apns", {"connections": []}, 422),
        ("chat_slack", {"tokens": ["a"]}, 422),
        ("push_aws_sns", {"devices": [{"token": "a"}]}, 422),
    ],
)
def test_a_declared_channel_says_the_provider(
    client: httpx.Client, mock_knock: MockKnock, provider: str, data: Any, status: int
) -> None:
    declared = {CHANNEL: provider}
    mock_knock.call(lambda world: setattr(world.channel_data, "provider_of", declared.get))
    answer = client.put(f"{USER}/channel_data/{CHANNEL}", json={"data": data})
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["provider"] == provider
    else:
        assert answer.json()["errors"][0]["field"] == "data"
        assert client.get(USER).status_code == 404


def test_a_channel_id_is_a_uuid(client: httpx.Client) -> None:
    for method in ("GET", "PUT", "DELETE"):
        body: Any = {"data": {"tokens": []}} if method == "PUT" else None
        answer = client.request(method, f"{USER}/channel_data/my-channel", json=body)
        assert answer.status_code == 422


def test_a_public_key_may_use_a_users_channel_data(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.headers["authorization"] = f"Bearer {mock_knock.public_key}"
    path = f"{USER}/channel_data/{CHANNEL}"
    assert client.put(path, json={"data": {"tokens": ["a"]}}).status_code == 200
    assert client.get(path).status_code == 200
    assert client.delete(path).status_code == 204


def test_a_merge_takes_over_what_the_survivor_lacks(client: httpx.Client) -> None:
    for user, channel, token in (("u", CHANNEL, "u"), ("v", CHANNEL, "v"), ("v", OTHER, "v")):
        path = f"/v1/users/{user}/channel_data/{channel}"
        client.put(path, json={"data": {"tokens": [token]}})
    client.post("/v1/users/u/merge", json={"from_user_id": "v"})
    tokens = [
        client.get(f"{USER}/channel_data/{channel}").json()["data"]["tokens"]
        for channel in (CHANNEL, OTHER)
    ]
    assert tokens == [["u"], ["v"]]


def test_a_deleted_user_starts_without(client: httpx.Client) -> None:
    client.put(f"{USER}/channel_data/{CHANNEL}", json={"data": {"tokens": ["a"]}})
    client.delete(USER)
    client.put(USER, json={})
    assert client.get(f"{USER}/channel_data/{CHANNEL}").status_code == 404
