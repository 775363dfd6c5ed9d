"""Faults and rate limits: of one environment, or of the server for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mock_knock.api.exchange import Request, ServerRequest
from mock_knock.world.fault_book import FaultBook


def listFaults(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/faults"""
    return _listed(request.world.faults)


def addFault(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/faults"""
    return request.world.faults.add(request.body).to_json()


def putFault(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/faults/{id}"""
    return request.world.faults.put(request.path["id"], request.body).to_json()


def switchFault(request: Request) -> dict[str, Any]:
    """PATCH /_mock_knock/faults/{id}"""
    enabled = request.body["enabled"]
    return request.world.faults.switch(request.path["id"], enabled=enabled).to_json()


def removeFault(request: Request) -> None:
    """DELETE /_mock_knock/faults/{id}"""
    request.world.faults.remove(request.path["id"])


def clearFaults(request: Request) -> None:
    """DELETE /_mock_knock/faults"""
    request.world.faults.clear()


def getRateLimits(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/rate_limits"""
    return {"enabled": request.world.rate_limits.on}


def setRateLimits(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/rate_limits"""
    request.world.rate_limits.switch(on=request.body["enabled"])
    return {"enabled": request.world.rate_limits.on}


def listServerFaults(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/server/faults"""
    return _listed(request.service.faults)


def addServerFault(request: ServerRequest) -> dict[str, Any]:
    """POST /_mock_knock/server/faults"""
    return request.service.faults.add(request.body).to_json()


def putServerFault(request: ServerRequest) -> dict[str, Any]:
    """PUT /_mock_knock/server/faults/{id}"""
    return request.service.faults.put(request.path["id"], request.body).to_json()


def switchServerFault(request: ServerRequest) -> dict[str, Any]:
    """PATCH /_mock_knock/server/faults/{id}"""
    enabled = request.body["enabled"]
    return request.service.faults.switch(request.path["id"], enabled=enabled).to_json()


def removeServerFault(request: ServerRequest) -> None:
    """DELETE /_mock_knock/server/faults/{id}"""
    request.service.faults.remove(request.path["id"])


def clearServerFaults(request: ServerRequest) -> None:
    """DELETE /_mock_knock/server/faults"""
    request.service.faults.clear()


def setServerRateLimits(request: ServerRequest) -> dict[str, Any]:
    """PUT /_mock_knock/server/rate_limits"""
    on = request.body["enabled"]
    environments = request.service.environments
    environments.world = replace(environments.world, rate_limits=on)
    for environment in environments:
        environment.world.rate_limits.switch(on=on)
    return {"enabled": on}


def _listed(book: FaultBook) -> dict[str, Any]:
    return {"items": [counted.to_json() for counted in book]}
