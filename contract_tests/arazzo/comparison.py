"""The meaning of simple conditions: truth, equality and order of JSON values.

Arazzo 1.0.1 asks for "loose comparisons" and for strings without regard to case, and says no more.
The rules here, which 1.1.0 mostly shares:

- strings compare case-insensitively; a string that reads as a number compares with a number as one
  (header values are always strings);
- true and false equal only themselves, null only null, a missing value nothing at all;
- values of other types are unlike, never an error, under == and !=;
- < <= > >= take two numbers or two strings; anything else is an error and not "false";
- a value that stands alone must be a boolean; null and a missing value count as false.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, assert_never

from contract_tests.arazzo.conditions import (
    Access,
    Compare,
    Condition,
    Literal,
    Logical,
    Not,
    Reference,
)
from contract_tests.arazzo.errors import CriterionError
from contract_tests.arazzo.expressions import Expression
from contract_tests.arazzo.missing import MISSING

_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d{1,300})?(?:[eE][-+]?\d{1,3})?")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: Condition, lookup: Callable[[Expression], Any]) -> bool:
    """Whether a condition is true, with `lookup` giving each expression's value.

    `&&` and `||` look at their right side only when they must. Raises CriterionError for unlike
    things under an order operator, or a lone value that is not a truth value.
    """
    return _truth(_value(condition, lookup))


def equal(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal under `==`."""
    if left is MISSING or right is MISSING:
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    left, right = _alike(left, right)
    return bool(left == right)


def _value(condition: Condition, lookup: Callable[[Expression], Any]) -> Any:
    match condition:
        case Literal(value):
            return value
        case Reference(expression):
            return lookup(expression)
        case Access(base, key):
            return _member(_value(base, lookup), key)
        case Not(operand):
            return not _truth(_value(operand, lookup))
        case Logical("&&", left, right):
            return _truth(_value(left, lookup)) and _truth(_value(right, lookup))
        case Logical(_, left, right):
            return _truth(_value(left, lookup)) or _truth(_value(right, lookup))
        case Compare(sign, left, right):
            return _compare(sign, _value(left, lookup), _value(right, lookup))
    assert_never(condition)


def _member(base: Any, key: str | int) -> Any:
    if isinstance(base, list) and isinstance(key, int):
        return base[key] if key < len(base) else MISSING
    if isinstance(base, dict) and isinstance(key, str):
        return base.get(key, MISSING)
    return MISSING


def _compare(sign: str, left: Any, right: Any) -> bool:
    if sign in ("==", "!="):
        return equal(left, right) is (sign == "==")
    left, right = _alike(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return _ORDER[sign](left.casefold(), right.casefold())
    if _is_number(left) and _is_number(right):
        return _ORDER[sign](left, right)
    raise CriterionError(f"{_name(left)} and {_name(right)} cannot be compared with {sign}")


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value is None or value is MISSING:
        return False
    raise CriterionError(f"{_name(value)} is neither true nor false; compare it with something")


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """A number beside text that reads as one makes two numbers."""
    if _is_number(left) and isinstance(right, str):
        return left, _as_number(right)
    if _is_number(right) and isinstance(left, str):
        return _as_number(left), right
    return left, right


def _as_number(text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if text.lstrip("-").isdecimal() else float(text)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _name(value: Any) -> str:
    if value is MISSING:
        return "a missing value"
    if value is None:
        return "null"
    names = {bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
