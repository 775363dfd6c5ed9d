"""Servers for the samples."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_knock import ClockSpec, KnockServer, Settings, WorldSettings


@pytest.fixture
def server() -> Iterator[KnockServer]:
    server = KnockServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def fast_server() -> Iterator[KnockServer]:
    """A server for which a minute passes in a second, so that flows need not wait."""
    server = KnockServer(Settings(world=WorldSettings(clock=ClockSpec.parse("x60"))))
    server.start()
    yield server
    server.stop()
