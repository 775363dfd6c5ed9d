"""The official Python SDK, pointed at the test's own environment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from knockapi import AsyncKnock, Knock

from mock_knock import MockKnock
from tests.sdk.calls import TLS


@pytest.fixture(params=["socket", "in process"])
def knock(mock_knock: MockKnock, request: pytest.FixtureRequest) -> Iterator[Knock]:
    """`knockapi.Knock`, strict about every answer."""
    in_process = request.param == "in process"
    http_client = httpx.Client(transport=mock_knock.transport) if in_process else None
    with Knock(
        api_key=mock_knock.api_key,
        base_url="http://mock-knock" if in_process else mock_knock.url,
        http_client=http_client,
        max_retries=0,
        _strict_response_validation=True,
    ) as knock:
        yield knock


@pytest.fixture(params=["socket", "in process"])
async def async_knock(
    mock_knock: MockKnock, request: pytest.FixtureRequest
) -> AsyncIterator[AsyncKnock]:
    """`knockapi.AsyncKnock`, strict about every answer."""
    in_process = request.param == "in process"
    http_client = httpx.AsyncClient(transport=mock_knock.transport) if in_process else None
    async with AsyncKnock(
        api_key=mock_knock.api_key,
        base_url="http://mock-knock" if in_process else mock_knock.url,
        http_client=http_client,
        max_retries=0,
        _strict_response_validation=True,
    ) as knock:
        yield knock


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """The connections of every sync client of a module."""
    with httpx.Client(verify=TLS) as client:
        yield client
