"""The filters of lists: what each may be asked, and which rows answer it.

A filter is judged by the list without it: whoever fulfils it there has to come, and nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from contract_tests.lifecycle.judgement import instant

Row = dict[str, Any]
Query = list[tuple[str, str]]
NOBODY: Final = "kit-nobody"


@dataclass(frozen=True)
class Choice:
    """One way to ask for some rows of a list, and the test of a row by the value asked for."""

    query: tuple[tuple[str, str], ...]
    test: Callable[[Row, Any], bool]
    value: Any = None

    def lets_through(self, row: Row) -> bool:
        """Whether a row has to come."""
        return self.test(row, self.value)


Filter = Callable[[list[Row]], list[Choice]]
"""From the rows that are there to the ways of asking for some of them, and for none."""


def equal(name: str, read: Callable[[Row], Any], more: tuple[str, ...] = (NOBODY,)) -> Filter:
    """A parameter that names the value of a field; `more` are values that no row need have."""

    def choices(rows: list[Row]) -> list[Choice]:
        values = {str(read(row)) for row in rows if read(row) is not None}
        return [
            Choice(((name, value),), lambda row, value: str(read(row)) == value, value)
            for value in sorted({*values, *more})
        ]

    return choices


def among(name: str, read: Callable[[Row], list[str]], *more: str) -> Filter:
    """A parameter that names one of a row's several values, or several of them at once."""

    def choices(rows: list[Row]) -> list[Choice]:
        values = sorted({value for row in rows for value in read(row)})
        asked = [[value] for value in sorted({*values, *(more or (NOBODY,))})]
        if len(values) > 1:
            asked.append([values[0], values[-1]])
        return [
            Choice(
                tuple((name, value) for value in some),
                lambda row, some: bool(set(some) & set(read(row))),
                some,
            )
            for some in asked
        ]

    return choices


def engagement(name: str) -> Filter:
    """Statuses of engagement, and those that are the absence of one: all of several must hold."""

    def fits(row: Row, status: str) -> bool:
        marks = row["engagement_statuses"]
        bare = status.removeprefix("un")
        return bare not in marks if status != bare else status in marks

    statuses = ("seen", "unseen", "read", "unread", "archived", "unarchived", "interacted")
    pairs = [("seen", "unarchived"), ("unseen", "read")]
    return lambda rows: [
        Choice(
            tuple((name, status) for status in some),
            lambda row, some: all(fits(row, status) for status in some),
            some,
        )
        for some in (*((status,) for status in statuses), *pairs)
    ]


_COMPARED: Final[dict[str, Callable[[datetime, datetime], bool]]] = {
    "gt": lambda at, bound: at > bound, "gte": lambda at, bound: at >= bound,
    "lt": lambda at, bound: at < bound, "lte": lambda at, bound: at <= bound,
}  # fmt: skip


def moment(comparison: str, *names: str) -> Filter:
    """A bound on `inserted_at`: the instant of the row in the middle, and one after them all."""
    holds = _COMPARED[comparison]

    def choices(rows: list[Row]) -> list[Choice]:
        times = sorted(instant(row["inserted_at"]) for row in rows)
        if not times:
            return []
        bounds = (times[len(times) // 2], times[-1] + timedelta(days=1))
        return [
            Choice(
                ((name, bound.isoformat().replace("+00:00", "Z")),),
                lambda row, bound: holds(instant(row["inserted_at"]), bound),
                bound,
            )
            for name in names
            for bound in bounds
        ]

    return choices


def trigger_data(rows: list[Row]) -> list[Choice]:
    """Data of the trigger, as JSON text; every pair of it has to be in the row's data."""
    found = [row["data"] for row in rows if row.get("data")]
    asked: list[dict[str, Any]] = [{"note": NOBODY}]
    for data in found[:1] + found[-1:]:
        asked += [{"note": data.get("note")}, dict(data)]
    return [
        Choice(
            (("trigger_data", json.dumps(some)),),
            lambda row, some: bool(some.items() <= (row.get("data") or {}).items()),
            some,
        )
        for some in asked
    ]


def chosen(name: str, read: Callable[[Row], str]) -> Filter:
    """Ids of rows: one, two, and one that there is not."""

    def choices(rows: list[Row]) -> list[Choice]:
        ids = [read(row) for row in rows]
        picked = [some for some in (ids[:1], ids[-2:], [NOBODY]) if some]
        return [
            Choice(tuple((name, id) for id in some), lambda row, some: read(row) in some, some)
            for some in picked
        ]

    return choices


def both(first: Filter, second: Filter) -> Filter:
    """Two filters at once: rows have to fulfil both."""

    def choices(rows: list[Row]) -> list[Choice]:
        return [
            Choice(
                (*one.query, *other.query),
                lambda row, two: all(choice.lets_through(row) for choice in two),
                (one, other),
            )
            for one in first(rows)
            for other in second(rows)
        ]

    return choices


def source(name: str) -> Callable[[Row], Any]:
    """A field of a message's source."""
    return lambda row: row["source"].get(name)


def id_of(reference: Any) -> str:
    """The id of a recipient, however it is shown."""
    return str(reference["id"] if isinstance(reference, dict) else reference)
