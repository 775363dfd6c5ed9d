"""Making one call with `knockapi`, sync or async, strict about the answer; and its arguments."""

from __future__ import annotations

import ssl
from operator import attrgetter
from typing import Any

import httpx
import pytest
from knockapi import AsyncKnock, Knock

from mock_knock import MockKnock
from tests.sdk.example_arguments import ARGUMENTS
from tests.sdk.surface import methods, parameters

with Knock(api_key="none") as unconnected:
    METHODS = methods(unconnected)
EVERY_METHOD = pytest.mark.parametrize("name", METHODS)
TLS = ssl.create_default_context()
"""Made once for all clients: it takes longer than a call."""


def arguments_of(name: str) -> dict[str, Any]:
    """All arguments of a method. Fails the test for a method or parameter that is new."""
    if name not in ARGUMENTS:
        pytest.fail(f"no arguments known for {name}: add it to example_arguments.py")
    path, required, optional = parameters(METHODS[name])
    given = ARGUMENTS[name].keys()
    assert given == {*path, *required, *optional}, f"the parameters of {name} are others by now"
    return ARGUMENTS[name]


def required_of(name: str) -> dict[str, Any]:
    """The arguments that a method cannot do without."""
    path, required, _ = parameters(METHODS[name])
    return {each: value for each, value in arguments_of(name).items() if each in path + required}


def call(mock: MockKnock, http: httpx.Client, name: str, arguments: dict[str, Any]) -> Any:
    """The answer to a call, as JSON; of a list every row of every page."""
    knock = Knock(
        api_key=mock.api_key,
        base_url=mock.url,
        http_client=http,
        max_retries=0,
        _strict_response_validation=True,
    )
    answer = attrgetter(name)(knock)(**arguments)
    return _as_json(list(answer) if hasattr(answer, "get_next_page") else answer)


async def call_async(mock: MockKnock, name: str, arguments: dict[str, Any]) -> Any:
    """The same, from the async client."""
    async with AsyncKnock(
        api_key=mock.api_key,
        base_url=mock.url,
        http_client=httpx.AsyncClient(verify=TLS),
        max_retries=0,
        _strict_response_validation=True,
    ) as knock:
        answer = attrgetter(name)(knock)(**arguments)
        if hasattr(answer, "__aiter__"):
            return _as_json([row async for row in answer])
        return _as_json(await answer)


def _as_json(answer: Any) -> Any:
    """What the SDK's models hold, as it came."""
    if isinstance(answer, list):
        return [_as_json(row) for row in answer]
    return answer.to_dict(mode="json") if hasattr(answer, "to_dict") else answer
