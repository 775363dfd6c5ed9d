"""Knock's error envelope, as every refusal has to have it."""

from __future__ import annotations

import re
from typing import Any

import httpx

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{20}")
_FAMILY = {401: "authentication_error", 403: "authentication_error", 429: "rate_limit_error"}


def assert_refused(
    response: httpx.Response, status: int, code: str, *, field: str | None = None
) -> dict[str, Any]:
    """The answer is this refusal, whole and in the envelope; `field` is among those it names."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert REQUEST_ID.fullmatch(response.headers["x-request-id"])
    body: dict[str, Any] = response.json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["type"] == _FAMILY.get(status, "invalid_request_error")
    assert len(body["message"]) > 10
    assert body.keys() <= {"code", "message", "status", "type", "errors"}
    for detail in body.get("errors", ()):
        assert detail.keys() == {"field", "message", "type"}
        assert all(isinstance(text, str) and text for text in detail.values())
    if field is not None:
        assert field in fields(response)
    return body


def fields(response: httpx.Response) -> list[str]:
    """The fields that a refusal names, in its order."""
    return [detail["field"] for detail in response.json().get("errors", ())]
