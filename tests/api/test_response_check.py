"""Every answer is checked against the documents while tests run; a breach fails the test.

The server is made to break its contract from inside, since no request should ever bring it there.
"""

from __future__ import annotations

import pytest

from mock_knock import MockKnock
from mock_knock.api.boundary import BrokenContractError
from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import Answer
from mock_knock.world.users import User


def test_checks_are_on_in_the_fixture(mock_knock: MockKnock) -> None:
    assert mock_knock.server.settings.check_responses


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        ({"__typename": "User", "id": "a"}, "updated_at"),
        ({"__typename": "User", "id": 7, "updated_at": "2026-01-05T09:00:00Z"}, "id"),
        ({"__typename": "User", "id": "a", "updated_at": "yesterday"}, "updated_at"),
        ([], "object"),
    ],
)
def test_a_body_that_breaks_the_schema_is_a_500_and_is_remembered(
    mock_knock: MockKnock, monkeypatch: pytest.MonkeyPatch, shape: object, fault: str
) -> None:
    mock_knock.users.identify("a")
    monkeypatch.setattr(User, "to_json", lambda self: shape)
    with mock_knock.client() as client:
        response = client.get("/v1/users/a")
    assert response.status_code == 500
    assert response.json()["code"] == "internal_error"
    assert response.json()["type"] == "api_error"
    assert "updated_at" not in response.text
    [error] = mock_knock.take_errors()
    assert isinstance(error, BrokenContractError)
    assert "getUser answered 200" in str(error)
    assert fault in str(error)


def test_a_status_that_is_not_documented_is_a_breach(
    mock_knock: MockKnock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def teapot(world: object, error: object) -> ApiError:
        return ApiError(418, "teapot", "This server is a teapot")

    monkeypatch.setattr(ApiError, "from_world", teapot.__get__(ApiError))
    with mock_knock.client() as client:
        assert client.get("/v1/users/nobody").status_code == 500
    [error] = mock_knock.take_errors()
    assert "418" in str(error)


def test_a_body_where_there_should_be_none_is_a_breach(
    mock_knock: MockKnock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock_knock.users.identify("a")
    monkeypatch.setattr(Answer, "__init__", _with_body(Answer.__init__))
    with mock_knock.client() as client:
        assert client.delete("/v1/users/a").status_code == 500
    [error] = mock_knock.take_errors()
    assert "deleteUser answered 204 with a body" in str(error)


def _with_body(init: object) -> object:
    def wrapped(self: Answer, status: int, body: bytes = b"x", headers: object = None) -> None:
        init(self, status, body or b"x", headers or [])  # type: ignore[operator]

    return wrapped


ERRORS = [
    ("GET", "/v1/users/nobody", {}, 404),
    ("GET", "/v1/bulk_operations/x", {}, 422),
    ("GET", "/v1/users?after=%FF", {}, 400),
    ("PUT", "/v1/users/a", {}, 422),
    ("GET", "/v1/users", {"authorization": ""}, 401),
    ("GET", "/v1/users", {"authorization": "Basic x"}, 401),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), ERRORS)
def test_error_answers_are_checked_too(
    mock_knock: MockKnock,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
) -> None:
    with mock_knock.client() as client:
        assert client.request(method, path, headers=headers).status_code == status
        monkeypatch.setattr(ApiError, "to_json", lambda self: {"error": "in words of our own"})
        monkeypatch.setattr("mock_knock.api.boundary.Boundary._failed", _plain_failure)
        assert client.request(method, path, headers=headers).status_code == 500


def test_the_refusal_of_a_public_key_is_checked_too(
    mock_knock: MockKnock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ApiError, "to_json", lambda self: {"error": "in words of our own"})
    monkeypatch.setattr("mock_knock.api.boundary.Boundary._failed", _plain_failure)
    with mock_knock.client() as client:
        client.headers["authorization"] = f"Bearer {mock_knock.public_key}"
        assert client.get("/v1/users").status_code == 500


def _plain_failure(boundary: object, error: Exception) -> Answer:
    assert isinstance(error, BrokenContractError)
    return Answer(500)


def test_an_exception_in_the_server_is_a_500_without_its_words(
    mock_knock: MockKnock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: User) -> None:
        raise RuntimeError("a secret of the server")

    mock_knock.users.identify("a")
    monkeypatch.setattr(User, "to_json", fail)
    with mock_knock.client() as client:
        response = client.get("/v1/users/a")
    assert response.status_code == 500
    assert response.headers["x-request-id"]
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    [error] = mock_knock.take_errors()
    assert str(error) == "a secret of the server"
    # Told once; and the server goes on.
    assert mock_knock.take_errors() == []
    monkeypatch.undo()
    with mock_knock.client() as client:
        assert client.get("/v1/users/a").status_code == 200
