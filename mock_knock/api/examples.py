"""Answers from the documents' examples, for people who want a mock without state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mock_knock.api.exchange import Answer

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MARK = (b"x-mock-knock-example", b"true")


class Example:
    """The example answer of one operation, which says so in the header `x-mock-knock-example`."""

    def __init__(self, node: dict[str, Any], status: int) -> None:
        self._status = status
        content = node["responses"][str(status)].get("content", {})
        media = content.get("application/json", {})
        named = {name: example["value"] for name, example in media.get("examples", {}).items()}
        # Of several, one that has ended: whoever polls an example must not do so for ever.
        first = next(iter(named.values()), None)
        self._value = _last_page(media.get("example") or named.get("completed", first))

    def answer(self, path: Mapping[str, str]) -> Answer:
        """The example, with the id that was asked for in place of its own."""
        if self._status == 204:
            return Answer(204, headers=[_MARK])
        value = self._value
        wanted = path.get("user_id", path.get("id"))
        own = value.get("id") if isinstance(value, dict) else None
        if wanted is not None and isinstance(own, str) and _is_like(own, wanted):
            value = _with_id(value, own, wanted)
        return Answer.json(self._status, value, [_MARK])


def _last_page(value: Any) -> Any:
    """A page after which no other comes: whoever goes through all pages must not do so for ever."""
    if isinstance(value, dict) and "page_info" in value:
        return {**value, "page_info": {**value["page_info"], "after": None}}
    return value


def _is_like(own: str, wanted: str) -> bool:
    """Whether the id that was asked for may stand where the document has a UUID of its own."""
    return not _UUID.fullmatch(own) or _UUID.fullmatch(wanted) is not None


def _with_id(value: Any, old: str, new: str) -> Any:
    """The value with one id in place of another, also at the end of addresses."""
    if isinstance(value, dict):
        return {name: _with_id(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_id(inner, old, new) for inner in value]
    if value == old:
        return new
    if isinstance(value, str) and value.endswith(f"/{old}"):
        return f"{value.removesuffix(old)}{quote(new, safe='')}"
    return value
