"""Checks, before anything runs, that expressions can be read and name what the document has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tests.arazzo.conditions import (
    Access,
    Compare,
    Condition,
    Literal,
    Logical,
    Not,
    Reference,
    parse_condition,
)
from contract_tests.arazzo.errors import CriterionError, ExpressionError
from contract_tests.arazzo.expressions import Expression, parse_expression
from contract_tests.arazzo.model import Criterion, Document, Workflow
from contract_tests.arazzo.templates import parse_template, strings_in


def check_template(
    value: Any, bare: bool, document: Document, workflow: Workflow
) -> tuple[str, ...]:
    """Check every string in a value; gives the bare expressions in text.

    Raises ExpressionError for a malformed expression, a step, an output or a source that is not
    there. Inputs are not checked: their schema may allow more than it names.
    """
    found: list[str] = []
    for text in strings_in(value):
        template = parse_template(text, bare)
        for expression in template.expressions:
            _check(expression, document, workflow)
        found.extend(template.bare)
    return tuple(found)


def check_reach(criterion: Criterion, document: Document, workflow: Workflow) -> None:
    """Check the expressions of a criterion. Raises CriterionError with its place."""
    try:
        if criterion.context is not None:
            _check(parse_expression(criterion.context), document, workflow)
        if criterion.type == "simple":
            for expression in expressions_in(parse_condition(criterion.condition)):
                _check(expression, document, workflow)
    except (CriterionError, ExpressionError) as error:
        raise CriterionError(error.message, criterion.place) from None


def expressions_in(condition: Condition) -> Iterator[Expression]:
    """Every runtime expression of a condition."""
    match condition:
        case Literal():
            return
        case Reference(expression):
            yield expression
        case Access(inner, _) | Not(inner):
            yield from expressions_in(inner)
        case Compare(_, left, right) | Logical(_, left, right):
            yield from expressions_in(left)
            yield from expressions_in(right)


def _check(expression: Expression, document: Document, workflow: Workflow) -> None:
    if expression.root == "sourceDescriptions":
        name = expression.name.partition(".")[0]
        if name not in document.sources:
            raise ExpressionError(f"{expression.text}: there is no source {name!r}")
    if expression.root == "steps":
        _check_step(expression, workflow)


def _check_step(expression: Expression, workflow: Workflow) -> None:
    for step in sorted(workflow.steps, key=lambda s: len(s.step_id), reverse=True):
        if not expression.name.startswith(f"{step.step_id}."):
            continue
        rest = expression.name[len(step.step_id) + 1 :]
        if not rest.startswith("outputs."):
            raise ExpressionError(f"{expression.text}: only .outputs.<name> can follow a step")
        rest = rest.removeprefix("outputs.")
        if any(rest == o or rest.startswith((f"{o}.", f"{o}[")) for o in step.outputs):
            return
        known = ", ".join(step.outputs) or "none"
        raise ExpressionError(
            f"{expression.text}: the step {step.step_id!r} has no such output (it has {known})"
        )
    raise ExpressionError(f"{expression.text}: there is no such step in {workflow.workflow_id!r}")
