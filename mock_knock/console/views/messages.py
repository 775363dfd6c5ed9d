"""Messages as an inbox for each channel, one of them, and the frame that shows its HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask import Response, abort, request

from mock_knock.api.environments import ApiEnvironment
from mock_knock.console.chains import chain_of
from mock_knock.console.desk import Desk
from mock_knock.console.paging import asked, searching, shown_page, wanted
from mock_knock.console.shown import as_json
from mock_knock.world.channels import Channel
from mock_knock.world.environment import Environment
from mock_knock.world.instants import Instant
from mock_knock.world.message import Message
from mock_knock.world.message_filters import MessageFilter

FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What the HTML of a message may do: look like something. No script, no network, no forms."""

_TAG = re.compile(r"<[^>]*>")
_HEADLINES = ("subject_line", "title", "summary", "body", "text_body")


@dataclass(frozen=True, slots=True)
class _Found(MessageFilter):
    """The messages of a channel in which the words are found."""

    finds: Any = None

    def __call__(self, message: Message) -> bool:
        return MessageFilter.__call__(self, message) and (
            self.finds is None or bool(self.finds(message))
        )


def brief_message(message: Message) -> dict[str, Any]:
    """One message, as lists show it."""
    return {
        "id": message.id,
        "at": message.inserted_at,
        "channel": message.channel.name,
        "channel_kind": message.channel.kind,
        "recipient": {"id": message.recipient[0], "collection": message.recipient[1]},
        "workflow": message.source.key,
        "status": message.status,
        "engagement": message.engagement_statuses,
        "headline": headline(message),
    }


def headline(message: Message) -> str:
    """What the message says, in a line."""
    contents = message.contents or {}
    template = contents.get("template")
    for place in (contents, template if isinstance(template, Mapping) else {}):
        for name in _HEADLINES:
            if isinstance(place.get(name), str) and place[name]:
                return str(place[name])[:200]
    for block in contents.get("blocks") or ():
        text = block.get("rendered", block.get("content"))
        if isinstance(text, str):
            return unescape(_TAG.sub("", text))[:200]
    return ""


def inbox(desk: Desk, id: str) -> str:
    """The messages of one channel, or of all, the newest first."""
    words, page = asked(), wanted()
    chosen, status = request.args.get("channel"), request.args.get("status", "")

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        world = found.world
        keep = _Found(
            channel_id=chosen or None,
            statuses=(status,) if status else (),
            finds=searching(words, _text),
        )
        return {
            **shown_page(world.messages.page(page, keep), brief_message),
            "channels": [
                {"id": channel.id, "name": channel.name, "kind": channel.kind,
                 "count": world.messages.count_on(channel)}
                for channel in _channels(world)
            ],
            "chosen": chosen,
            "status": status,
        }  # fmt: skip

    return desk.page("messages.html", id, extract)


def one(desk: Desk, id: str, message_id: str) -> str:
    """One message: its content, its log, and what led to it."""

    def extract(found: ApiEnvironment) -> dict[str, Any] | None:
        message = found.world.messages.find(message_id)
        if message is None:
            return None
        contents = message.contents or {}
        return {
            "message": brief_message(message)
            | {
                "run": message.source.workflow_recipient_run_id,
                "tenant": message.tenant,
                "external_id": message.external_id,
            },
            "html": bool(_html(message)),
            "text": _plain(contents),
            "contents": as_json(contents),
            "shape": as_json(message.to_json()),
            "data": as_json(message.data),
            "log": [_logged(*entry) for entry in message.log],
            "chain": chain_of(found.world.events, message.id, "message.queued"),
        }

    return desk.page("message.html", id, extract)


def frame(desk: Desk, id: str, message_id: str) -> Response:
    """The HTML of one message as it was made, for a sandboxed frame, and harmless outside of it."""

    def extract(found: ApiEnvironment) -> str | None:
        message = found.world.messages.find(message_id)
        return None if message is None else _html(message) or None

    if request.headers.get("Sec-Fetch-Dest", "iframe") not in ("iframe", "document", "empty"):
        abort(403, "The content of a message is no part of a page.")
    _, html = desk.read(id, extract)
    response = Response(html.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = f"{FRAME_POLICY}; frame-ancestors 'self'"
    return response


def _channels(world: Environment) -> list[Channel]:
    default = world.channels.default_feed
    declared = list(world.channels)
    return declared if default in declared else [default, *declared]


def _html(message: Message) -> str:
    """What the recipient would see, as HTML; empty for a message that has none."""
    contents = message.contents or {}
    body = contents.get("html_body")
    if isinstance(body, str):
        return body
    blocks = [
        b.get("rendered") for b in contents.get("blocks") or () if b.get("type") == "markdown"
    ]
    return "\n".join(block for block in blocks if isinstance(block, str))


def _plain(contents: Mapping[str, Any]) -> str:
    """What the message says as plain text; empty where only HTML or JSON has it."""
    for name in ("text_body", "body"):
        if isinstance(contents.get(name), str):
            return str(contents[name])
    return ""


def _logged(event: str, at: Instant, data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"event": event, "at": at, "data": as_json(data) if data else ""}


def _text(message: Message) -> str:
    return (
        f"{message.id}\n{message.recipient[0]}\n{message.source.key}\n{message.contents}\n"
        f"{message.snapshot}"
    )


ROUTES = {
    "/environments/<id>/messages": inbox,
    "/environments/<id>/messages/<message_id>": one,
    "/environments/<id>/messages/<message_id>/frame": frame,
}
