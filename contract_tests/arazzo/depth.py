"""How deep a JSON value may be nested: deeper ones would exhaust Python's stack somewhere later."""

from __future__ import annotations

from typing import Any

MAX_DEPTH = 256


def too_deep(value: Any) -> bool:
    """Whether lists and objects are nested more than `MAX_DEPTH` deep. Level by level, no stack."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        # By identity: YAML aliases can make one list stand in a level a billion times.
        inner: dict[int, Any] = {}
        for item in level:
            members = item.values() if isinstance(item, dict) else item
            if isinstance(item, (dict, list)):
                inner.update((id(m), m) for m in members if isinstance(m, (dict, list)))
        if not inner:
            return False
        level = list(inner.values())
    return True
