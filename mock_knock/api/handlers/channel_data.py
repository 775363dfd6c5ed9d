"""Tag `Channel data`: of users and of objects."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.handlers.recipient_paths import path_recipient


def getUserChannelData(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/channel_data/{channel_id}"""
    return request.world.channel_data.get(path_recipient(request), request.path["channel_id"])


def setUserChannelData(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/channel_data/{channel_id}"""
    world, channel_id = request.world, request.path["channel_id"]
    data = request.body["data"]
    return world.channel_data.put(path_recipient(request), channel_id, data, world.now)


def unsetUserChannelData(request: Request) -> None:
    """DELETE /v1/users/{user_id}/channel_data/{channel_id}"""
    world, channel_id = request.world, request.path["channel_id"]
    world.channel_data.delete(path_recipient(request), channel_id, world.now)


# The calls of objects are those of users: the path says whose data it is about.
getObjectChannelData = getUserChannelData
setObjectChannelData = setUserChannelData
unsetObjectChannelData = unsetUserChannelData
