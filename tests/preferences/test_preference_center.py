"""The hosted preference center of a user."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_knock import MockKnock

PATH = "/v1/users/ada/preference_center"


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def test_the_page_names_the_user_by_email_or_id(client: httpx.Client) -> None:
    assert client.get(f"{PATH}/config").status_code == 404
    client.put("/v1/users/ada", json={})
    shown = client.get(f"{PATH}/config").json()
    assert (shown["enabled"], shown["user_email"]) == (True, "ada")
    client.put("/v1/users/ada", json={"email": "ada@example.com"})
    assert client.get(f"{PATH}/config").json()["user_email"] == "ada@example.com"


def test_there_is_a_row_for_each_default_preference(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    default = {"categories": {"news": True}, "workflows": {"w": False}}
    mock_knock.call(lambda world: setattr(world.preferences, "environment_default", default))
    client.put("/v1/users/ada", json={})
    rows = client.get(f"{PATH}/config").json()["config"]["rows"]
    assert [(row["type"], row["identifier"]) for row in rows] == [
        ("category", "news"),
        ("workflow", "w"),
        ("channel_types", None),
        ("commercial_subscribed", None),
    ]


def test_the_link_is_the_same_at_every_call_and_each_user_has_their_own(
    client: httpx.Client,
) -> None:
    assert client.post(f"{PATH}/signed_url").status_code == 404
    for user in ("ada", "bob"):
        client.put(f"/v1/users/{user}", json={})
    first = client.post(f"{PATH}/signed_url").json()
    assert first["url"] == f"https://p.knock.app/p/{first['token']}"
    assert client.post(f"{PATH}/signed_url").json() == first
    other = client.post("/v1/users/bob/preference_center/signed_url").json()
    assert other["token"] != first["token"]


def test_a_public_key_may_read_the_page_and_not_make_the_link(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.put("/v1/users/ada", json={})
    client.headers["authorization"] = f"Bearer {mock_knock.public_key}"
    assert client.get(f"{PATH}/config").status_code == 200
    assert client.post(f"{PATH}/signed_url").status_code == 403


def test_a_fixtures_file_says_what_the_page_says(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.load_fixtures(
        {
            "preference_center": {
                "title": "Your mail",
                "account_name": "Harbour Supplies",
                "rows": [
                    {"type": "category", "name": "News", "identifier": "news"},
                    {"type": "workflow", "name": "Digest", "channel_types": ["email"]},
                ],
                "branding": {"primary_color": "#0a7cff", "dark": {"primary_color": "#9cc9ff"}},
            }
        }
    )
    client.put("/v1/users/ada", json={})
    shown = client.get(f"{PATH}/config").json()
    assert (shown["config"]["title"], shown["account_name"]) == ("Your mail", "Harbour Supplies")
    assert shown["config"]["show_account_name"] is True
    assert shown["config"]["rows"] == [
        {
            "type": "category",
            "name": "News",
            "description": "News",
            "identifier": "news",
            "channel_types": None,
        },
        {
            "type": "workflow",
            "name": "Digest",
            "description": "Digest",
            "identifier": None,
            "channel_types": ["email"],
        },
    ]
    assert shown["branding"]["primary_color"] == "#0a7cff"
    assert shown["branding"]["primary_color_contrast"] == "#FFFFFF"
    assert shown["branding"]["dark"]["primary_color"] == "#9cc9ff"


def test_a_page_can_be_switched_off(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.load_fixtures({"preference_center": {"enabled": False}})
    client.put("/v1/users/ada", json={})
    assert client.get(f"{PATH}/config").json()["enabled"] is False
