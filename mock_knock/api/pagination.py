"""Cursors and `page_info`. A cursor is opaque text that holds the list's name and a row's place."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.listing import DEFAULT_PAGE_SIZE, Page, PageRequest


def page_request(query: Mapping[str, Any], kind: str) -> PageRequest:
    """The page that `after`, `before` and `page_size` ask for.

    Raises MissingError for a cursor that no list of this `kind` gave out.
    """
    after, before = (place_of(query.get(name), kind, name) for name in ("after", "before"))
    return PageRequest(after, before, query.get("page_size", DEFAULT_PAGE_SIZE))


def page_info(page: Page[Any], kind: str) -> dict[str, Any]:
    """Knock's `page_info` for a page."""
    return {
        "__typename": "PageInfo",
        "after": None if page.after is None else cursor_of(page.after, kind),
        "before": None if page.before is None else cursor_of(page.before, kind),
        "page_size": page.size,
    }


def cursor_of(place: int, kind: str) -> str:
    """The cursor of a row, as the list gives it out for `after` and `before`."""
    return urlsafe_b64encode(f"{kind}:{place}".encode()).decode()


def place_of(cursor: str | None, kind: str, field: str) -> int | None:
    """The place that a cursor holds; None without a cursor.

    Raises MissingError, naming `field`, for a cursor that no list of this `kind` gave out.
    """
    if cursor is None:
        return None
    try:
        name, _, place = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").partition(":")
        if name == kind and place.isdigit() and len(place) < 20:
            return int(place)
    except (binascii.Error, UnicodeError):
        pass
    problem = f"is no cursor of this list: take page_info.{field} from one of its answers"
    raise MissingError(
        f"{field} {cursor[:80]!r} {problem}", details=(Detail(field, problem, "unknown_cursor"),)
    )
