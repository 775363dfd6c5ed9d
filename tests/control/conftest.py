"""A server for calls that are for all environments: no other test may see what they do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_knock import KnockServer, MockKnock, Settings


@pytest.fixture(scope="session")
def own_server(mock_knock_settings: Settings) -> KnockServer:
    return KnockServer(mock_knock_settings)


@pytest.fixture
def own(own_server: KnockServer) -> Iterator[MockKnock]:
    """The only environment of that server, which is as it was started."""
    mock = MockKnock(own_server, "own")
    yield mock
    leave(mock)


def leave(mock: MockKnock) -> None:
    """Let the server of an environment be as it was when it started."""
    assert not mock.take_errors()
    mock.server.service.stopping = False
    mock.control.server.reset()
    mock.close()
    for one in list(mock.server.service.environments):
        mock.server.service.environments.drop_one(one)
