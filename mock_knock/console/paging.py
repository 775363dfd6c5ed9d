"""Pages of lists: which one the query asks for, and where the next one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

from mock_knock.world.listing import Page, PageRequest

MOST_SEARCHED = 20_000
"""Rows that one search looks at: more would hold up requests."""

Row = TypeVar("Row")


def asked() -> str:
    """What is searched for, lower case; empty for everything."""
    return request.args.get("q", "").strip()[:200].casefold()


def wanted() -> PageRequest:
    """The page that the query asks for by `after`."""
    return PageRequest(after=request.args.get("after", type=int), size=50)


def searching(words: str, text_of: Callable[[Row], str]) -> Callable[[Row], bool] | None:
    """A filter that lets rows through in whose text `words` are found; None without words."""
    if not words:
        return None
    looked_at = 0

    def keep(row: Row) -> bool:
        nonlocal looked_at
        looked_at += 1
        return looked_at <= MOST_SEARCHED and words in text_of(row).casefold()

    return keep


def shown_page(page: Page[Row], shape: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """A page for a template: `rows`, and `after` for the link to the next one."""
    return {"rows": [shape(row) for row in page.rows], "after": page.after}
