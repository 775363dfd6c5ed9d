"""What messages say: content by kind of channel, rendered when the message is made.

A step's template gives fields of its content as texts with `{{ name }}` in them, where a name is a
path into the trigger's data, or into `recipient`, `actor`, `tenant` or `workflow`. Without a
template a message names its workflow. This is no Liquid: there are no filters and no tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from mock_knock.world.channels import Channel

_VARIABLE = re.compile(r"\{\{\s*([\w$-]+(?:\.[\w$-]+)*)\s*\}\}")
_DEFAULT = "A message of the workflow {{ workflow.key }}"

Address = Mapping[str, Any]
"""Where one message goes, such as `{"email": ...}`; empty for an in-app message."""


def render(template: Any, variables: Mapping[str, Any]) -> Any:
    """The template with its variables filled in, inside lists and objects too; unknown ones go."""
    if isinstance(template, str):
        return _VARIABLE.sub(lambda match: _text(_value(match[1], variables)), template)
    if isinstance(template, Mapping):
        return {key: render(value, variables) for key, value in template.items()}
    if isinstance(template, Sequence):
        return [render(value, variables) for value in template]
    return template


def contents(
    channel: Channel, template: Mapping[str, Any], address: Address, variables: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The content of one message in Knock's form; None for a kind that renders none (`http`)."""
    make = _KINDS.get(channel.kind)
    return None if make is None else make(template, address, variables)


def guide_contents(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a guide's message says: each text of the step's content is a block."""
    blocks = [
        {"type": "text", "name": name, "content": value, "rendered": value}
        for name, value in content.items()
        if isinstance(value, str)
    ]
    return {"__typename": "MessageInAppFeedContent", "blocks": blocks}


def _in_app(
    template: Mapping[str, Any], address: Address, variables: Mapping[str, Any]
) -> dict[str, Any]:
    given = template.get("blocks")
    if given is None:
        given = [{"type": "markdown", "name": "body", "content": template.get("body", _DEFAULT)}]
        if "action_url" in template:
            url = {"type": "text", "name": "action_url", "content": template["action_url"]}
            given.append(url)
    blocks = [_block(block, variables) for block in given]
    return {"__typename": "MessageInAppFeedContent", "blocks": blocks}


def _block(block: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """A block as feeds have it: the template's own text, and beside it what became of it."""
    kind = block.get("type", "markdown")
    if kind == "button_set":
        shown: dict[str, Any] = render(block, variables)
        return shown
    content = str(block.get("content", ""))
    text = render(content, variables)
    rendered = f"<p>{escape(text, quote=False)}</p>" if kind == "markdown" else text
    name = block.get("name", "body")
    return {"type": kind, "name": name, "content": content, "rendered": rendered}


def _email(
    template: Mapping[str, Any], address: Address, variables: Mapping[str, Any]
) -> dict[str, Any]:
    text = render(template.get("text_body", _DEFAULT), variables)
    html = template.get("html_body")
    return {
        "__typename": "MessageEmailContent",
        "from": template.get("from", "no-reply@example.com"),
        "to": address["email"],
        "cc": template.get("cc"),
        "bcc": template.get("bcc"),
        "reply_to": template.get("reply_to"),
        "subject_line": render(template.get("subject_line", "{{ workflow.key }}"), variables),
        "html_body": f"<p>{escape(text)}</p>" if html is None else render(html, variables),
        "text_body": text,
    }


def _sms(
    template: Mapping[str, Any], address: Address, variables: Mapping[str, Any]
) -> dict[str, Any]:
    body = render(template.get("body", _DEFAULT), variables)
    return {"__typename": "MessageSmsContent", "to": address["phone_number"], "body": body}


def _push(
    template: Mapping[str, Any], address: Address, variables: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "__typename": "MessagePushContent",
        "token": address["token"],
        "title": render(template.get("title", "{{ workflow.key }}"), variables),
        "body": render(template.get("body", _DEFAULT), variables),
        "data": render(template.get("data"), variables),
    }


def _chat(
    template: Mapping[str, Any], address: Address, variables: Mapping[str, Any]
) -> dict[str, Any]:
    body = template.get("body", _DEFAULT)
    blocks = [{"type": "markdown", "name": "body", "content": render(body, variables)}]
    return {
        "__typename": "MessageChatContent",
        "connection": address["connection"],
        "template": {
            "blocks": None if "json_content" in template else blocks,
            "json_content": render(template.get("json_content"), variables),
            "summary": render(template.get("summary", body), variables),
        },
        "metadata": None,
    }


_KINDS: dict[
    str, Callable[[Mapping[str, Any], Address, Mapping[str, Any]], dict[str, Any]]
] = {
    "in_app": _in_app,
    "in_app_feed": _in_app,
    "in_app_guide": _in_app,
    "email": _email,
    "sms": _sms,
    "push": _push,
    "chat": _chat,
}  # fmt: skip


def _value(path: str, variables: Mapping[str, Any]) -> Any:
    value: Any = variables
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
