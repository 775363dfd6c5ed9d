"""GET /v1/openapi: the served document itself."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_knock import InProcessTransport, KnockServer, MockKnock
from mock_knock.api.bundle import bundle
from mock_knock.documents import openapi_files

from .envelope import assert_refused

PATH = "/v1/openapi"


@pytest.fixture
def stranger(mock_knock_server: KnockServer) -> Iterator[httpx.Client]:
    """A client without a key."""
    transport = InProcessTransport(mock_knock_server)
    with httpx.Client(transport=transport, base_url="http://knock") as client:
        yield client


@pytest.mark.usefixtures("mock_knock")
def test_it_is_the_bundle_of_every_surface(stranger: httpx.Client) -> None:
    response = stranger.get(PATH)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == bundle(openapi_files())


@pytest.mark.usefixtures("mock_knock")
def test_it_does_not_list_itself(stranger: httpx.Client) -> None:
    assert PATH not in stranger.get(PATH).json()["paths"]
    assert not any(PATH in file.read_text(encoding="utf-8") for file in openapi_files())


@pytest.mark.parametrize("key", ["sk_x", "pk_x", "anything", "", "Bearer"])
@pytest.mark.usefixtures("mock_knock")
def test_it_needs_no_key_and_minds_none(stranger: httpx.Client, key: str) -> None:
    for authorization in (key, f"Bearer {key}"):
        response = stranger.get(PATH, headers={"authorization": authorization})
        assert response.status_code == 200


def test_it_is_in_the_log_of_the_environment_whose_key_came(mock_knock: MockKnock) -> None:
    with mock_knock.client() as client:
        client.get(PATH)
    assert [request.operation_id for request in mock_knock.requests] == ["getOpenApi"]


@pytest.mark.usefixtures("mock_knock")
def test_it_answers_head_and_refuses_other_methods(stranger: httpx.Client) -> None:
    head = stranger.head(PATH)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 1000
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = stranger.request(method, PATH)
        assert_refused(response, 405, "method_not_allowed")
        assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.usefixtures("mock_knock")
def test_browsers_may_read_it(stranger: httpx.Client) -> None:
    response = stranger.get(PATH, headers={"origin": "https://editor.example"})
    assert response.headers["access-control-allow-origin"] == "*"
