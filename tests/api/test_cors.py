"""Browsers: preflight requests, and headers that let a page read the answer."""

from __future__ import annotations

import httpx
import pytest

from mock_knock import MockKnock

ORIGIN = "https://app.example.com"
CROSS = {"origin": ORIGIN}


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/users/nadia", "PUT"),
        ("/v1/users/nadia", "GET"),
        ("/v1/workflows/welcome/trigger", "POST"),
        ("/v1/users/a%2Fb", "DELETE"),
    ],
)
def test_a_preflight_is_answered_without_a_key(
    client: httpx.Client, mock_knock: MockKnock, path: str, method: str
) -> None:
    del client.headers["authorization"]
    wanted = "authorization, content-type, x-knock-user-token, x-knock-client"
    response = client.options(
        path,
        headers={
            **CROSS,
            "access-control-request-method": method,
            "access-control-request-headers": wanted,
        },
    )
    assert response.status_code == 204
    assert response.content == b""
    assert response.headers["access-control-allow-origin"] in ("*", ORIGIN)
    assert method in response.headers["access-control-allow-methods"].split(", ")
    assert response.headers["access-control-allow-headers"] == wanted
    assert int(response.headers["access-control-max-age"]) > 0
    assert response.headers["x-request-id"]
    assert len(mock_knock.requests) == 0


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/v1/users", True, 200),
        ("/v1/users/nobody", True, 404),
        ("/v1/nothing", True, 404),
        ("/v1/users", False, 401),
        ("/v1/users/bulk/identify", True, 405),
    ],
)
def test_every_answer_can_be_read_by_a_page(
    client: httpx.Client, path: str, key: bool, status: int
) -> None:
    if not key:
        del client.headers["authorization"]
    response = client.get(path, headers=CROSS)
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] in ("*", ORIGIN)
    assert "origin" in response.headers["vary"].lower()
    exposed = response.headers["access-control-expose-headers"].split(", ")
    assert {"x-request-id", "idempotent-replayed", "original-x-request-id"} <= set(exposed)


def test_a_page_sees_that_an_answer_is_replayed(client: httpx.Client) -> None:
    headers = {**CROSS, "idempotency-key": "k"}
    for _ in range(2):
        response = client.post(
            "/v1/workflows/welcome/trigger", json={"recipients": []}, headers=headers
        )
    assert response.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" in response.headers["access-control-expose-headers"]


def test_without_an_origin_nothing_is_said_about_origins(client: httpx.Client) -> None:
    response = client.get("/v1/users")
    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_credentials_are_never_allowed_to_any_origin(client: httpx.Client) -> None:
    response = client.get("/v1/users", headers=CROSS)
    if response.headers["access-control-allow-origin"] == "*":
        assert "access-control-allow-credentials" not in response.headers


def test_an_options_that_is_no_preflight_is_a_wrong_method(client: httpx.Client) -> None:
    response = client.options("/v1/users", headers=CROSS)
    assert response.status_code == 405
    assert response.headers["access-control-allow-origin"] in ("*", ORIGIN)
