"""The request journal: what clients sent, and what they got."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import orjson

from mock_knock.api.errors import ApiError, invalid
from mock_knock.api.exchange import IN_PROCESS, Answer, Request
from mock_knock.api.explanation import explain
from mock_knock.api.journal import JournalEntry
from mock_knock.api.journal_search import search
from mock_knock.api.pagination import cursor_of, place_of
from mock_knock.api.request_filter import (
    RequestFilter,
    WantedCount,
    nearest_misses,
    told_misses,
)
from mock_knock.api.shown_requests import shown_entry, shown_miss, shown_whole
from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.instants import SECOND

_KIND = "journal"
_PAGE_SIZE = 50
_TIMEOUT = 10.0
_MOST_SHOWN = 1_000
"""How many matching requests are answered, the latest; all are counted."""

_MOST_COMPARED = 5_000
"""Among how many of the latest requests the nearest misses are looked for."""

_REST = 0.02
"""Seconds in which requests are collected before they are looked at."""


async def listRequests(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/requests"""
    query, journal = request.query, request.environment.journal
    size = query.get("page_size", _PAGE_SIZE)
    before = place_of(query.get("after"), _KIND, "after")
    if "body" in query:
        query = {**query, "body": _json(query["body"])}
    wanted = RequestFilter.from_json(query)
    test = wanted.matcher() if wanted != RequestFilter() else None
    found: list[tuple[int, JournalEntry]] = []
    async with aclosing(search(request.exchange, journal, test, before=before)) as entries:
        async for place, entry in entries:
            if len(found) == size:
                after = cursor_of(found[-1][0], _KIND)
                break
            found.append((place, entry))
        else:
            after = None
    return {
        "entries": [shown_entry(entry) for _, entry in found],
        "page_info": {"after": after, "page_size": size},
        "kept": len(journal),
    }


def getRequest(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/requests/{request_id}"""
    id = request.path["request_id"]
    entry = request.environment.journal.find(id)
    if entry is None:
        raise MissingError(
            f"There is no request {id[:80]!r} in this environment's journal: take the x-request-id "
            "of an answer that a key of this environment got. The oldest are let go of; calls of "
            "the control plane are not noted down",
            code="request_missing",
        )
    return {
        **shown_whole(entry, request.base_url),
        "explanation": explain(entry, request.environment, request.service),
    }


def clearRequests(request: Request) -> None:
    """DELETE /_mock_knock/requests"""
    request.environment.journal.clear()


async def waitForRequests(request: Request) -> dict[str, Any] | Answer:
    """POST /_mock_knock/requests/wait"""
    body, environment, service = request.body, request.environment, request.service
    count, seconds = body.get("count", 1), body.get("timeout", _TIMEOUT)
    wanted = RequestFilter.from_json(body.get("match", {}))
    test, journal = wanted.matcher(), environment.journal
    end = service.host_clock() + round(seconds * SECOND)
    with service.following.follow(environment) as follower:
        seen = journal.last_place
        found = await _all(request, test)
        while len(found) < count:
            left = (end - service.host_clock()) / SECOND
            if left <= 0 or follower.ended or IN_PROCESS in request.exchange.scope:
                came = _times(len(found))
                problem = f"{came} in {seconds:g} seconds, and {count} were waited for"
                return _refused(request, "requests_not_come", problem, wanted, len(found))
            await follower.wait(left)
            await asyncio.sleep(_REST)
            found += [entry for entry in journal.since(seen) if test(entry)]
            seen = journal.last_place
    return _found(found)


async def verifyRequests(request: Request) -> dict[str, Any] | Answer:
    """POST /_mock_knock/requests/verify"""
    wanted_count = WantedCount.from_json(request.body)
    wanted = RequestFilter.from_json(request.body.get("match", {}))
    found = await _all(request, wanted.matcher())
    if wanted_count.holds(len(found)):
        return _found(found)
    problem = f"{_times(len(found))}, and {wanted_count} was expected"
    return _refused(request, "requests_not_verified", problem, wanted, len(found))


async def _all(request: Request, test: Callable[[JournalEntry], bool]) -> list[JournalEntry]:
    """Every matching request that is kept, oldest first."""
    async with aclosing(search(request.exchange, request.environment.journal, test)) as entries:
        found = [entry async for _, entry in entries]
    found.reverse()
    return found


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise invalid([Detail("body", f"is no JSON: {error}", "json")]) from None


def _found(found: list[JournalEntry]) -> dict[str, Any]:
    return {"count": len(found), "entries": [shown_entry(e) for e in found[-_MOST_SHOWN:]]}


def _refused(
    request: Request, code: str, problem: str, wanted: RequestFilter, count: int
) -> Answer:
    """The 409 for a count that is not as it should be, with what came close."""
    journal = request.environment.journal
    misses = nearest_misses(wanted, journal.since(journal.last_place - _MOST_COMPARED))
    message = f"{problem}. {told_misses(misses)}"
    envelope = {**ApiError(409, code, message).to_json(), "count": count}
    shown = [shown_miss(miss) for miss in misses]
    return Answer.json(409, {**envelope, "nearest_misses": shown}, [(b"x-should-retry", b"false")])


def _times(count: int) -> str:
    return f"{count} matching request{'' if count == 1 else 's'} came"
