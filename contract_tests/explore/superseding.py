"""Which bulk operations still count, when rows were submitted again after an operation failed."""

from __future__ import annotations

from collections.abc import Iterable

from contract_tests.explore.operation import Operation

Shown = tuple[Operation, str | None]
"""An operation, and the status that the client was last shown of it."""


def standing(seen: Iterable[Shown]) -> list[Shown]:
    """The operations that nothing has taken the place of.

    One that failed, or that completed with failed rows, gives way to a later one of the same kind
    that has been seen and that holds all of its rows: those that failed are enough. One whose
    submission was cut off is not the client's to follow, if it has another.
    """
    seen = list(seen)
    known = [each for each in seen if each[1] is not None] or seen
    return [
        each
        for n, each in enumerate(known)
        if not any(_replaces(later, each) for later in known[n + 1 :])
    ]


def is_repeatable(operation: Operation, shown: str | None) -> bool:
    """Whether its rows may be submitted again: it failed, or some of its rows did."""
    return shown == "failed" or (shown == "completed" and bool(operation.failed_rows))


def _replaces(later: Shown, earlier: Shown) -> bool:
    (new, new_shown), (old, old_shown) = later, earlier
    if new_shown is None or new.kind != old.kind or not is_repeatable(old, old_shown):
        return False
    lacking = set(old.rows if old_shown == "failed" else old.failed_rows)
    return lacking <= set(new.rows)
