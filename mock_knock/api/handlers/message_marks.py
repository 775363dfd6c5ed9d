"""Tag `Messages`: what a recipient did with one message, and taking it back.

The paths `/unseen`, `/unread` and `/unarchived` do the same as deleting `/seen`, `/read` and
`/archived`.
"""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.world.engagement import check_metadata, mark


def markMessageSeen(request: Request) -> dict[str, Any]:
    """PUT /v1/messages/{message_id}/seen"""
    return _marked(request, "seen")


def markMessageUnseen(request: Request) -> dict[str, Any]:
    """DELETE /v1/messages/{message_id}/seen"""
    return _marked(request, "unseen")


def markMessageRead(request: Request) -> dict[str, Any]:
    """PUT /v1/messages/{message_id}/read"""
    return _marked(request, "read")


def markMessageUnread(request: Request) -> dict[str, Any]:
    """DELETE /v1/messages/{message_id}/read"""
    return _marked(request, "unread")


def markMessageInteracted(request: Request) -> dict[str, Any]:
    """PUT /v1/messages/{message_id}/interacted"""
    return _marked(request, "interacted")


def archiveMessage(request: Request) -> dict[str, Any]:
    """PUT /v1/messages/{message_id}/archived"""
    return _marked(request, "archived")


def unarchiveMessage(request: Request) -> dict[str, Any]:
    """DELETE /v1/messages/{message_id}/archived"""
    return _marked(request, "unarchived")


# Knock has a second path for each of these: DELETE .../unseen, .../unread, .../unarchived.
markMessageUnseenAlias = markMessageUnseen
markMessageUnreadAlias = markMessageUnread
unarchiveMessageAlias = unarchiveMessage


def _marked(request: Request, action: str) -> dict[str, Any]:
    world = request.world
    message = world.messages.get(request.path["message_id"])
    metadata = (request.body or {}).get("metadata")
    check_metadata(metadata)
    mark(world.messages, message, action, world.now, metadata)
    return message.to_json()
