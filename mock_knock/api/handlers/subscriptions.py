"""Tag `Subscriptions`."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.handlers.recipient_paths import path_recipient
from mock_knock.api.pagination import page_info, page_request
from mock_knock.world.listing import Page
from mock_knock.world.references import RecipientKey, recipient_key
from mock_knock.world.subscriptions import Subscription


def listSubscriptionsForObject(request: Request) -> dict[str, Any]:
    """GET /v1/objects/{collection}/{object_id}/subscriptions"""
    subscriptions = request.world.subscriptions
    key, wanted = path_recipient(request), page_request(request.query, "subscriptions")
    # A filter that is not for this mode is passed over: SDKs send both.
    if request.query.get("mode", "object") == "object":
        page = subscriptions.page_of_object(key, wanted, _filter(request, "recipients"))
    else:
        page = subscriptions.page_of_recipient(key, wanted, _filter(request, "objects"))
    return _shown(request, page)


def listSubscriptionsForUser(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/subscriptions"""
    key, wanted = path_recipient(request), page_request(request.query, "subscriptions")
    subscriptions = request.world.subscriptions
    return _shown(
        request, subscriptions.page_of_recipient(key, wanted, _filter(request, "objects"))
    )


def addSubscriptionsForObject(request: Request) -> list[dict[str, Any]]:
    """POST /v1/objects/{collection}/{object_id}/subscriptions"""
    world = request.world
    added = world.subscriptions.add(path_recipient(request), request.body, world.now)
    return [world.subscriptions.shown(subscription) for subscription in added]


def deleteSubscriptionsForObject(request: Request) -> list[dict[str, Any]]:
    """DELETE /v1/objects/{collection}/{object_id}/subscriptions"""
    recipients = request.body["recipients"]
    world = request.world
    return world.subscriptions.delete(path_recipient(request), recipients, world.now)


def bulkAddSubscriptions(request: Request) -> dict[str, Any]:
    """POST /v1/objects/{collection}/bulk/subscriptions/add"""
    world, rows = request.world, request.body["subscriptions"]
    collection = request.path["collection"]
    operation = world.bulk_entities.add_subscriptions(collection, rows, request.base_url, world.now)
    return operation.to_json()


def bulkDeleteSubscriptions(request: Request) -> dict[str, Any]:
    """POST /v1/objects/{collection}/bulk/subscriptions/delete"""
    world, rows = request.world, request.body["subscriptions"]
    collection = request.path["collection"]
    operation = world.bulk_entities.delete_subscriptions(
        collection, rows, request.base_url, world.now
    )
    return operation.to_json()


def _filter(request: Request, name: str) -> list[RecipientKey] | None:
    given = request.query.get(name)
    return None if given is None else [recipient_key(reference) for reference in given]


def _shown(request: Request, page: Page[Subscription]) -> dict[str, Any]:
    with_preferences = "preferences" in request.query.get("include", ())
    shown = request.world.subscriptions.shown
    return {
        "entries": [shown(row, with_preferences=with_preferences) for row in page.rows],
        "page_info": page_info(page, "subscriptions"),
    }
