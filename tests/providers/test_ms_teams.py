"""Microsoft Teams through Knock: channel data of an object or tenant name the organisation."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

CHANNEL = "1c8e64d3-f7a0-4b29-95d6-b30e7f52a81c"
BASE = f"/v1/providers/ms-teams/{CHANNEL}"
TENANT = "94d7f2b0-5e6c-4a13-8f08-c1b2e9a06d57"
NOT_CONNECTED = {
    "code": "authorization",
    "message": "Microsoft Teams tenant ID not set.",
    "status": 403,
    "type": "authentication_error",
}
TEXT = {"ms_teams_tenant_object": json.dumps({"collection": "projects", "object_id": "p1"})}
BRACKETS = {
    "ms_teams_tenant_object[object_id]": "p1",
    "ms_teams_tenant_object[collection]": "projects",
}


def connect(mock_knock: MockKnock, tenant_id: str | None = TENANT) -> None:
    data: dict[str, Any] = {"connections": [], "ms_teams_tenant_id": tenant_id}
    body = {"channel_data": {CHANNEL: data}}
    mock_knock.call(lambda world: world.objects.set("projects", "p1", body, world.now))


def get(client: httpx.Client, call: str, **params: Any) -> dict[str, Any]:
    answer = client.get(f"{BASE}/{call}", params={**TEXT, **params})
    assert answer.status_code == 200, answer.text
    value: dict[str, Any] = answer.json()
    return value


@pytest.mark.parametrize("owner", [TEXT, BRACKETS], ids=["JSON text", "brackets"])
def test_a_tenant_id_connects(
    client: httpx.Client, mock_knock: MockKnock, owner: dict[str, str]
) -> None:
    connect(mock_knock)
    answer = client.get(f"{BASE}/auth_check", params=owner)
    assert answer.json() == {"connection": {"ok": True, "ms_teams_tenant_id": TENANT}}


def test_an_unknown_object_is_not_connected(client: httpx.Client) -> None:
    reason = "Knock Object containing Microsoft Teams tenant not found."
    assert get(client, "auth_check") == {"connection": {"ok": False, "reason": reason}}
    for method, call in (("GET", "teams"), ("GET", "channels"), ("PUT", "revoke_access")):
        answer = client.request(method, f"{BASE}/{call}", params={**TEXT, "team_id": "t"})
        assert (answer.status_code, answer.json()) == (403, NOT_CONNECTED)


@pytest.mark.parametrize(
    ("method", "call"),
    [("GET", "auth_check"), ("GET", "teams"), ("GET", "channels"), ("PUT", "revoke_access")],
)
def test_without_a_tenant_id_the_answer_is_knocks_to_the_letter(
    client: httpx.Client, mock_knock: MockKnock, method: str, call: str
) -> None:
    connect(mock_knock, None)
    answer = client.request(method, f"{BASE}/{call}", params={**TEXT, "team_id": "t"})
    assert (answer.status_code, answer.json()) == (403, NOT_CONNECTED)


def test_revoking_takes_the_tenant_id(client: httpx.Client, mock_knock: MockKnock) -> None:
    connect(mock_knock)
    assert client.put(f"{BASE}/revoke_access", params=TEXT).json() == {"ok": "ok"}
    assert client.get(f"{BASE}/auth_check", params=TEXT).json() == NOT_CONNECTED


@pytest.mark.parametrize("top", [None, 1, 4, 24, 25, 0])
def test_teams_come_in_pages(client: httpx.Client, mock_knock: MockKnock, top: int | None) -> None:
    connect(mock_knock)
    found: list[str] = []
    params: dict[str, Any] = {} if top is None else {"query_options[$top]": top}
    while True:
        page = get(client, "teams", **params)
        found += [team["displayName"] for team in page["ms_teams_teams"]]
        if page["skip_token"] is None:
            break
        params["query_options.$skiptoken"] = page["skip_token"]
    assert len(found) == len(set(found)) == 25
    assert found[:2] == ["General", "Random"]


def test_each_team_has_channels_of_its_own(client: httpx.Client, mock_knock: MockKnock) -> None:
    connect(mock_knock)
    teams = get(client, "teams")["ms_teams_teams"]
    assert teams == get(client, "teams")["ms_teams_teams"]
    first, second = (get(client, "channels", team_id=t["id"]) for t in teams[:2])
    assert first["ms_teams_channels"][0]["displayName"] == "General"
    assert {c["membershipType"] for c in first["ms_teams_channels"]} == {"standard", "private"}
    assert first != second


def test_a_team_of_another_organisation_is_missing(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    connect(mock_knock)
    team_id = get(client, "teams")["ms_teams_teams"][0]["id"]
    connect(mock_knock, "00000000-0000-4000-8000-000000000000")
    answer = client.get(f"{BASE}/channels", params={**TEXT, "team_id": team_id})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == "team_id"
