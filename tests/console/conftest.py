"""Servers to look at: in process for what pages say, on a socket for what browsers make of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from mock_knock.server import KnockServer
from mock_knock.settings import Settings
from mock_knock.transport import InProcessTransport
from mock_knock.world.environment import WorldSettings

from .browsers import launched
from .visits import FIXTURES, Visit

_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> KnockServer:
    """A server in process, which checks its own answers."""
    return KnockServer(Settings(fixtures=FIXTURES, check_responses=True))


@pytest.fixture
def visit(server: KnockServer) -> Iterator[Visit]:
    """A visitor of that server's console, and a client of its API, in an environment of its own."""
    with httpx.Client(base_url="http://127.0.0.1", transport=InProcessTransport(server)) as client:
        yield Visit(client, f"sk_visits_{next(_numbers)}")
    assert not server.service.errors


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for all journeys of a module.

    While it is there the thread counts as running an event loop, in which no other test could run
    its own: so it goes before the next module comes.
    """
    with sync_playwright() as playwright:
        found = launched(playwright)
        expect.set_options(timeout=15_000)
        yield found
        found.close()


@pytest.fixture(scope="module")
def served() -> Iterator[KnockServer]:
    """A server on a socket, its clocks as real as can be."""
    server = KnockServer(Settings(fixtures=FIXTURES, world=WorldSettings(seed="served")))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def there(served: KnockServer) -> Iterator[Visit]:
    """A visitor of the server on a socket, in an environment of its own."""
    with httpx.Client(base_url=served.url, timeout=30) as client:
        yield Visit(client, f"sk_there_{next(_numbers)}")
    assert not served.service.errors
