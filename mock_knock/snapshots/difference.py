"""How two snapshots differ, value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from mock_knock.snapshots.faults import Path, pointer

_SHOWN = 60
"""Characters of a value that a line shows."""


class Nothing(Enum):
    """What stands where one of the two has no value."""

    ABSENT = "absent"


ABSENT: Final = Nothing.ABSENT


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs: its JSON pointer, and what it is in each; ABSENT where it is not.

    The pointer of what only the first has counts in the first, all others in the second.
    """

    pointer: str
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        """The difference as JSON; `before` or `after` is left out where there is nothing."""
        shape = {"pointer": self.pointer, "before": self.before, "after": self.after}
        return {name: value for name, value in shape.items() if value is not ABSENT}

    def __str__(self) -> str:
        if self.before is ABSENT:
            return f"+ {self.pointer or '/'}: {_shown(self.after)}"
        if self.after is ABSENT:
            return f"- {self.pointer or '/'}: {_shown(self.before)}"
        return f"~ {self.pointer or '/'}: {_shown(self.before)} -> {_shown(self.after)}"


def differences(before: Any, after: Any) -> list[Difference]:
    """Every difference, in the order of the first document.

    Objects are compared key by key; in lists what is the same at both ends is left out, and the
    rest compared one by one. The order of an object's keys makes no difference, 1 and 1.0 neither.
    """
    return list(_between(before, after, ()))


def _between(before: Any, after: Any, path: Path) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in before.items():
            if key in after:
                yield from _between(value, after[key], (*path, key))
            else:
                yield Difference(pointer((*path, key)), value, ABSENT)
        for key, value in after.items():
            if key not in before:
                yield Difference(pointer((*path, key)), ABSENT, value)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _between_lists(before, after, path)
    elif not _same(before, after):
        yield Difference(pointer(path), before, after)


def _between_lists(before: Sequence[Any], after: Sequence[Any], path: Path) -> Iterator[Difference]:
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and _equal(before[head], after[head]):
        head += 1
    tail = 0
    while tail < shorter - head and _equal(before[-1 - tail], after[-1 - tail]):
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    for at, (first, second) in enumerate(zip(old, new, strict=False), head):
        yield from _between(first, second, (*path, at))
    both = min(len(old), len(new))
    for at, value in enumerate(old[both:], head + both):
        yield Difference(pointer((*path, at)), value, ABSENT)
    for at, value in enumerate(new[both:], head + both):
        yield Difference(pointer((*path, at)), ABSENT, value)


def _equal(before: Any, after: Any) -> bool:
    return next(_between(before, after, ()), None) is None


def _same(before: Any, after: Any) -> bool:
    # For Python true is 1, for JSON it is not.
    return before == after and isinstance(before, bool) == isinstance(after, bool)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
