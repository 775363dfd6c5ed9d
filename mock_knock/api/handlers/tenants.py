"""Tag `Tenants`."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.pagination import page_info, page_request
from mock_knock.world.objects import Object
from mock_knock.world.tenants import tenant_json


def listTenants(request: Request) -> dict[str, Any]:
    """GET /v1/tenants"""
    query = request.query
    wanted = page_request(query, "tenants")
    page = request.world.tenants.page(wanted, query.get("tenant_id"), query.get("name"))
    return {
        "entries": [tenant_json(tenant) for tenant in page.rows],
        "page_info": page_info(page, "tenants"),
    }


def getTenant(request: Request) -> dict[str, Any]:
    """GET /v1/tenants/{id}"""
    return _shown(request, request.world.tenants.get(request.path["id"]))


def setTenant(request: Request) -> dict[str, Any]:
    """PUT /v1/tenants/{id}"""
    world = request.world
    return _shown(request, world.tenants.set(request.path["id"], request.body, world.now))


def deleteTenant(request: Request) -> None:
    """DELETE /v1/tenants/{id}"""
    request.world.delete_tenant(request.path["id"], request.world.now)


def bulkSetTenants(request: Request) -> dict[str, Any]:
    """POST /v1/tenants/bulk/set"""
    world, rows = request.world, request.body["tenants"]
    return world.bulk_entities.set_tenants(rows, request.base_url, world.now).to_json()


def bulkDeleteTenants(request: Request) -> dict[str, Any]:
    """POST /v1/tenants/bulk/delete"""
    world, ids = request.world, request.query["tenant_ids"]
    return world.bulk_entities.delete_tenants(ids, request.base_url, world.now).to_json()


def _shown(request: Request, tenant: Object) -> dict[str, Any]:
    resolved = request.query.get("resolve_full_preference_settings", False)
    return tenant_json(tenant, request.world.preferences.environment_default if resolved else None)
