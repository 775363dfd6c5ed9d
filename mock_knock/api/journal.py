"""The requests that came to one environment, with the answers they got: the latest ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from mock_knock.world.instants import DAY, Instant

MAX_AGE = 30 * DAY
MAX_WEIGHT = 64 * 1024 * 1024
"""Bytes of bodies that one journal keeps."""


class JournalEntry(NamedTuple):
    """One request that came and the answer it got. `at` is in the environment's time.

    `event` is the number of the `request` event in the environment's stream: what followed from
    the request names it as its cause.
    """

    at: Instant
    request_id: str
    event: int
    method: str
    path: str
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    operation_id: str | None
    status: int
    answer_headers: list[tuple[bytes, bytes]]
    answer_body: bytes


class Journal:
    """A bounded list of entries, oldest first."""

    __slots__ = ("_entries", "_weight")

    def __init__(self, max_count: int) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=max_count)
        self._weight = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self._entries)

    def append(self, entry: JournalEntry, weight: int) -> None:
        """Add an entry, `weight` being the bytes of its bodies.

        The oldest go when there are too many, too old or too large ones.
        """
        entries = self._entries
        if len(entries) == entries.maxlen:
            self._drop()
        entries.append(entry)
        self._weight += weight
        while self._weight > MAX_WEIGHT and len(entries) > 1:
            self._drop()
        while entries[0][0] < entry[0] - MAX_AGE:
            self._drop()

    def clear(self) -> None:
        """Forget every entry."""
        self._entries.clear()
        self._weight = 0

    def _drop(self) -> None:
        if self._entries:
            gone = self._entries.popleft()
            self._weight -= len(gone.body) + len(gone.answer_body)
