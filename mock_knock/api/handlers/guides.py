"""Tag `Guides`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mock_knock.api.exchange import Request
from mock_knock.world.guide_engagement import Mark
from mock_knock.world.guides import Visit

_OK = {"status": "ok"}


def listUserGuides(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/guides/{channel_id}"""
    query, path = request.query, request.path
    visit = Visit(query.get("tenant"), _data(query.get("data")), query.get("type"))
    return request.world.guides.offer(path["user_id"], path["channel_id"], visit)


def markUserGuideAsSeen(request: Request) -> dict[str, str]:
    """PUT /v1/users/{user_id}/guides/messages/seen"""
    return _mark(request, "seen")


def markUserGuideAsInteracted(request: Request) -> dict[str, str]:
    """PUT /v1/users/{user_id}/guides/messages/interacted"""
    return _mark(request, "interacted")


def markUserGuideAsArchived(request: Request) -> dict[str, str]:
    """PUT /v1/users/{user_id}/guides/messages/archived"""
    return _mark(request, "archived")


def markUserGuideAsSeenByMessage(request: Request) -> dict[str, str]:
    """PUT /v1/users/{user_id}/guides/messages/{message_id}/seen"""
    return _mark(request, "seen")


def markUserGuideAsInteractedByMessage(request: Request) -> dict[str, str]:
    """PUT /v1/users/{user_id}/guides/messages/{message_id}/interacted"""
    return _mark(request, "interacted")


def markUserGuideAsArchivedByMessage(request: Request) -> dict[str, str]:
    """PUT /v1/users/{user_id}/guides/messages/{message_id}/archived"""
    return _mark(request, "archived")


def markUserGuideAsUnarchived(request: Request) -> dict[str, str]:
    """DELETE /v1/users/{user_id}/guides/messages/archived"""
    world, body = request.world, request.body
    user_id = request.path["user_id"]
    world.guides.unarchive(user_id, body["guide_key"], body.get("tenant"), world.now)
    return _OK


def resetUserGuideEngagement(request: Request) -> dict[str, str]:
    """PUT /v1/users/{user_id}/guides/engagements/reset"""
    world, body, user_id = request.world, request.body, request.path["user_id"]
    world.guides.reset(user_id, body["guide_key"], body.get("tenant"), world.now)
    return _OK


def _mark(request: Request, mark: Mark) -> dict[str, str]:
    world = request.world
    world.guides.mark(request.path["user_id"], mark, request.body, world.now)
    return _OK


def _data(text: str | None) -> Mapping[str, Any]:
    """The JSON object in the query's `data`; what is none counts as nothing, as SDKs may send."""
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
