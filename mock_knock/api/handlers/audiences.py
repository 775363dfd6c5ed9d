"""Tag `Audiences`."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.world.listing import DEFAULT_PAGE_SIZE


def listAudienceMembers(request: Request) -> dict[str, Any]:
    """GET /v1/audiences/{key}/members"""
    # Knock's document has page_info here but no parameters to page with, so there is one page.
    entries = list(request.world.audiences.members(request.path["key"]))
    info = {"__typename": "PageInfo", "after": None, "before": None}
    return {
        "entries": entries,
        "page_info": {**info, "page_size": max(len(entries), DEFAULT_PAGE_SIZE)},
    }


def addAudienceMembers(request: Request) -> None:
    """POST /v1/audiences/{key}/members"""
    world = request.world
    world.audiences.add(
        request.path["key"],
        request.body["members"],
        world.now,
        create=request.query.get("create_audience", False),
    )


def removeAudienceMembers(request: Request) -> None:
    """DELETE /v1/audiences/{key}/members"""
    world = request.world
    world.audiences.remove(request.path["key"], request.body["members"], world.now)
