"""Tag `Schedules`."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.pagination import page_info, page_request
from mock_knock.world.listing import Page
from mock_knock.world.references import RecipientKey, recipient_key
from mock_knock.world.schedule import Schedule


def createSchedules(request: Request) -> list[dict[str, Any]]:
    """POST /v1/schedules"""
    world = request.world
    return _shown(request, world.schedules.create(request.body, world.now))


def updateSchedules(request: Request) -> list[dict[str, Any]]:
    """PUT /v1/schedules"""
    world, ids = request.world, request.body["schedule_ids"]
    return _shown(request, world.schedules.update(ids, request.body, world.now))


def deleteSchedules(request: Request) -> list[dict[str, Any]]:
    """DELETE /v1/schedules"""
    world, ids = request.world, request.body["schedule_ids"]
    return _shown(request, world.schedules.delete(ids, world.now))


def listSchedules(request: Request) -> dict[str, Any]:
    """GET /v1/schedules"""
    query = request.query
    # The vendor's document calls the parameter `recipients[]`.
    given = query.get("recipients", query.get("recipients[]"))
    page = request.world.schedules.page(
        page_request(query, "schedules"),
        workflow=query["workflow"],
        recipients=None if given is None else [recipient_key(one) for one in given if _named(one)],
        tenant=query.get("tenant"),
    )
    return _page(request, page)


def listUserSchedules(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/schedules"""
    user_id = request.path["user_id"]
    request.world.users.get(user_id)
    return _page_of(request, (user_id, None))


def listObjectSchedules(request: Request) -> dict[str, Any]:
    """GET /v1/objects/{collection}/{id}/schedules"""
    collection, id = request.path["collection"], request.path["id"]
    request.world.objects.get(collection, id)
    return _page_of(request, (id, collection))


def bulkCreateSchedules(request: Request) -> dict[str, Any]:
    """POST /v1/schedules/bulk/create"""
    rows = request.body["schedules"]
    return request.world.bulk_create_schedules(rows, request.base_url).to_json()


def _named(reference: Any) -> bool:
    return isinstance(reference, str) or isinstance(reference.get("id"), str)


def _page_of(request: Request, recipient: RecipientKey) -> dict[str, Any]:
    query = request.query
    page = request.world.schedules.page(
        page_request(query, "schedules"),
        workflow=query.get("workflow"),
        recipients=[recipient],
        tenant=query.get("tenant"),
    )
    return _page(request, page)


def _page(request: Request, page: Page[Schedule]) -> dict[str, Any]:
    return {"entries": _shown(request, page.rows), "page_info": page_info(page, "schedules")}


def _shown(request: Request, schedules: list[Schedule]) -> list[dict[str, Any]]:
    return [request.world.schedules.to_json(schedule) for schedule in schedules]
