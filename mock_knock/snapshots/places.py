"""Places in the order of creation: one of a kind, and none that was never given away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Protocol, TypeVar

from mock_knock.snapshots.faults import Path, refused
from mock_knock.world.instants import Instant
from mock_knock.world.listing import Placed

Row = TypeVar("Row", bound=Placed)


class Made(Placed, Protocol):
    """A row that knows when it was made."""

    id: str
    inserted_at: Instant


def in_order(found: Iterable[tuple[Row, Path]], created: int) -> Sequence[Row]:
    """The rows by place. `created` counts all that ever were; the paths say where each stands.

    Raises SnapshotError for a place that two rows have, or that is over `created`.
    """
    paths: dict[int, Path] = {}
    rows = []
    for row, path in found:
        if row.place > created:
            problem = f"is {row.place}, but only {created} were ever made, as the counters say"
            raise refused((*path, "place"), problem)
        if paths.setdefault(row.place, path) is not path:
            raise refused((*path, "place"), f"is {row.place}, which another one has already")
        rows.append(row)
    return sorted(rows, key=attrgetter("place"))


def check_instants(rows: Sequence[Made], section: str) -> None:
    """Raise SnapshotError for rows, by place, that were not made in that order."""
    last: Instant = 0
    for row in rows:
        if row.inserted_at < last:
            problem = "is before that of one with a smaller place"
            raise refused((section, row.id, "inserted_at"), problem)
        last = row.inserted_at
