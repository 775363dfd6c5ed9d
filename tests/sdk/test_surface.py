"""Every method of `knockapi`, sync and async, where there is something: real state comes back."""

from __future__ import annotations

import httpx
from knockapi import AsyncKnock

from mock_knock import MockKnock
from tests.sdk.calls import EVERY_METHOD, METHODS, TLS, call, call_async
from tests.sdk.example_arguments import ARGUMENTS
from tests.sdk.seed import Seed
from tests.sdk.seeded import STORIES
from tests.sdk.stories import ONE_ROW, conclude
from tests.sdk.surface import methods, paginated, parameters


def test_the_tables_have_no_methods_that_the_sdk_has_not() -> None:
    """What the SDK has got and the tables have not fails by itself, method by method."""
    assert not ARGUMENTS.keys() - METHODS.keys(), "no such methods any more"
    assert not STORIES.keys() - METHODS.keys(), "no such methods any more"


def test_the_async_client_has_the_same_methods() -> None:
    other = methods(AsyncKnock(api_key="none", http_client=httpx.AsyncClient(verify=TLS)))
    assert other.keys() == METHODS.keys()
    for name, method in METHODS.items():
        assert parameters(other[name]) == parameters(method), name


@EVERY_METHOD
def test_with_state(mock_knock: MockKnock, http: httpx.Client, name: str) -> None:
    assert name in STORIES, f"{name} has no story: add one to seeded/"
    story = STORIES[name](Seed(mock_knock))
    arguments = next(story)
    before = len(mock_knock.requests)
    answer = call(mock_knock, http, name, arguments)
    assert_pages(mock_knock, name, before)
    conclude(story, answer)


@EVERY_METHOD
async def test_with_state_async(mock_knock: MockKnock, name: str) -> None:
    assert name in STORIES, f"{name} has no story: add one to seeded/"
    story = STORIES[name](Seed(mock_knock))
    arguments = next(story)
    before = len(mock_knock.requests)
    answer = await call_async(mock_knock, name, arguments)
    assert_pages(mock_knock, name, before)
    conclude(story, answer)


def assert_pages(mock: MockKnock, name: str, before: int) -> None:
    """A list was read to its end, over several pages; anything else took one call."""
    sent = mock.requests[before:]
    assert all(request.status in (200, 204) for request in sent)
    several = paginated(METHODS[name]) and name not in ONE_ROW
    assert len(sent) > 1 if several else len(sent) == 1
