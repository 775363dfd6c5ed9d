"""The filter `trigger_data`: a JSON object, as text, of what a trigger's data must have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError

MAX_TEXT = 256
"""Characters of a text that count (Knock docs: trigger data filtering)."""


@dataclass(frozen=True, slots=True)
class TriggerData:
    """Lets data through that have each key, at their top level, with the same value.

    `wanted` is None for a filter that is no JSON object: nothing matches that.
    """

    wanted: Mapping[str, Any] | None

    @classmethod
    def parse(cls, text: str, field: str = "trigger_data") -> TriggerData:
        """Read the filter. Raises InvalidParamsError for values that are lists or objects.

        (`@knocklabs/client`: a nested object results in a 422.)
        """
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            return cls(None)
        if not isinstance(given, dict):
            return cls(None)
        nested = [key for key, value in given.items() if isinstance(value, list | dict)]
        if nested:
            problem = f"takes texts, numbers, booleans and null, and {nested[0][:80]!r} is nested"
            detail = Detail(field, problem, "nested")
            raise InvalidParamsError(f"{field} {problem}", details=(detail,))
        return cls(given)

    def __call__(self, data: Mapping[str, Any] | None) -> bool:
        if self.wanted is None:
            return False
        own = data or {}
        return all(k in own and comparable(own[k]) == comparable(v) for k, v in self.wanted.items())


def comparable(value: Any) -> tuple[type, Any]:
    """The value, hashable (if it is flat), so that true is not 1, and only the head of a long text
    counts."""
    if isinstance(value, str):
        return str, value[:MAX_TEXT]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float, value
    return type(value), value
