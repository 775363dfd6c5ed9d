"""Looking through a journal of very many entries without keeping other requests waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from time import perf_counter

from mock_knock.api.exchange import IN_PROCESS, Exchange
from mock_knock.api.journal import Journal, JournalEntry

_AT_ONCE = 0.004
"""Seconds of searching after which other requests get their turn."""

_BLOCK = 256
"""Entries between two looks at the time."""

Place = int
Test = Callable[[JournalEntry], bool]


async def search(
    exchange: Exchange, journal: Journal, test: Test | None, *, before: Place | None = None
) -> AsyncGenerator[tuple[Place, JournalEntry], None]:
    """The entries that pass, newest first, with their places, which are under `before`.

    What comes or goes meanwhile makes no difference. In process it never waits.
    """
    may_wait = IN_PROCESS not in exchange.scope
    began = perf_counter()
    for end, block in _blocks(journal, before):
        for place, entry in zip(range(end - 1, 0, -1), reversed(block), strict=False):
            if test is None or test(entry):
                yield place, entry
        if may_wait and perf_counter() - began > _AT_ONCE:
            await asyncio.sleep(0)
            began = perf_counter()


def _blocks(
    journal: Journal, before: Place | None
) -> Iterator[tuple[Place, Sequence[JournalEntry]]]:
    """Entries in blocks, the newest block first, each with the place after its last entry."""
    # What is looked at grows: the latest are mostly what is wanted, and a look costs all after it.
    end = min(journal.last_place + 1, before or journal.last_place + 1)
    size = _BLOCK
    while end > journal.first_place:
        begin = max(end - size, 1)
        entries = journal.since(begin - 1)
        begin = journal.last_place - len(entries) + 1
        for upper in range(end, begin, -_BLOCK):
            lower = max(upper - _BLOCK, begin)
            yield upper, entries[lower - begin : upper - begin]
        end = begin
        size *= 4
