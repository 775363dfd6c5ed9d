"""Conditions: `variable operator argument`, looked up in what a workflow run or a guide knows.

Knock docs: conditions. A variable is a path such as `recipient.plan`; an argument is a literal
(`5`, `true`, `"text"`, `["a", "b"]`), a path, or any other text, which stands for itself. A path
that leads nowhere is the empty text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_knock.world.errors import invalid_field
from mock_knock.world.instants import DAY, Instant, from_text

PREFIXES = frozenset({"data", "recipient", "actor", "vars", "workflow", "run", "tenant", "refs"})
"""Where a path may begin (Knock docs: conditions scope)."""

_POSITION = re.compile("[0-9]{1,9}")
_EMPTY: tuple[object, ...] = ("", None, [], {})


def _no_audiences(audience_key: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Scope:
    """What conditions can look at: values by prefix, and the audiences of the recipient."""

    values: Mapping[str, Any]
    is_audience_member: Callable[[str], bool] = _no_audiences


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. Raises InvalidParamsError for an operator that there is not."""

    variable: str
    operator: str
    argument: Any = None

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            problem = f"operator must be one of {', '.join(sorted(OPERATORS))}"
            raise invalid_field("operator", problem, "enum")

    def holds(self, scope: Scope) -> bool:
        """Whether it holds."""
        return _holds(self.variable, self.operator, self.argument, scope)


def all_hold(conditions: object, scope: Scope) -> bool:
    """Whether every condition holds. What is no list of conditions asks for nothing."""
    if not isinstance(conditions, Sequence) or isinstance(conditions, str):
        return True
    return all(holds(condition, scope) for condition in conditions)


def holds(condition: object, scope: Scope) -> bool:
    """Whether one condition holds. One that cannot be read asks for nothing."""
    if not isinstance(condition, Mapping):
        return True
    variable, operator = condition.get("variable"), condition.get("operator")
    if not isinstance(variable, str) or not isinstance(operator, str):
        return True
    return _holds(variable, operator, condition.get("argument"), scope)


def _holds(variable: str, operator: str, argument: object, scope: Scope) -> bool:
    if operator in ("is_audience_member", "is_not_audience_member"):
        member = isinstance(argument, str) and scope.is_audience_member(argument)
        return member == (operator == "is_audience_member")
    found, value = _look_up(variable, scope)
    if operator in ("exists", "not_exists"):
        return found == (operator == "exists")
    test = _TESTS.get(operator)
    if test is None:
        return True
    return test(value, _argument(argument, scope))


def _look_up(path: str, scope: Scope) -> tuple[bool, Any]:
    """Whether the path leads somewhere, and to what (the empty text where it does not)."""
    value: Any = scope.values
    for name in path.split("."):
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and _POSITION.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return False, ""
    return True, value


def _argument(argument: object, scope: Scope) -> Any:
    if not isinstance(argument, str):
        return argument
    prefix, dot, _ = argument.partition(".")
    if dot and prefix in PREFIXES:
        return _look_up(argument, scope)[1]
    try:
        return json.loads(argument)
    except (ValueError, RecursionError):
        return argument


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _same(value: object, argument: object) -> bool:
    """Equality that knows that an argument is written as text: `5` is also the text "5"."""
    if isinstance(value, bool) or isinstance(argument, bool):
        return value is argument or value == json.dumps(argument)
    if value == argument:
        return True
    numbers = _number(value), _number(argument)
    return None not in numbers and numbers[0] == numbers[1]


def _ordered(value: object, argument: object, test: Callable[[Any, Any], bool]) -> bool:
    """Numbers as numbers, texts as texts, anything else is not in order at all."""
    numbers = _number(value), _number(argument)
    if None not in numbers:
        return test(*numbers)
    if isinstance(value, str) and isinstance(argument, str) and value and argument:
        return test(value, argument)
    return False


def _contains(value: object, argument: object) -> bool:
    if isinstance(value, str):
        text = argument if isinstance(argument, str) else json.dumps(argument)
        return text in value
    return isinstance(value, list) and any(_same(item, argument) for item in value)


def _contains_all(value: object, argument: object) -> bool:
    wanted = argument if isinstance(argument, list) else [argument]
    return all(_contains(value, item) for item in wanted)


def _instant(value: object) -> Instant | None:
    """The instant of an ISO 8601 text; a date stands for its midnight, no zone for UTC."""
    if not isinstance(value, str) or not value[:4].isdigit():
        return None
    for text in (value, f"{value}Z", f"{value}T00:00:00Z"):
        try:
            return from_text(text)
        except ValueError:
            continue
    return None


def _in_time(value: object, argument: object, test: Callable[[Instant, Instant], bool]) -> bool:
    first, second = _instant(value), _instant(argument)
    return first is not None and second is not None and test(first, second)


def _bounds(argument: object) -> list[Any] | None:
    """Two bounds, as a list or as text with a comma between them."""
    if isinstance(argument, str) and "," in argument:
        argument = [part.strip() for part in argument.split(",")]
    return argument if isinstance(argument, list) and len(argument) == 2 else None


def _is_between(value: object, argument: object) -> bool:
    bounds = _bounds(argument)
    return (
        bounds is not None
        and _ordered(value, bounds[0], lambda a, b: a >= b)
        and _ordered(value, bounds[1], lambda a, b: a <= b)
    )


def _is_timestamp_between(value: object, argument: object) -> bool:
    bounds = _bounds(argument)
    return (
        bounds is not None
        and _in_time(value, bounds[0], lambda a, b: a >= b)
        and _in_time(value, bounds[1], lambda a, b: a <= b)
    )


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equal_to": _same,
    "not_equal_to": lambda value, argument: not _same(value, argument),
    "greater_than": lambda v, a: _ordered(v, a, lambda x, y: x > y),
    "greater_than_or_equal_to": lambda v, a: _ordered(v, a, lambda x, y: x >= y),
    "less_than": lambda v, a: _ordered(v, a, lambda x, y: x < y),
    "less_than_or_equal_to": lambda v, a: _ordered(v, a, lambda x, y: x <= y),
    "contains": _contains,
    "not_contains": lambda value, argument: not _contains(value, argument),
    "contains_all": _contains_all,
    "not_contains_all": lambda value, argument: not _contains_all(value, argument),
    "empty": lambda value, _: value in _EMPTY,
    "not_empty": lambda value, _: value not in _EMPTY,
    "is_between": _is_between,
    "is_timestamp": lambda value, _: _instant(value) is not None,
    "is_not_timestamp": lambda value, _: _instant(value) is None,
    "is_timestamp_on_or_after": lambda v, a: _in_time(v, a, lambda x, y: x >= y),
    "is_timestamp_before": lambda v, a: _in_time(v, a, lambda x, y: x < y),
    # Dates are those of UTC.
    "is_timestamp_on_or_after_date": lambda v, a: _in_time(v, a, lambda x, y: x // DAY >= y // DAY),
    "is_timestamp_before_date": lambda v, a: _in_time(v, a, lambda x, y: x // DAY < y // DAY),
    "is_timestamp_between": _is_timestamp_between,
}

OPERATORS = frozenset(_TESTS) | {
    "exists", "not_exists", "is_audience_member", "is_not_audience_member"
}  # fmt: skip
"""Every operator of Knock's API reference (Condition)."""
