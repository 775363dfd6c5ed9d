"""The pytest plugin: the fixture `mock_knock`, a local Knock with a fresh environment a test.

Nothing is imported or started until a test asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_knock.fixture import MockKnock
    from mock_knock.server import KnockServer
    from mock_knock.settings import Settings

_MOCK = pytest.StashKey["MockKnock"]()


@pytest.fixture(scope="session")
def mock_knock_settings() -> Settings:
    """How the session's server behaves. Override it in a conftest.py to change that."""
    from mock_knock.settings import FIXTURE_SETTINGS

    return FIXTURE_SETTINGS


@pytest.fixture(scope="session")
def mock_knock_server(mock_knock_settings: Settings) -> Iterator[KnockServer]:
    """The session's server. It listens from the moment at which somebody asks for its URL."""
    from mock_knock.server import KnockServer

    server = KnockServer(mock_knock_settings)
    yield server
    server.stop()


@pytest.fixture
def mock_knock(
    mock_knock_server: KnockServer, request: pytest.FixtureRequest
) -> Iterator[MockKnock]:
    """A fresh environment: no users, no operations, a key of its own.

    The key follows from the test's name, and the ids from the key; so they are the same in every
    run, whatever else runs beside.
    """
    from mock_knock.fixture import MockKnock

    name = blake2b(request.node.nodeid.encode(), digest_size=8).hexdigest()
    mock = MockKnock(mock_knock_server, f"test_{name}")
    mock.take_errors()
    request.node.stash[_MOCK] = mock
    yield mock
    mock.close()


@pytest.fixture
def mock_knock_virtual_time(mock_knock: MockKnock) -> Iterator[None]:
    """Sleeping in this test moves the environment's clock instead of waiting."""
    with mock_knock.virtual_time():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail the test during which the server itself failed, even when the client hid it."""
    try:
        result = yield
    except BaseException as error:
        for inner in _errors_during(item):
            error.add_note(f"mock_knock failed while this test ran: {inner!r}")
        raise
    errors = _errors_during(item)
    if errors:
        raise BaseExceptionGroup("mock_knock failed while this test ran", errors)
    return result


def _errors_during(item: pytest.Item) -> list[BaseException]:
    mock = item.stash.get(_MOCK, None)
    return [] if mock is None else mock.take_errors()
