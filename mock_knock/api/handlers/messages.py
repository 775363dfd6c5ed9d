"""Tag `Messages`: lists, single messages, and what can be read about one."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.message_query import message_filter, trigger_data
from mock_knock.api.pagination import cursor_of, page_info, page_request
from mock_knock.world import message_details as details
from mock_knock.world.listing import Page
from mock_knock.world.message import Message
from mock_knock.world.references import RecipientKey


def listMessages(request: Request) -> dict[str, Any]:
    """GET /v1/messages"""
    return _list(request, None)


def listMessagesForUser(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/messages"""
    user_id = request.path["user_id"]
    request.world.users.get(user_id)
    return _list(request, (user_id, None))


def listMessagesForObject(request: Request) -> dict[str, Any]:
    """GET /v1/objects/{collection}/{id}/messages"""
    key = request.path["id"], request.path["collection"]
    request.world.objects.get(key[1], key[0])
    return _list(request, key)


def getMessage(request: Request) -> dict[str, Any]:
    """GET /v1/messages/{message_id}"""
    return _message(request).to_json()


def getMessageContents(request: Request) -> dict[str, Any]:
    """GET /v1/messages/{message_id}/content"""
    return details.message_contents(_message(request))


def listMessageEvents(request: Request) -> dict[str, Any]:
    """GET /v1/messages/{message_id}/events"""
    message = _message(request)
    return _items(details.events_page(message, page_request(request.query, "events")), "events")


def listMessageActivities(request: Request) -> dict[str, Any]:
    """GET /v1/messages/{message_id}/activities"""
    message, keep = _message(request), trigger_data(request.query)
    wanted = page_request(request.query, "activities")
    page = details.activities_page(message, wanted, keep, request.world.recipients)
    return _items(page, "activities")


def listMessageDeliveryLogs(request: Request) -> dict[str, Any]:
    """GET /v1/messages/{message_id}/delivery_logs"""
    message, wanted = _message(request), page_request(request.query, "delivery_logs")
    page = details.delivery_logs_page(message, wanted, request.world.identity)
    return _items(page, "delivery_logs")


def _message(request: Request) -> Message:
    return request.world.messages.get(request.path["message_id"])


def _list(request: Request, recipient: RecipientKey | None) -> dict[str, Any]:
    keep = message_filter(request.query, request.world, recipient)
    page = request.world.messages.page(page_request(request.query, "messages"), keep)
    return {
        "items": [
            {**message.to_json(), "__cursor": cursor_of(message.place, "messages")}
            for message in page.rows
        ],
        "page_info": page_info(page, "messages"),
    }


def _items(page: Page[dict[str, Any]], kind: str) -> dict[str, Any]:
    return {"items": page.rows, "page_info": page_info(page, kind)}
