"""Target conditions of guides, kept simple: `variable operator argument`, all of which must hold.

Knock docs: guides, targeting. Variables are dotted paths, such as `recipient.plan` or `data.page`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. Raises InvalidParamsError for an operator that is not understood here."""

    variable: str
    operator: str
    argument: Any = None

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            problem = f"must be one of {', '.join(OPERATORS)}"
            raise InvalidParamsError(
                f"operator {problem}", details=(Detail("operator", problem, "enum"),)
            )

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it holds for `values`, by the first part of the path."""
        value: Any = values
        for name in self.variable.split("."):
            value = value.get(name, _MISSING) if isinstance(value, Mapping) else _MISSING
        return OPERATORS[self.operator](value, self.argument)


def _same(value: object, argument: object) -> bool:
    # Arguments are written as text: "5" and "true" stand for the number and the truth value too.
    return value == argument or (
        isinstance(argument, str)
        and isinstance(value, bool | int | float)
        and json.dumps(value) == argument
    )


def _contains(value: object, argument: object) -> bool:
    if isinstance(value, str):
        return isinstance(argument, str) and argument in value
    return isinstance(value, list) and any(_same(item, argument) for item in value)


def _empty(value: object, _: object) -> bool:
    return value is _MISSING or value in (None, "", [], {})


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equal_to": _same,
    "not_equal_to": lambda value, argument: not _same(value, argument),
    "contains": _contains,
    "not_contains": lambda value, argument: not _contains(value, argument),
    "exists": lambda value, _: value is not _MISSING,
    "not_exists": lambda value, _: value is _MISSING,
    "empty": _empty,
    "not_empty": lambda value, argument: not _empty(value, argument),
}
