"""The server itself, for those who watch over it."""

from __future__ import annotations

from typing import Any

from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import ServerRequest
from mock_knock.version import __version__


def getLiveness(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/livez"""
    return {"status": "ok"}


def getReadiness(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/readyz"""
    if request.service.stopping:
        raise ApiError(503, "stopping", "The server was told to stop and takes no more requests")
    return {"status": "ok"}


def getVersion(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/version"""
    return {"version": __version__}
