"""The requests that came to one environment, with the answers they got: the latest ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mock_knock.world.instants import DAY, Instant

MAX_AGE = 30 * DAY
MAX_WEIGHT = 64 * 1024 * 1024
"""Bytes of bodies that one journal keeps, unless it is to keep very many entries."""

_WEIGHT_OF_ENTRY = 4 * 1024
"""Bytes of bodies for each entry that a journal is to keep, where that comes to more."""


Headers = tuple[tuple[bytes, bytes], ...]
"""Names in lower case with values. Tuples, which the garbage collector need not look at."""


class Note(NamedTuple):
    """Something that a stage has to say of how a request was answered.

    text: a sentence for a person. kind: what it is about, such as `fault` or `plan`. data: the same
    for a program, as JSON.
    """

    kind: str
    text: str
    data: Mapping[str, Any]


class JournalEntry(NamedTuple):
    """One request that came and the answer it got. `at` is in the environment's time.

    `event` is the number of the `request` event in the environment's stream: what followed from
    the request names it as its cause. `raw_path` is the path as it came, percent signs and all.
    `refused_by` is the stage that refused it, empty when none did. `seconds` are the host's, from
    the request's head to the answer. `notes` is what stages had to say of how it was answered.
    """

    at: Instant
    request_id: str
    event: int
    method: str
    path: str
    raw_path: bytes
    query_string: bytes
    headers: Headers
    body: bytes
    operation_id: str | None
    status: int
    answer_headers: Headers
    answer_body: bytes
    refused_by: str
    seconds: float
    notes: tuple[Note, ...]


class Journal:
    """A bounded list of entries, oldest first. Each has a place: 1, 2, 3, ... as they came.

    `last_place` is that of the latest entry, 0 before the first. `weight`: bytes of bodies.
    """

    __slots__ = ("_entries", "_max_weight", "last_place", "weight")

    def __init__(self, max_count: int) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=max_count)
        self._max_weight = max(MAX_WEIGHT, max_count * _WEIGHT_OF_ENTRY)
        self.last_place = 0
        self.weight = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self._entries)

    @property
    def last(self) -> JournalEntry | None:
        """The latest entry; None when there is none."""
        return self._entries[-1] if self._entries else None

    @property
    def first_place(self) -> int:
        """The place of the oldest entry that is kept, or of the next one when none is."""
        return self.last_place - len(self._entries) + 1

    def append(self, entry: JournalEntry, weight: int) -> None:
        """Add an entry, `weight` being the bytes of its bodies.

        The oldest go when there are too many, too old or too large ones.
        """
        entries = self._entries
        self.last_place += 1
        if not entries.maxlen:
            return
        if len(entries) == entries.maxlen:
            self._drop()
        entries.append(entry)
        self.weight += weight
        while self.weight > self._max_weight and len(entries) > 1:
            self._drop()
        while entries[0][0] < entry[0] - MAX_AGE:
            self._drop()

    def since(self, place: int) -> list[JournalEntry]:
        """The kept entries after that place, oldest first. Costs what it answers."""
        count = min(len(self._entries), max(self.last_place - place, 0))
        found = [entry for entry, _ in zip(reversed(self._entries), range(count), strict=False)]
        found.reverse()
        return found

    def find(self, request_id: str) -> JournalEntry | None:
        """The entry of a request; None when it is not kept any more, or never was."""
        return next((e for e in reversed(self._entries) if e.request_id == request_id), None)

    def clear(self) -> None:
        """Forget every entry; places go on."""
        self._entries.clear()
        self.weight = 0

    def _drop(self) -> None:
        gone = self._entries.popleft()
        self.weight -= len(gone.body) + len(gone.answer_body)
