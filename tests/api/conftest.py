"""What the tests of the HTTP side share."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_knock import MockKnock


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    """An in-process client with the secret key of the test's own environment."""
    with mock_knock.client() as client:
        yield client
