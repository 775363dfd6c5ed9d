"""Tag `Users`."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.pagination import page_info, page_request


def identifyUser(request: Request) -> dict[str, Any]:
    """PUT /v1/users/{user_id}"""
    world = request.world
    return world.users.identify(request.path["user_id"], request.body, world.now).to_json()


def getUser(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}"""
    return request.world.users.get(request.path["user_id"]).to_json()


def listUsers(request: Request) -> dict[str, Any]:
    """GET /v1/users"""
    page = request.world.users.page(page_request(request.query, "users"))
    with_preferences = "preferences" in request.query.get("include", ())
    return {
        "entries": [user.to_json(with_preferences=with_preferences) for user in page.rows],
        "page_info": page_info(page, "users"),
    }


def deleteUser(request: Request) -> None:
    """DELETE /v1/users/{user_id}"""
    request.world.delete_user(request.path["user_id"], request.world.now)


def mergeUser(request: Request) -> dict[str, Any]:
    """POST /v1/users/{user_id}/merge"""
    into, other = request.path["user_id"], request.body["from_user_id"]
    return request.world.merge_users(into, other).to_json()


def bulkIdentifyUsers(request: Request) -> dict[str, Any]:
    """POST /v1/users/bulk/identify"""
    return request.world.bulk_identify(request.body["users"], request.base_url).to_json()


def bulkDeleteUsers(request: Request) -> dict[str, Any]:
    """POST /v1/users/bulk/delete"""
    return request.world.bulk_delete_users(request.body["user_ids"], request.base_url).to_json()


def bulkSetUserPreferences(request: Request) -> dict[str, Any]:
    """POST /v1/users/bulk/preferences"""
    user_ids, preferences = request.body["user_ids"], request.body["preferences"]
    return request.world.bulk_set_preferences(user_ids, preferences, request.base_url).to_json()
