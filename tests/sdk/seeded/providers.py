"""Slack and Microsoft Teams, with the credentials of a tenant."""

from __future__ import annotations

import json

from tests.sdk.seed import SLACK, TEAMS, Seed
from tests.sdk.stories import Story, calling

INGEN = json.dumps({"collection": "$tenants", "object_id": "ingen"})
IN_SLACK = {"channel_id": SLACK, "access_token_object": INGEN}
IN_TEAMS = {"channel_id": TEAMS, "ms_teams_tenant_object": INGEN}
TENANT = "/v1/objects/$tenants/ingen/channel_data"


@calling("providers.slack.check_auth")
def slack_check(seed: Seed) -> Story:
    answer = yield IN_SLACK
    assert answer == {"connection": {"ok": True}}


@calling("providers.slack.list_channels")
def slack_channels(seed: Seed) -> Story:
    channels = yield {**IN_SLACK, "query_options": {"limit": 100, "types": "public_channel"}}
    # Of 240 channels every sixth is private, and every twentieth archived.
    assert len(channels) == len({channel["id"] for channel in channels})
    assert 150 < len(channels) < 200
    assert not any(channel["is_private"] or channel["is_im"] for channel in channels)


@calling("providers.slack.revoke_access")
def slack_revoke(seed: Seed) -> Story:
    answer = yield IN_SLACK
    assert answer["ok"]
    assert seed.read(f"{TENANT}/{SLACK}")["data"]["token"] is None


@calling("providers.ms_teams.check_auth")
def teams_check(seed: Seed) -> Story:
    answer = yield IN_TEAMS
    assert answer == {"connection": {"ok": True, "ms_teams_tenant_id": "organisation-1"}}


@calling("providers.ms_teams.list_teams")
def teams(seed: Seed) -> Story:
    found = yield {**IN_TEAMS, "query_options": {"top": 10}}
    assert len({team["id"] for team in found}) == len(found) == 25


@calling("providers.ms_teams.list_channels")
def teams_channels(seed: Seed) -> Story:
    teams = seed.read(f"/v1/providers/ms-teams/{TEAMS}/teams", ms_teams_tenant_object=INGEN)[
        "ms_teams_teams"
    ]
    answer = yield {**IN_TEAMS, "team_id": teams[0]["id"]}
    assert len(answer["ms_teams_channels"]) == 8


@calling("providers.ms_teams.revoke_access")
def teams_revoke(seed: Seed) -> Story:
    answer = yield IN_TEAMS
    assert answer["ok"]
    assert seed.read(f"{TENANT}/{TEAMS}")["data"]["ms_teams_tenant_id"] is None
