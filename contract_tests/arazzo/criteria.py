"""Criterion Objects: compiled before the first request, evaluated against a context.

Arazzo 1.0.1, Criterion Object. Whatever is unsupported or malformed is an error while nothing has
been sent yet; it is never quietly "false".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.arazzo import comparison, jsonpath
from contract_tests.arazzo.conditions import parse_condition
from contract_tests.arazzo.context import Context
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.errors import CriterionError, ExpressionError
from contract_tests.arazzo.expressions import parse_expression, resolve, text_of
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.model import Criterion
from contract_tests.arazzo.patterns import Pattern
from contract_tests.arazzo.policies import Policies

_SECTION = "Arazzo 1.0.1, Criterion Object"
_JSONPATH_VERSIONS = ("draft-goessner-dispatch-jsonpath-00", "rfc9535")
_EMBEDDED = re.compile(r"\{\$(?:inputs|outputs|steps|workflows|request|response|statusCode)\b")

Test = Callable[[Context], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """A criterion, ready to be evaluated."""

    criterion: Criterion
    test: Test

    def evaluate(self, context: Context) -> bool:
        """Whether the criterion holds. Raises CriterionError where it compares unlike things."""
        try:
            return self.test(context)
        except (CriterionError, ExpressionError) as error:
            message = f"the condition {self.criterion.condition!r}: {error.message}"
            raise CriterionError(message, self.criterion.place) from None


def compile_criterion(criterion: Criterion, policies: Policies, remarks: Diagnostics) -> Check:
    """Make a criterion ready. Raises CriterionError with its place; notes lenient readings."""
    try:
        return Check(criterion, _COMPILERS[criterion.type](criterion, policies, remarks))
    except (CriterionError, ExpressionError) as error:
        raise CriterionError(error.message, criterion.place) from None


def _simple(criterion: Criterion, _policies: Policies, _remarks: Diagnostics) -> Test:
    condition = parse_condition(criterion.condition)
    return lambda context: comparison.holds(
        condition, lambda expression: resolve(expression, context)
    )


def _regex(criterion: Criterion, _policies: Policies, remarks: Diagnostics) -> Test:
    _refuse_embedded(criterion)
    pattern = Pattern(criterion.condition)
    remarks.add(
        "regex-dialect",
        _SECTION,
        criterion.place,
        "the specification names no regex dialect and no anchoring; this is searched for anywhere "
        "in the text, in Python's dialect",
    )

    def test(value: Any) -> bool:
        return pattern.found_in(text_of(value))

    return _on_context(criterion, test)


def _jsonpath(criterion: Criterion, policies: Policies, remarks: Diagnostics) -> Test:
    _refuse_embedded(criterion)
    if criterion.version is not None and criterion.version not in _JSONPATH_VERSIONS:
        raise CriterionError(f"the JSONPath version {criterion.version!r} is not supported")
    if criterion.version == _JSONPATH_VERSIONS[0]:
        remarks.add(
            "jsonpath-draft",
            "Arazzo 1.0.1, Criterion Expression Type Object",
            criterion.place,
            "the Goessner draft is evaluated as RFC 9535, its successor",
        )
    try:
        predicate = jsonpath.compile_query(criterion.condition)
    except CriterionError:
        if policies.jsonpath == "strict":
            raise
        predicate = jsonpath.compile_logical(criterion.condition)
        remarks.add(
            "jsonpath-lenient",
            f"{_SECTION}, type",
            criterion.place,
            f"{criterion.condition!r} is no RFC 9535 query, which is a MUST; it was read as "
            f"$[?{criterion.condition}] with $ and @ the context itself",
        )
    return _on_context(criterion, predicate)


def _xpath(_criterion: Criterion, _policies: Policies, _remarks: Diagnostics) -> Test:
    raise CriterionError("criteria of type xpath are not supported")


def _on_context(criterion: Criterion, test: Callable[[Any], bool]) -> Test:
    expression = parse_expression(criterion.context or "")

    def evaluate(context: Context) -> bool:
        value = resolve(expression, context)
        # Arazzo 1.1.0, Condition Evaluation: a criterion without a context fails.
        return value is not MISSING and test(value)

    return evaluate


def _refuse_embedded(criterion: Criterion) -> None:
    if _EMBEDDED.search(criterion.condition):
        raise CriterionError(
            f"{criterion.condition!r}: runtime expressions inside a {criterion.type} condition "
            "are not supported (Arazzo 1.0.1 does not define them)"
        )


_COMPILERS: dict[str, Callable[[Criterion, Policies, Diagnostics], Test]] = {
    "simple": _simple,
    "regex": _regex,
    "jsonpath": _jsonpath,
    "xpath": _xpath,
}
