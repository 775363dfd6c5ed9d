"""The query parameter `exclude`: fields to leave out of an answer, by their paths."""

from __future__ import annotations

from typing import Any

MAX_DEPTH = 3
"""Levels of a path; a deeper one is ignored (Knock docs: feeds, exclude)."""


def without(value: dict[str, Any], exclude: str) -> dict[str, Any]:
    """The value without the fields at the comma-separated paths (`entries.archived_at`).

    A path goes through lists to each of their members. One that leads nowhere is ignored.
    """
    for path in exclude.split(","):
        names = path.strip().split(".")
        if len(names) <= MAX_DEPTH:
            value = _without(value, names)
    return value


def _without(value: Any, names: list[str]) -> Any:
    if isinstance(value, list):
        return [_without(member, names) for member in value]
    if not isinstance(value, dict) or names[0] not in value:
        return value
    first, *rest = names
    if rest:
        return {**value, first: _without(value[first], rest)}
    return {name: inner for name, inner in value.items() if name != first}
