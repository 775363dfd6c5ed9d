"""Tag `Preferences`: of users and of objects, the deprecated calls for parts of a set included."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.handlers.recipient_paths import path_recipient


def listUserPreferenceSets(request: Request) -> list[dict[str, Any]]:
    """GET /v1/users/{user_id}/preferences"""
    return request.world.preferences.all(path_recipient(request))


def getUserPreferenceSet(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/preferences/{id}"""
    key, set_id = path_recipient(request), request.path["id"]
    return request.world.preferences.get(key, set_id, request.query.get("tenant"))


def updateUserPreferenceSet(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/preferences/{id}"""
    world, set_id = request.world, request.path["id"]
    return world.preferences.put(path_recipient(request), set_id, request.body, world.now)


def deleteUserPreferenceSet(request: Request) -> None:
    """DELETE /v1/users/{user_id}/preferences/{id}"""
    world, set_id = request.world, request.path["id"]
    world.preferences.delete(path_recipient(request), set_id, world.now)


def updateUserPreferenceCategories(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/preferences/{id}/categories"""
    return _put_group(request, "categories")


def updateUserPreferenceCategory(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/preferences/{id}/categories/{key}"""
    return _put_setting(request, "categories", request.path["key"])


def updateUserPreferenceWorkflows(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/preferences/{id}/workflows"""
    return _put_group(request, "workflows")


def updateUserPreferenceWorkflow(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/preferences/{id}/workflows/{key}"""
    return _put_setting(request, "workflows", request.path["key"])


def updateUserPreferenceChannelTypes(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/preferences/{id}/channel_types"""
    return _put_group(request, "channel_types")


def updateUserPreferenceChannelType(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}/preferences/{id}/channel_types/{type}"""
    return _put_setting(request, "channel_types", request.path["type"])


# The calls of objects are those of users: the path says whose sets it is about.
listObjectPreferenceSets = listUserPreferenceSets
getObjectPreferenceSet = getUserPreferenceSet
updateObjectPreferenceSet = updateUserPreferenceSet
deleteObjectPreferenceSet = deleteUserPreferenceSet
updateObjectPreferenceCategories = updateUserPreferenceCategories
updateObjectPreferenceCategory = updateUserPreferenceCategory
updateObjectPreferenceWorkflows = updateUserPreferenceWorkflows
updateObjectPreferenceWorkflow = updateUserPreferenceWorkflow
updateObjectPreferenceChannelTypes = updateUserPreferenceChannelTypes
updateObjectPreferenceChannelType = updateUserPreferenceChannelType


def _put_group(request: Request, group: str) -> dict[str, Any]:
    world, set_id, body = request.world, request.path["id"], request.body
    return world.preferences.put_group(path_recipient(request), set_id, group, body, world.now)


def _put_setting(request: Request, group: str, name: str) -> dict[str, Any]:
    world, set_id, body = request.world, request.path["id"], request.body
    key = path_recipient(request)
    return world.preferences.put_setting(key, set_id, group, name, body, world.now)
