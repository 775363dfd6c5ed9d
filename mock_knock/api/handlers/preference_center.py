"""The preference center of a user (tag `Users`)."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request


def getPreferenceCenterConfig(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/preference_center/config"""
    return request.world.preference_center.config(request.path["user_id"])


def generatePreferenceCenterSignedUrl(request: Request) -> dict[str, str]:
    """POST /v1/users/{user_id}/preference_center/signed_url"""
    return request.world.preference_center.signed_url(request.path["user_id"])
