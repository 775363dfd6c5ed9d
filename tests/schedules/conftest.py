"""A client of the test's own environment."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mock_knock import MockKnock


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client
