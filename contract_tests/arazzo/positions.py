"""Where in a YAML or JSON text each value stands; made only when a report wants line numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from contract_tests.arazzo import pointers

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text; both figures count from 1."""

    line: int
    column: int


def position_map(text: str) -> dict[str, Position]:
    """JSON Pointer -> where the value (for a member: its key) starts.

    Aliases are not followed: what stands under `*name` is listed where it was written first.
    """
    positions: dict[str, Position] = {}
    root = yaml.compose(text, Loader=_Loader)
    if root is None:
        return positions
    waiting: list[tuple[tuple[str, ...], Any, Any]] = [((), root, root)]
    seen: set[int] = set()
    while waiting:
        tokens, at, node = waiting.pop()
        mark = at.start_mark
        positions[pointers.build(tokens)] = Position(mark.line + 1, mark.column + 1)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting.extend(((*tokens, str(k.value)), k, v) for k, v in node.value)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(((*tokens, str(n)), v, v) for n, v in enumerate(node.value))
    return positions


def position_of(positions: dict[str, Position], place: str) -> Position | None:
    """The position of a diagnostic's `place` (`file#/pointer`), or of its nearest parent."""
    pointer = place.partition("#")[2]
    while pointer and pointer not in positions:
        pointer = pointer.rpartition("/")[0]
    return positions.get(pointer)
