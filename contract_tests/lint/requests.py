"""Requests: parameters and bodies against the OpenAPI documents."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped, unused-ignore]

from contract_tests.arazzo import FlowError
from contract_tests.arazzo.serialization import is_json
from contract_tests.arazzo.templates import parse_template, strings_in
from contract_tests.lint.exchanges import called_workflow
from contract_tests.lint.finding import Finding
from contract_tests.lint.inputs import resolved
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import ParameterView, StepView, Subject, WorkflowView
from contract_tests.surface import Described, Schema
from contract_tests.surface.validation import problems

_FREE_HEADERS = frozenset(
    {"authorization", "accept", "content-type", "user-agent", "idempotency-key"}
)
_TYPES = {"integer": "number"}


def check_requests(subject: Subject) -> Iterator[Finding]:
    """Parameters and bodies that the called operation does not take, or lacks."""
    for workflow in subject.workflows:
        yield from _shared(workflow)
        properties = workflow.spot.at("inputs").at("properties").value
        inputs = properties if isinstance(properties, dict) else {}
        for step in workflow.steps:
            yield from _located(step)
            if step.calls_workflow and step.spot.at("requestBody").present:
                yield found(
                    "body-unexpected",
                    step.spot.at("requestBody"),
                    "a workflow takes no body",
                    "give it parameters",
                    "error",
                )
            if step.calls_workflow:
                yield from _inputs(step, subject)
            if step.described is not None:
                yield from _parameters(step, step.described, workflow)
                yield from _body(step, step.described, inputs)


def _located(step: StepView) -> Iterator[Finding]:
    for parameter in step.parameters:
        if parameter.location is None and not step.calls_workflow:
            yield found(
                "parameter-location-missing",
                parameter.spot,
                f"the parameter {parameter.name!r} does not say where it goes",
                "add in: path, query, header or cookie",
            )


def _shared(workflow: WorkflowView) -> Iterator[Finding]:
    """Parameters of the workflow that none of its steps' operations has."""
    called = [step.described for step in workflow.steps if step.described is not None]
    if not called or len(called) < sum(not step.calls_workflow for step in workflow.steps):
        return
    shared = {p.spot.pointer: p for s in workflow.steps for p in s.parameters if p.inherited}
    for parameter in shared.values():
        header = parameter.location == "header"
        name = parameter.name.lower() if header else parameter.name
        if parameter.location is None or any(
            (parameter.location, name) in described.parameters for described in called
        ):
            continue
        if header and (name in _FREE_HEADERS or name.startswith("x-")):
            continue
        known = _FREE_HEADERS if header else {n for d in called for _, n in d.parameters}
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.8)
        yield found(
            "parameter-unknown",
            parameter.spot,
            f"no step's operation has a {parameter.location} parameter {parameter.name!r}",
            f"did you mean {near[0]!r}?" if near else "leave it out",
            "warning" if parameter.location in ("header", "cookie") and not near else None,
        )


def _inputs(step: StepView, subject: Subject) -> Iterator[Finding]:
    """The parameters of a step that calls a workflow, against that one's inputs."""
    called = called_workflow(step, subject)
    if called is None:
        return
    schema = resolved(called.spot.at("inputs"), subject)
    declared, required = schema.members("properties"), schema.at("required").value
    given = {parameter.name: parameter for parameter in step.parameters}
    for name in required if isinstance(required, list) else ():
        member = declared.get(name)
        if name not in given and not (member is not None and member.at("default").present):
            yield found(
                "workflow-inputs",
                step.spot,
                f"the workflow {called.id!r} requires the input {name!r}, which is not given",
                f"add a parameter {name!r}",
            )
    for name, parameter in given.items():
        if declared and name not in declared and not parameter.inherited:
            near = get_close_matches(name, list(declared), n=1)
            yield found(
                "workflow-inputs",
                parameter.spot,
                f"the workflow {called.id!r} has no input {name!r}",
                f"did you mean {near[0]!r}?" if near else f"it has {', '.join(declared)}",
                "warning",
            )


def _parameters(step: StepView, described: Described, workflow: WorkflowView) -> Iterator[Finding]:
    given: set[tuple[str, str]] = set()
    for parameter in step.parameters:
        location = parameter.location or ""
        key = (location, parameter.name.lower() if location == "header" else parameter.name)
        given.add(key)
        declared = described.parameters.get(key)
        yield from _constant_key(parameter)
        if declared is None:
            if location and not parameter.inherited:
                yield from _undeclared(parameter, described)
        elif declared.schema is not None:
            yield from _literal(parameter.value, declared.schema, "parameter-value")
    for (location, name), declared in described.parameters.items():
        if declared.required and (location, name) not in given:
            yield found(
                "parameter-required",
                step.spot,
                f"{described.name} needs the {location} parameter {declared.name!r}",
                f"give it, with in: {location}",
            )


def _constant_key(parameter: ParameterView) -> Iterator[Finding]:
    value = parameter.value.value
    named = parameter.location == "header" and parameter.name.lower() == "idempotency-key"
    if named and isinstance(value, str) and not _has_expression(value):
        yield found(
            "idempotency-key-constant",
            parameter.spot,
            f"every run has the key {value!r}, so the second one does nothing",
            "use what is new in each run, as in $steps.<step>.outputs.<the operation's id>",
        )


def _undeclared(parameter: ParameterView, described: Described) -> Iterator[Finding]:
    name, location = parameter.name, parameter.location
    if location == "header" and name.lower() == "authorization" and described.operation.secured:
        yield found(
            "authorization-parameter",
            parameter.spot,
            "the header doubles the OpenAPI document's security scheme, in this step alone",
            "give it once, in the workflow's parameters, or leave it to the runner",
        )
        return
    if location == "header" and (name.lower() in _FREE_HEADERS or name.lower().startswith("x-")):
        return
    known = [each for place, each in described.parameters if place == location]
    elsewhere = [place for place, each in described.parameters if each == name]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "leave it out"
    if elsewhere:
        hint = f"it is a {elsewhere[0]} parameter: write in: {elsewhere[0]}"
    yield found(
        "parameter-unknown",
        parameter.spot,
        f"{described.name} has no {location} parameter {name!r}",
        hint,
        "warning" if location in ("header", "cookie") else None,
    )


def _body(step: StepView, described: Described, inputs: dict[str, Any]) -> Iterator[Finding]:
    body = step.spot.at("requestBody")
    takes = bool(described.body)
    if not body.present:
        if described.body_required:
            yield found(
                "body-required",
                step.spot,
                f"{described.name} needs a request body",
                "add a requestBody with a payload",
            )
        return
    if not takes:
        yield found(
            "body-unexpected", body, f"{described.name} takes no request body", "leave it out"
        )
        return
    content_type = body.text("contentType")
    offered = list(described.body.get("content") or {})
    if content_type is not None and offered and not _offers(offered, content_type):
        yield found(
            "content-type-unknown",
            body.at("contentType"),
            f"{described.name} does not take {content_type}",
            f"use {' or '.join(offered)}",
        )
    if not body.at("payload").present:
        if described.body_required and not body.items("replacements"):
            yield found("body-required", body, f"{described.name} needs a payload", "add a payload")
    elif (
        described.body_schema is not None
        and not body.items("replacements")
        and (content_type is None or is_json(content_type))
    ):
        yield from _literal(body.at("payload"), described.body_schema, "body-schema")
        yield from _types(body.at("payload"), described.body_schema, inputs)
        yield from _members(body.at("payload"), described.body_schema)


def _offers(offered: list[str], content_type: str) -> bool:
    essence = content_type.partition(";")[0].strip().lower()
    return any(o.partition(";")[0].strip().lower() in (essence, "*/*") for o in offered)


def _literal(spot: Spot, schema: Schema, rule: str) -> Iterator[Finding]:
    """What is wrong with a value whatever its expressions come to."""
    for error in problems(schema, spot.value):
        at = spot
        for token in error.absolute_path:
            at = Spot(at.value[token], (*at.tokens, str(token)))
        written = rule == "parameter-value" and error.validator_value == "string"
        if written and isinstance(at.value, (int, float)):
            continue  # a number is text where it is written into a URL or a header
        if not _hangs_on_expressions(error, at.value):
            yield found(rule, at, _message(error), "write what the schema asks for")


def _hangs_on_expressions(error: ValidationError, value: Any) -> bool:
    """Whether an error may go away when the expressions in the value are evaluated."""
    if error.validator in ("required", "additionalProperties"):
        return False
    return any(_has_expression(text) for text in strings_in(value))


def _has_expression(text: str) -> bool:
    try:
        template = parse_template(text, True)
    except FlowError:
        return True
    return bool(template.expressions)


def _message(error: ValidationError) -> str:
    if error.validator == "required":
        return str(error.message)
    return f"{error.message}"[:200]


def _types(spot: Spot, schema: Schema, inputs: dict[str, Any]) -> Iterator[Finding]:
    """Inputs of a declared type in members that take another one."""
    members = schema.properties()
    for name, value in spot.value.items() if isinstance(spot.value, dict) else ():
        if not isinstance(value, str) or not value.startswith("$inputs.") or name not in members:
            continue
        declared = inputs.get(value.removeprefix("$inputs."))
        given = declared.get("type") if isinstance(declared, dict) else None
        wanted = members[name].type
        if not isinstance(given, str) or wanted is None or members[name].choices():
            continue
        if _TYPES.get(given, given) != _TYPES.get(wanted, wanted):
            yield found(
                "body-schema",
                spot.at(name),
                f"{value} is declared as {given}, and {name!r} takes {wanted}",
                "declare the input so, or use another one",
            )


def _members(spot: Spot, schema: Schema) -> Iterator[Finding]:
    """Members that a closed-looking body does not list and that are nearly like one it does."""
    members = schema.properties()
    for name in spot.value if isinstance(spot.value, dict) else ():
        near = get_close_matches(name, list(members), n=1, cutoff=0.8)
        if name not in members and near:
            yield found(
                "body-schema",
                spot.at(name),
                f"the body has no member {name!r}",
                f"did you mean {near[0]!r}?",
                "warning",
            )
