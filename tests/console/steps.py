"""Steps that several journeys take."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from .visits import Visit

SLOW: dict[str, Any] = {"progress": "time", "queue_for": 1, "duration": 3600}
"""A plan by which an operation takes an hour."""


def progress(page: Page) -> Locator:
    """The bar of the page's operation."""
    return page.locator("#progress").get_by_role("progressbar")


def drag(page: Page, to: float) -> None:
    """Drag the time line's handle to a share of the picture's width."""
    picture = page.locator("svg.picture")
    picture.scroll_into_view_if_needed()
    box, handle = picture.bounding_box(), page.locator("#handle circle").bounding_box()
    assert box is not None
    assert handle is not None
    y = handle["y"] + handle["height"] / 2
    page.mouse.move(handle["x"] + handle["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=4)
    expect(page.locator("#time-line-hint")).to_contain_text("Move the clock to")
    page.mouse.move(box["x"] + box["width"] * to, y, steps=4)
    page.mouse.up()


def triggers(visit: Visit) -> list[Any]:
    """The triggers in the journal."""
    found = visit.call("GET", "/_mock_knock/requests?operation_id=triggerWorkflow")
    entries: list[Any] = found["entries"]
    return entries


def identify(visit: Visit, rows: int) -> str:
    """Submit a bulk identify; the operation's id."""
    users = [{"id": f"row-{number}"} for number in range(rows)]
    return str(visit.call("POST", "/v1/users/bulk/identify", {"users": users})["id"])


def state(visit: Visit, operation: str) -> str:
    """The status of an operation."""
    return str(visit.call("GET", f"/v1/bulk_operations/{operation}")["status"])
