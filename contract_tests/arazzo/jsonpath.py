"""JSONPath conditions: RFC 9535 queries, and leniently the inside of a filter.

Strict: a query is true when it selects at least one node (RFC 9535; Arazzo 1.1.0 says so).

Lenient: text that is no query, such as `$.status == 'completed' || $.status == 'failed'`, is what
stands inside `$[?...]`, with `$` and `@` the context itself. It is what people write, and every
strict evaluator rejects it. There `.length` may be a member, or the length of a list or text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from iregexp_check import check as is_i_regexp
from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError
from jsonpath_rfc9535.filter_expressions import NOTHING, FilterContext, FilterExpression
from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction
from jsonpath_rfc9535.selectors import FilterSelector

from contract_tests.arazzo.errors import CriterionError
from contract_tests.arazzo.patterns import Pattern

Predicate = Callable[[Any], bool]
_STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
# A path that ends in `.length`, or a string literal, which is passed over.
_LENGTH = re.compile(
    rf"([$@](?:\.\w+|\[(?:{_STRING}|[^\[\]'\"]*)\])*)\.length(?![\w(.\[-])|{_STRING}"
)

_DOT = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\.")


class _LengthOf(FilterFunction):
    """`.length` as JavaScript has it: a member of that name, else how long the value is."""

    arg_types = [ExpressionType.VALUE]  # noqa: RUF012 - the library's interface
    return_type = ExpressionType.VALUE

    def __call__(self, *args: Any, **_: Any) -> Any:
        value = args[0]
        if isinstance(value, dict) and "length" in value:
            return value["length"]
        return len(value) if isinstance(value, (str, list)) else NOTHING


class _Bounded(FilterFunction):
    """`match` or `search` as RFC 9535 has them, with an end to every search."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 - as above
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self, *args: Any, **_: Any) -> bool:
        value, text = args
        if not isinstance(value, str) or not isinstance(text, str) or not is_i_regexp(text):
            return False
        pattern = _pattern(text)
        return pattern.is_all_of(value) if self._whole else pattern.found_in(value)


@lru_cache(maxsize=256)
def _pattern(text: str) -> Pattern:
    """A pattern by RFC 9485, 5.3: there a dot is anything but an end of line."""
    return Pattern(_DOT.sub(lambda m: r"[^\r\n]" if m[0] == "." else m[0], text))


class _StrictEnvironment(JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _Bounded(whole=True)
        self.function_extensions["search"] = _Bounded(whole=False)


class _LenientEnvironment(_StrictEnvironment):
    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["length_of"] = _LengthOf()


_STRICT, _LENIENT = _StrictEnvironment(), _LenientEnvironment()


def compile_query(text: str) -> Predicate:
    """A strict query as a yes or no. Raises CriterionError for text that is no RFC 9535 query."""
    try:
        query = _STRICT.compile(text)
    except (JSONPathError, RecursionError) as error:
        raise CriterionError(f"{text!r} is no RFC 9535 query: {error}") from None

    def selects(context: Any) -> bool:
        try:
            return any(True for _ in query.finditer(context))
        except (JSONPathError, RecursionError) as error:
            raise CriterionError(f"cannot be evaluated: {error}") from None

    return selects


def compile_logical(text: str) -> Predicate:
    """A logical expression over the context. Raises CriterionError for text that is none."""
    expression = _filter_of(_with_lengths(text), text)

    def holds(context: Any) -> bool:
        try:
            return expression.evaluate(FilterContext(env=_LENIENT, current=context, root=context))
        except (JSONPathError, RecursionError) as error:
            raise CriterionError(f"cannot be evaluated: {error}") from None

    return holds


def _filter_of(rewritten: str, text: str) -> FilterExpression:
    try:
        query = _LENIENT.compile(f"$[?{rewritten}]")
    except (JSONPathError, RecursionError) as error:
        raise CriterionError(
            f"{text!r} is neither an RFC 9535 query nor the inside of a filter: {error}"
        ) from None
    # `a == 1][?b == 2` would compile too: exactly one segment with one filter is what was asked.
    if len(query.segments) == 1 and len(query.segments[0].selectors) == 1:
        selector = query.segments[0].selectors[0]
        if isinstance(selector, FilterSelector):
            return selector.expression
    raise CriterionError(f"{text!r} is neither an RFC 9535 query nor the inside of a filter")


def _with_lengths(text: str) -> str:
    """Turn `$.items.length` into `length_of($.items)`, outside string literals."""
    return _LENGTH.sub(lambda m: f"length_of({m[1]})" if m[1] else m[0], text)
