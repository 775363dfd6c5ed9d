"""Every method of `knockapi`, sync and async, on a fresh server with `--unknown example`.

So the SDK's own suite calls a mock: with things that nobody created, in any order.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from mock_knock import FIXTURE_SETTINGS, KnockServer, MockKnock
from tests.sdk.calls import (
    EVERY_METHOD,
    METHODS,
    arguments_of,
    call,
    call_async,
    required_of,
)

EXTENTS: dict[str, Callable[[str], dict[str, Any]]] = {
    "all parameters": arguments_of,
    "required parameters": required_of,
}
EVERY_EXTENT = pytest.mark.parametrize("extent", EXTENTS)


@pytest.fixture(scope="module")
def lenient_server() -> Iterator[KnockServer]:
    server = KnockServer(dataclasses.replace(FIXTURE_SETTINGS, unknown="example"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def lenient(lenient_server: KnockServer, request: pytest.FixtureRequest) -> Iterator[MockKnock]:
    """A fresh environment of the server that answers examples."""
    mock = MockKnock(lenient_server, request.node.name)
    yield mock
    assert mock.take_errors() == []
    mock.close()


@EVERY_EXTENT
@EVERY_METHOD
def test_each_call_on_a_fresh_server(
    lenient: MockKnock, http: httpx.Client, name: str, extent: str
) -> None:
    call(lenient, http, name, EXTENTS[extent](name))
    assert all(request.status in (200, 204) for request in lenient.requests)


@EVERY_EXTENT
@EVERY_METHOD
async def test_each_call_on_a_fresh_server_async(
    lenient: MockKnock, name: str, extent: str
) -> None:
    await call_async(lenient, name, EXTENTS[extent](name))
    assert all(request.status in (200, 204) for request in lenient.requests)


@pytest.mark.parametrize("order", range(3))
def test_all_calls_in_any_order(lenient: MockKnock, http: httpx.Client, order: int) -> None:
    """In one environment: what a call leaves behind must not make another fail."""
    names = [*METHODS, *METHODS]
    random.Random(order).shuffle(names)
    for name in names:
        call(lenient, http, name, arguments_of(name))
    assert {request.status for request in lenient.requests} == {200, 204}
