"""Tag `Messages`: marks for many messages in one call, and their contents in one."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Reply, Request
from mock_knock.world.engagement import check_metadata, mark
from mock_knock.world.message_details import message_contents
from mock_knock.world.message_filters import check_ids

MAX_CONTENTS = 25
"""Ids of one call for contents (Knock's API reference of 2025; nothing later says)."""


def batchMarkMessagesAsSeen(request: Request) -> Reply:
    """POST /v1/messages/batch/seen"""
    return _marked(request, "seen")


def batchMarkMessagesAsUnseen(request: Request) -> Reply:
    """POST /v1/messages/batch/unseen"""
    return _marked(request, "unseen")


def batchMarkMessagesAsRead(request: Request) -> Reply:
    """POST /v1/messages/batch/read"""
    return _marked(request, "read")


def batchMarkMessagesAsUnread(request: Request) -> Reply:
    """POST /v1/messages/batch/unread"""
    return _marked(request, "unread")


def batchMarkMessagesAsInteracted(request: Request) -> Reply:
    """POST /v1/messages/batch/interacted"""
    return _marked(request, "interacted", request.body.get("metadata"))


def batchMarkMessagesAsArchived(request: Request) -> Reply:
    """POST /v1/messages/batch/archived"""
    return _marked(request, "archived")


def batchMarkMessagesAsUnarchived(request: Request) -> Reply:
    """POST /v1/messages/batch/unarchived"""
    return _marked(request, "unarchived")


def batchGetMessageContents(request: Request) -> list[dict[str, Any]]:
    """GET /v1/messages/batch/content"""
    found = map(request.world.messages.find, check_ids(request.query["message_ids"], MAX_CONTENTS))
    return [message_contents(m) for m in found if m is not None and m.contents is not None]


def _marked(request: Request, action: str, metadata: dict[str, Any] | None = None) -> Reply:
    """Mark each message that there is; a second mark of the same kind within a second waits."""
    world = request.world
    check_metadata(metadata)
    found = map(world.messages.find, check_ids(request.body["message_ids"]))
    messages = [message for message in found if message is not None]
    limited = []
    for message in messages:
        if world.batch_limit.admits(message.id, action, world.now):
            mark(world.messages, message, action, world.now, metadata)
        else:
            limited.append(message.id)
    headers = {"x-ratelimited-message_ids": ",".join(limited)} if limited else {}
    return Reply([message.to_json() for message in messages], headers)
