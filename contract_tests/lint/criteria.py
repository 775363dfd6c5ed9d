"""Criteria: whether they can be read, and whether they can be true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from contract_tests.arazzo import FlowError, jsonpath
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
from contract_tests.arazzo.errors import CriterionError
from contract_tests.arazzo.expressions import parse_expression
from contract_tests.arazzo.patterns import Pattern
from contract_tests.lint.answers import answers, expressions_of, holds, is_evaluable
from contract_tests.lint.finding import Finding
from contract_tests.lint.rules import found
from contract_tests.lint.subject import CriterionView, StepView, Subject, WorkflowView
from contract_tests.surface import Role, Schema

_EMBEDDED = re.compile(r"\{\$\w+")
_COMPARED = re.compile(r"\.(\w+)\s*[!=]=\s*(?:'([^']*)'|\"([^\"]*)\")")
_LONG_TEXT = "00000000-0000-4000-8000-000000000001 completed " * 4
_VERSIONS = {
    "jsonpath": ("draft-goessner-dispatch-jsonpath-00", "rfc9535"),
    "xpath": ("xpath-30", "xpath-20", "xpath-10"),
}


def check_criteria(subject: Subject) -> Iterator[Finding]:
    """Every criterion that cannot be read, or that can never do what it is for."""
    seen: set[str] = set()
    for workflow in subject.workflows:
        for step in workflow.steps:
            for criterion in step.all_criteria():
                if criterion.spot.pointer not in seen:
                    yield from _syntax(criterion)
                    yield from _values(criterion, step, workflow)
                    seen.add(criterion.spot.pointer)
            yield from _success(step)
            yield from _always_true(step)
    yield from _never_true(subject)


def _syntax(criterion: CriterionView) -> Iterator[Finding]:
    spot, text = criterion.spot.at("condition"), criterion.condition
    known = _VERSIONS.get(criterion.type, ())
    if criterion.version is not None and criterion.version not in known:
        yield found(
            "bad-value",
            criterion.spot.at("type").at("version"),
            f"{criterion.version!r} is no version of {criterion.type}",
            f"use {' or '.join(known)}",
        )
    match criterion.type:
        case "simple":
            try:
                parse_condition(text)
            except FlowError as error:
                yield found("condition-malformed", spot, error.message, _hint(text))
        case "jsonpath":
            yield from _jsonpath(criterion)
        case "regex":
            try:
                Pattern(text).found_in(_LONG_TEXT)
            except CriterionError as error:
                yield found("regex-invalid", spot, error.message, "mend the expression")
        case "xpath":
            yield found(
                "xpath-unsupported",
                spot,
                "an XPath condition is not evaluated here",
                "write a simple condition, as in $response.body#/status == 'completed'",
            )


def _jsonpath(criterion: CriterionView) -> Iterator[Finding]:
    spot, text = criterion.spot.at("condition"), criterion.condition
    if _EMBEDDED.search(text):
        yield found(
            "jsonpath-invalid",
            spot,
            "a runtime expression stands in a JSONPath condition",
            "write a simple condition; 1.0.1 does not define expressions in others",
        )
        return
    try:
        jsonpath.compile_query(text)
    except CriterionError:
        yield found(
            "jsonpath-invalid",
            spot,
            f"{text!r} is no RFC 9535 query",
            f"write a simple condition: {_as_simple(criterion)}",
        )


def _as_simple(criterion: CriterionView) -> str:
    """A JSONPath-like condition as a simple one, where it is only paths and comparisons."""
    context = criterion.context or "$response.body"
    return re.sub(
        r"[$@]((?:\.\w+)+)", lambda m: f"{context}#{m[1].replace('.', '/')}", criterion.condition
    )


def _hint(text: str) -> str:
    if text.startswith(("$.", "$[", "@")):
        return (
            "a JSONPath query needs type: jsonpath and a context; or write $response.body#/<field>"
        )
    return "see the grammar: $statusCode == 200 && $response.body#/status == 'completed'"


def _values(criterion: CriterionView, step: StepView, workflow: WorkflowView) -> Iterator[Finding]:
    """Comparisons with a value that the field's enum does not have."""
    for kind, enum, value in _comparisons(criterion, step, workflow):
        if kind in ("integer", "number"):
            yield found(
                "compared-types",
                criterion.spot.at("condition"),
                f"a number is compared with the text {value!r}; not every runner takes them for "
                "equal",
                f"write {value} without quotes" if value.isdigit() else "compare it with a number",
            )
        known = [each for each in enum if isinstance(each, str)]
        if known and value.casefold() not in {each.casefold() for each in known}:
            near = get_close_matches(value, known, n=1)
            yield found(
                "value-not-possible",
                criterion.spot.at("condition"),
                f"it is never {value!r}, but one of {', '.join(known)}",
                f"did you mean {near[0]!r}?" if near else "compare it with one of those",
            )


def _comparisons(
    criterion: CriterionView, step: StepView, workflow: WorkflowView
) -> Iterator[tuple[str | None, list[Any], str]]:
    """The type and the enum of what is compared with a text, and the text."""
    if criterion.type == "jsonpath" and criterion.context == "$response.body":
        for name, single, double in _COMPARED.findall(criterion.condition):
            schema = _schema((name,), step)
            if schema is not None:
                yield schema.type, schema.enum, single or double
    elif criterion.type == "simple":
        try:
            condition = parse_condition(criterion.condition)
        except FlowError:
            return
        for text, value in _compared(condition):
            if text == "$statusCode":
                yield "integer", [], value
            schema = _schema_of(text, step, workflow)
            if schema is not None:
                yield schema.type, schema.enum, value


def _compared(condition: Condition) -> Iterator[tuple[str, str]]:
    match condition:
        case Compare("==" | "!=", Reference(expression), Literal(str(value))):
            yield expression.text, value
        case Compare("==" | "!=", Literal(str(value)), Reference(expression)):
            yield expression.text, value
        case Access(inner, _) | Not(inner):
            yield from _compared(inner)
        case Logical(_, left, right):
            yield from _compared(left)
            yield from _compared(right)


def _schema_of(text: str, step: StepView, workflow: WorkflowView) -> Schema | None:
    """The schema of what an expression names: a field of the answer, or a step's output of one."""
    try:
        expression = parse_expression(text)
        if expression.root == "steps":
            id, _, output = expression.name.partition(".outputs.")
            owner = workflow.step(id)
            spot = owner.outputs.get(output) if owner is not None else None
            if owner is None or spot is None or not isinstance(spot.value, str):
                return None
            step, expression = owner, parse_expression(spot.value)
    except FlowError:
        return None
    if expression.root != "response.body" or not expression.pointer or expression.name:
        return None
    return _schema(expression.pointer, step)


def _schema(tokens: tuple[str, ...], step: StepView) -> Schema | None:
    schema = step.described.answer_schema if step.described is not None else None
    return None if schema is None else schema.look_up(tokens)[1]


def _success(step: StepView) -> Iterator[Finding]:
    if step.criteria is None:
        if not step.calls_workflow:
            yield found(
                "success-criteria-omitted",
                step.spot,
                "the step does not say what success is, and neither does the specification",
                "add successCriteria, as in condition: $statusCode == 200",
            )
        return
    if step.calls_workflow:
        return
    refused = {
        answer.label for answer in answers(step) if holds(step.criteria, answer, step) is True
    } & {"401", "500"}
    if refused:
        yield found(
            "success-criteria-too-wide",
            step.spot.at("successCriteria"),
            f"an answer of {' or '.join(sorted(refused))} counts as a success",
            "ask for the status, as in condition: $statusCode == 200",
        )


def _never_true(subject: Subject) -> Iterator[Finding]:
    """Criteria that hold for no answer of any step that they apply to.

    An action of the workflow, or one that several steps refer to, need not apply to each of them.
    """
    tried: dict[str, tuple[CriterionView, StepView, bool]] = {}
    for workflow in subject.workflows:
        for step in workflow.steps:
            for criterion in step.all_criteria():
                _, _, possible = tried.get(criterion.spot.pointer, (None, None, False))
                possible = possible or _is_possible(criterion, step)
                tried[criterion.spot.pointer] = criterion, step, possible
    for criterion, step, possible in tried.values():
        if not possible:
            assert step.described is not None
            yield found(
                "criterion-never-true",
                criterion.spot.at("condition"),
                f"{criterion.condition!r} holds for no answer that {step.described.name} gives",
                "mend the condition, or leave it out",
            )


def _is_possible(criterion: CriterionView, step: StepView) -> bool:
    """Whether a criterion holds for some answer of a step, or nobody can tell."""
    if step.described is None or not is_evaluable(criterion, step):
        return True
    bulk = step.described.role in (Role.POLL, Role.SUBMIT)
    by_status = all(e.root == "statusCode" for e in expressions_of(criterion))
    if not (bulk or by_status):
        return True  # an example's other fields say little of what else there may be
    return any(holds([criterion], answer, step) for answer in answers(step))


def _always_true(step: StepView) -> Iterator[Finding]:
    """Criteria that decide nothing: of constants, or true for every life of an operation."""
    actions = (*(step.on_success or ()), *(step.on_failure or ()))
    deciding = [*(step.criteria or ()), *(c for each in actions for c in each.criteria)]
    for criterion in deciding:
        if not is_evaluable(criterion, step):
            continue
        roots = {expression.root for expression in expressions_of(criterion)}
        tried = answers(step)
        if roots:
            if criterion not in (step.criteria or ()) or "response.body" not in roots:
                continue
            tried = [answer for answer in tried if answer.bulk_status is not None]
        if tried and all(holds([criterion], answer, step) for answer in tried):
            yield found(
                "criterion-always-true",
                criterion.spot.at("condition"),
                f"{criterion.condition!r} holds whatever the answer is",
                "ask for what tells one answer from another, as in "
                "$response.body#/error_count == 0",
            )
