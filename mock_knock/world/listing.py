"""Rows in the order of their creation, with pages that neither lose nor repeat a row.

A row's place is a number that only grows, and a cursor is the number of a row; so a page asked
for by cursor is right even when the rows around it, or the very row it names, are gone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Protocol, TypeVar

Row = TypeVar("Row")


class Placed(Protocol):
    """A row that knows its place."""

    place: int


PlacedRow = TypeVar("PlacedRow", bound=Placed)

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 50
"""Knock docs, pagination: 1 to 50, default 50. A size outside is brought to the nearer bound."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list is wanted: `after` and `before` are places, as cursors carry them.

    With both given `after` decides: the official SDKs produce that when they page on from a
    `before` call.
    """

    after: int | None = None
    before: int | None = None
    size: int = DEFAULT_PAGE_SIZE

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", min(max(self.size, 1), MAX_PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page: its rows, and the places to go on from (None where nothing follows)."""

    rows: list[Row]
    after: int | None
    before: int | None
    size: int


class Listing(Generic[Row]):
    """Rows by place, ascending. Adding at the end is O(1), a page costs its own rows, removal is
    O(log n). Adding before the end moves the references behind it.
    """

    __slots__ = ("_gone", "_places", "_rows")

    def __init__(self) -> None:
        self._places: list[int] = []
        self._rows: list[Row | None] = []
        self._gone = 0

    def __len__(self) -> int:
        return len(self._rows) - self._gone

    def add(self, place: int, row: Row) -> None:
        """Put a row in its place, where there is none."""
        if not self._places or place > self._places[-1]:
            self._places.append(place)
            self._rows.append(row)
            return
        index = bisect_left(self._places, place)
        if self._places[index] == place:
            # The row that was here is gone, and nobody swept its place away.
            self._rows[index] = row
            self._gone -= 1
        else:
            self._places.insert(index, place)
            self._rows.insert(index, row)

    def remove(self, place: int) -> None:
        """Take the row at `place` away. Does nothing where there is none."""
        index = bisect_left(self._places, place)
        if index == len(self._places) or self._places[index] != place:
            return
        if self._rows[index] is None:
            return
        self._rows[index] = None
        self._gone += 1
        # Holes are swept when they are a quarter of the list, so a page never wades through many.
        if self._gone > 32 and self._gone * 4 > len(self._rows):
            kept = [(p, r) for p, r in zip(self._places, self._rows, strict=True) if r is not None]
            self._places = [p for p, _ in kept]
            self._rows = [r for _, r in kept]
            self._gone = 0

    def has(self, place: int) -> bool:
        """Whether there is a row at `place`."""
        index = bisect_left(self._places, place)
        found = index < len(self._places) and self._places[index] == place
        return found and self._rows[index] is not None

    def rows(self) -> Iterator[Row]:
        """Every row, oldest first."""
        return (row for row in self._rows if row is not None)

    def page(
        self,
        wanted: PageRequest,
        *,
        newest_first: bool = False,
        keep: Callable[[Row], bool] | None = None,
        low: int = 0,
        high: int | None = None,
    ) -> Page[Row]:
        """The page that was asked for, of the rows that `keep` lets through.

        Only the places from `low` to `high` are looked at, so a narrow span costs its own rows.
        """
        span = (bisect_left(self._places, low), len(self._places))
        if high is not None:
            span = (span[0], bisect_right(self._places, high))
        backwards = wanted.after is None and wanted.before is not None
        descending = newest_first != backwards
        cursor = wanted.before if backwards else wanted.after
        found: list[tuple[int, Row]] = []
        for place, row in self._walk(cursor, descending=descending, span=span):
            if keep is None or keep(row):
                found.append((place, row))
                if len(found) > wanted.size:
                    break
        more = len(found) > wanted.size
        del found[wanted.size :]
        if backwards:
            found.reverse()
        if not found:
            return Page([], None, None, wanted.size)
        first, last = found[0][0], found[-1][0]
        if backwards:
            ahead = more
        else:
            ahead = cursor is not None and self._any(first, not newest_first, keep, span)
        beyond = self._any(last, newest_first, keep, span) if backwards else more
        return Page(
            [row for _, row in found],
            after=last if beyond else None,
            before=first if ahead else None,
            size=wanted.size,
        )

    def _walk(
        self, cursor: int | None, *, descending: bool, span: tuple[int, int]
    ) -> Iterator[tuple[int, Row]]:
        """Places and rows strictly beyond the cursor, going up or down within a span of indexes."""
        begin, end = span
        indexes: range
        if descending:
            if cursor is not None:
                end = min(end, bisect_left(self._places, cursor))
            indexes = range(end - 1, begin - 1, -1)
        else:
            if cursor is not None:
                begin = max(begin, bisect_right(self._places, cursor))
            indexes = range(begin, end)
        for index in indexes:
            row = self._rows[index]
            if row is not None:
                yield self._places[index], row

    def _any(
        self,
        place: int,
        descending: bool,
        keep: Callable[[Row], bool] | None,
        span: tuple[int, int],
    ) -> bool:
        walk = self._walk(place, descending=descending, span=span)
        return any(keep is None or keep(row) for _, row in walk)


Key = TypeVar("Key")


class Listings(Generic[Key, PlacedRow]):
    """Rows by a key of theirs: an index.

    Of millions of keys most have a single row: it stands there itself, in no listing.
    """

    __slots__ = ("_by_key",)

    def __init__(self) -> None:
        self._by_key: dict[Key, PlacedRow | Listing[PlacedRow]] = {}

    def __iter__(self) -> Iterator[Key]:
        """The keys that have rows."""
        return iter(self._by_key)

    def add(self, key: Key, row: PlacedRow) -> None:
        """Let a row stand under `key`."""
        present = self._by_key.setdefault(key, row)
        if isinstance(present, Listing):
            present.add(row.place, row)
        elif present is not row:
            self._by_key[key] = listing_of((present, row))

    def remove(self, key: Key, row: PlacedRow) -> None:
        """Take the row away from `key`; a key without rows is forgotten."""
        present = self._by_key.get(key)
        if isinstance(present, Listing):
            present.remove(row.place)
            if not len(present):
                del self._by_key[key]
        elif present is row:
            del self._by_key[key]

    def get(self, key: Key) -> Listing[PlacedRow]:
        """The rows under `key`, an empty listing when there are none. Nobody may change it."""
        present = self._by_key.get(key)
        if isinstance(present, Listing):
            return present
        return listing_of(() if present is None else (present,))

    def of_any(self, keys: Iterable[Key]) -> Listing[PlacedRow]:
        """The rows under any of these keys; a row stands under one of them at the most."""
        listings = [self.get(key) for key in dict.fromkeys(keys)]
        if len(listings) == 1:
            return listings[0]
        return listing_of(row for listing in listings for row in listing.rows())

    def merge(self, key: Key, rows: Iterable[PlacedRow]) -> None:
        """Put rows, oldest first, among those under `key`, each in its place."""
        self._by_key[key] = listing_of(chain(self.get(key).rows(), rows))


def listing_of(rows: Iterable[PlacedRow]) -> Listing[PlacedRow]:
    """A listing of a few rows that were found by other means than by walking."""
    listing: Listing[PlacedRow] = Listing()
    for row in sorted(rows, key=lambda row: row.place):
        listing.add(row.place, row)
    return listing
