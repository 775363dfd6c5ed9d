"""Tag `Objects`: objects themselves. What objects share with users has modules of its own."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.pagination import page_info, page_request


def listObjects(request: Request) -> dict[str, Any]:
    """GET /v1/objects/{collection}"""
    query = request.query
    page = request.world.objects.page(request.path["collection"], page_request(query, "objects"))
    with_preferences = "preferences" in query.get("include", ())
    return {
        "entries": [found.to_json(with_preferences=with_preferences) for found in page.rows],
        "page_info": page_info(page, "objects"),
    }


def getObject(request: Request) -> dict[str, Any]:
    """GET /v1/objects/{collection}/{id}"""
    path = request.path
    return request.world.objects.get(path["collection"], path["id"]).to_json()


def setObject(request: Request) -> dict[str, Any]:
    """PUT /v1/objects/{collection}/{id}"""
    path, world = request.path, request.world
    return world.objects.set(path["collection"], path["id"], request.body, world.now).to_json()


def deleteObject(request: Request) -> None:
    """DELETE /v1/objects/{collection}/{id}"""
    path, world = request.path, request.world
    world.delete_object(path["collection"], path["id"], world.now)


def bulkSetObjects(request: Request) -> dict[str, Any]:
    """POST /v1/objects/{collection}/bulk/set"""
    world, rows = request.world, request.body["objects"]
    collection = request.path["collection"]
    operation = world.bulk_entities.set_objects(collection, rows, request.base_url, world.now)
    return operation.to_json()


def bulkDeleteObjects(request: Request) -> dict[str, Any]:
    """POST /v1/objects/{collection}/bulk/delete"""
    world, ids = request.world, request.body["object_ids"]
    collection = request.path["collection"]
    operation = world.bulk_entities.delete_objects(collection, ids, request.base_url, world.now)
    return operation.to_json()
