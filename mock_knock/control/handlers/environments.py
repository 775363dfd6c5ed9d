"""The environments of the server: which there are, and how they come and go."""

from __future__ import annotations

from typing import Any

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.exchange import ServerRequest
from mock_knock.control.shown import shown_clock, shown_instant
from mock_knock.world.errors import MissingError, invalid_field
from mock_knock.world.instants import to_text


def listEnvironments(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/server/environments"""
    host = request.service.host_clock()
    return {"items": [_shown(one, host) for one in request.service.environments]}


def openEnvironment(request: ServerRequest) -> dict[str, Any]:
    """POST /_mock_knock/server/environments"""
    service, key = request.service, request.body["key"]
    # As a header would carry it; what none can carry is no key.
    if key != key.strip() or not key.isprintable() or not key.isascii():
        raise invalid_field("key", "must be an API key as a header has it, such as sk_demo")
    host = service.host_clock()
    return _shown(service.environments.open(key, host, branch=request.body.get("branch", "")), host)


def getEnvironment(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/server/environments/{id}"""
    return _shown(_found(request), request.service.host_clock())


def dropEnvironment(request: ServerRequest) -> None:
    """DELETE /_mock_knock/server/environments/{id}"""
    request.service.environments.drop_one(_found(request))


def resetServer(request: ServerRequest) -> dict[str, Any]:
    """POST /_mock_knock/server/reset"""
    service = request.service
    environments, host = service.environments, service.host_clock()
    environments.world = service.settings.world
    service.faults.clear()
    for environment in environments:
        environments.reset(environment, host)
    return {"environments": len(environments)}


def _found(request: ServerRequest) -> ApiEnvironment:
    id, environments = request.path["id"], request.service.environments
    environment = environments.by_id(id)
    if environment is None:
        there = ", ".join(f"{one.id} ({one.label})" for one in list(environments)[:10]) or "none"
        message = f"There is no environment with the id {id[:80]!r}; the first ones are: {there}"
        raise MissingError(message, code="environment_missing")
    return environment


def _shown(environment: ApiEnvironment, host: int) -> dict[str, Any]:
    world = environment.world
    world.sync(host)
    last = environment.journal.last
    return {
        "id": environment.id,
        "label": environment.label,
        "clock": shown_clock(world),
        "counts": {
            "users": len(world.users),
            "objects": len(world.objects),
            "bulk_operations": len(world.bulk_operations),
            "messages": len(world.messages),
            "requests": len(environment.journal),
            "events": len(world.events),
        },
        "next_event_at": shown_instant(world.timeline.next_due),
        "last_request": None
        if last is None
        else {
            "at": to_text(last.at),
            "method": last.method,
            "path": last.path,
            "status": last.status,
        },
    }
