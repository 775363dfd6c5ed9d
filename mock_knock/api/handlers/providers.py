"""Tag `Providers`: Slack and Microsoft Teams."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, TypeVar

import orjson

from mock_knock.api.exchange import Request
from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.providers import NO_TEAMS_OBJECT, Owner

Row = TypeVar("Row")

_SLACK_PAGE = 200
_SLACK_TYPES = "public_channel,private_channel"
"""Knock docs: list Slack channels."""
_TEAMS_PAGE = 100
_MAX_PAGE = 1000
_DONE = {"ok": "ok"}


def slackProviderAuthCheck(request: Request) -> dict[str, Any]:
    """GET /v1/providers/slack/{channel_id}/auth_check"""
    problem = request.world.providers.slack_check(_owner(request, "access_token_object"))
    if problem is None:
        return {"connection": {"ok": True}}
    # The document says `reason`, Knock's React components read `error`.
    return {"connection": {"ok": False, "reason": problem, "error": problem}}


def listChannelsForSlackProvider(request: Request) -> dict[str, Any]:
    """GET /v1/providers/slack/{channel_id}/channels"""
    query = request.query
    channels = request.world.providers.slack_channels(
        _owner(request, "access_token_object"),
        frozenset(query.get("query_options.types", _SLACK_TYPES).replace(" ", "").split(",")),
        query.get("query_options.team_id"),
        archived=query.get("query_options.exclude_archived") is False,
    )
    limit = query.get("query_options.limit", _SLACK_PAGE)
    rows, following = _page(request, channels, "query_options.cursor", limit)
    return {
        "slack_channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "is_private": channel.type != "public_channel",
                "is_im": channel.type == "im",
                "context_team_id": channel.team_id,
            }
            for channel in rows
        ],
        "next_cursor": following,
    }


def slackProviderRevokeAccess(request: Request) -> dict[str, str]:
    """PUT /v1/providers/slack/{channel_id}/revoke_access"""
    world = request.world
    world.providers.slack_revoke(_owner(request, "access_token_object"), world.now)
    return _DONE


def msTeamsProviderAuthCheck(request: Request) -> dict[str, Any]:
    """GET /v1/providers/ms-teams/{channel_id}/auth_check"""
    tenant_id = request.world.providers.teams_check(_owner(request, "ms_teams_tenant_object"))
    if tenant_id is None:
        return {"connection": {"ok": False, "reason": NO_TEAMS_OBJECT}}
    return {"connection": {"ok": True, "ms_teams_tenant_id": tenant_id}}


def listTeamsForMsTeamsProvider(request: Request) -> dict[str, Any]:
    """GET /v1/providers/ms-teams/{channel_id}/teams"""
    teams = request.world.providers.teams_teams(_owner(request, "ms_teams_tenant_object"))
    limit = request.query.get("query_options.$top", _TEAMS_PAGE)
    rows, following = _page(request, teams, "query_options.$skiptoken", limit)
    return {
        "ms_teams_teams": [
            {"id": team.id, "displayName": team.name, "description": team.description}
            for team in rows
        ],
        "skip_token": following,
    }


def listChannelsForMsTeamsProvider(request: Request) -> dict[str, Any]:
    """GET /v1/providers/ms-teams/{channel_id}/channels"""
    channels = request.world.providers.teams_channels(
        _owner(request, "ms_teams_tenant_object"), request.query["team_id"]
    )
    return {
        "ms_teams_channels": [
            {
                "id": channel.id,
                "displayName": channel.name,
                "description": channel.description,
                "membershipType": "private" if channel.private else "standard",
                "isArchived": channel.archived,
                "createdDateTime": channel.created_at,
            }
            for channel in channels
        ]
    }


def msTeamsProviderRevokeAccess(request: Request) -> dict[str, str]:
    """PUT /v1/providers/ms-teams/{channel_id}/revoke_access"""
    world = request.world
    world.providers.teams_revoke(_owner(request, "ms_teams_tenant_object"), world.now)
    return _DONE


def _owner(request: Request, name: str) -> Owner:
    """The object or tenant that a query names, as JSON text (brackets have become that by now)."""
    try:
        given = orjson.loads(request.query[name])
        collection, id = given["collection"], given["object_id"]
        if isinstance(collection, str) and isinstance(id, str):
            return Owner(collection, id, request.path["channel_id"])
    except (orjson.JSONDecodeError, TypeError, KeyError):
        pass
    problem = 'names no object: write {"collection": "$tenants", "object_id": "acme"}'
    raise MissingError(f"{name} {problem}", details=(Detail(name, problem, "missing"),))


def _page(
    request: Request, rows: Sequence[Row], field: str, limit: int
) -> tuple[Sequence[Row], str | None]:
    """The rows from the query's cursor on, and the cursor of the next page if there is one."""
    begin = _place(request.query.get(field), field, len(rows))
    end = begin + min(max(int(limit), 1), _MAX_PAGE)
    following = None
    if end < len(rows):
        following = urlsafe_b64encode(f"next:{end}".encode()).decode()
    return rows[begin:end], following


def _place(cursor: str | None, field: str, most: int) -> int:
    if not cursor:
        return 0
    try:
        word, _, place = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").partition(":")
        if word == "next" and place.isdecimal() and len(place) < 10 and int(place) <= most:
            return int(place)
    except (binascii.Error, UnicodeError):
        pass
    problem = "is no cursor of this list: take it from one of its answers"
    raise MissingError(f"{field} {problem}", details=(Detail(field, problem, "invalid_cursor"),))
