"""Whether what was sent is what was given, as JSON has it: `false` is not 0, and `3.0` is 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def changes(given: Mapping[str, Any], sent: Mapping[str, Any]) -> list[str]:
    """Names of the given properties that were sent otherwise, or not at all."""
    return [name for name, value in given.items() if not same(value, sent.get(name))]


def same(one: object, other: object) -> bool:
    """Whether two values are the same JSON."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other
