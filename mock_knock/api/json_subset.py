"""Whether one JSON value is part of another, and where it is not."""

from __future__ import annotations

from typing import Any

import orjson

_SHOWN = 60


def difference(wanted: Any, found: Any, place: str = "body") -> str | None:
    """Where `found` lacks what is wanted, as a sentence; None when it has all of it.

    Of an object every wanted member must be there, of a list every wanted item, in that order;
    there may be others. Numbers are the same by value: 1 is 1.0, but not true.
    """
    if isinstance(wanted, dict):
        return _object_difference(wanted, found, place)
    if isinstance(wanted, list):
        return _list_difference(wanted, found, place)
    if isinstance(wanted, bool) or isinstance(found, bool):
        same = wanted is found
    else:
        same = wanted == found
    return None if same else f"{place} is {shown(found)}, not {shown(wanted)}"


def shown(value: Any) -> str:
    """The value as JSON, cut when it is long."""
    text = orjson.dumps(value).decode()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _object_difference(wanted: dict[str, Any], found: Any, place: str) -> str | None:
    if not isinstance(found, dict):
        return f"{place} is {shown(found)}, no object"
    for name, value in wanted.items():
        if name not in found:
            return f"{place} has no {name!r}"
        problem = difference(value, found[name], f"{place}.{name}")
        if problem is not None:
            return problem
    return None


def _list_difference(wanted: list[Any], found: Any, place: str) -> str | None:
    if not isinstance(found, list):
        return f"{place} is {shown(found)}, no list"
    rest = iter(enumerate(found))
    for item in wanted:
        # The first problem is the one to tell of: it is what stands where the item was looked for.
        first = None
        for index, other in rest:
            problem = difference(item, other, f"{place}[{index}]")
            if problem is None:
                break
            first = first or problem
        else:
            one_for_one = len(wanted) == len(found) == 1 and first is not None
            return first if one_for_one else f"{place} has no item {shown(item)} in that order"
    return None
