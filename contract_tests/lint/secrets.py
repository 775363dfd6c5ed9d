"""Secrets: what stands in the document, and what is handed on that should not be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from contract_tests.arazzo.errors import FlowError
from contract_tests.arazzo.expressions import Expression
from contract_tests.arazzo.templates import parse_template
from contract_tests.lint.finding import Finding
from contract_tests.lint.inputs import resolved
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import StepView, Subject, WorkflowView

_KEY = re.compile(r"\b(?:sk|pk)_[A-Za-z0-9_]{4,}")
_DESCRIBING = frozenset({"description", "summary", "title"})


def check_secrets(subject: Subject) -> Iterator[Finding]:
    """Keys that are written down, and credentials that leave the Authorization header."""
    seen: set[str] = set()
    for workflow in subject.workflows:
        secrets = frozenset(_credentials(workflow))
        yield from _declared(workflow, secrets, subject)
        for step in workflow.steps:
            for finding in (*_literal(step), *_handed_on(step, secrets)):
                if finding.pointer not in seen:
                    seen.add(finding.pointer)
                    yield finding
        for name, spot in workflow.spot.members("outputs").items():
            yield from _told(spot, name, secrets)


def _credentials(workflow: WorkflowView) -> Iterator[str]:
    """The inputs that some step authorizes itself with."""
    for step in workflow.steps:
        for parameter in step.parameters:
            if parameter.name.lower() == "authorization" and parameter.location == "header":
                for expression in _expressions(parameter.value.value):
                    if expression.root == "inputs":
                        yield expression.name


def _declared(
    workflow: WorkflowView, secrets: frozenset[str], subject: Subject
) -> Iterator[Finding]:
    properties = resolved(workflow.spot.at("inputs"), subject).members("properties")
    for name, spot in properties.items():
        schema = resolved(spot, subject)
        marked = schema.text("format") == "password"
        if name not in secrets and not marked:
            continue
        for key in ("default", "const", "enum"):
            if schema.at(key).present:
                yield _written(schema.at(key), f"the secret input {name!r} has a {key}")
        if not marked:
            yield found(
                "secret-not-marked",
                spot,
                f"{name!r} authorizes the requests, and nothing says that it is secret",
                "add format: password, which keeps it out of reports",
            )


def _literal(step: StepView) -> Iterator[Finding]:
    """Keys in the text of a request."""
    for parameter in step.parameters:
        value = parameter.value.value
        header = parameter.location == "header" and parameter.name.lower() == "authorization"
        if header and isinstance(value, str) and value and not _expressions(value):
            yield _written(parameter.value, "the Authorization header is written down")
    for spot in step.request_strings():
        if _KEY.search(spot.value) and spot.tokens[-1:] not in {(d,) for d in _DESCRIBING}:
            yield _written(spot, "a key is written down")


def _handed_on(step: StepView, secrets: frozenset[str]) -> Iterator[Finding]:
    """Credentials in a URL, in a body, in another header or in an output."""
    for parameter in step.parameters:
        if step.calls_workflow or parameter.name.lower() == "authorization":
            continue
        if _names_one(parameter.value.value, secrets):
            yield _leaked(parameter.value, f"the {parameter.location} parameter {parameter.name!r}")
    body = step.spot.at("requestBody")
    for spot in (step.payload, *(each.at("value") for each in body.items("replacements"))):
        for text in spot.strings():
            if _names_one(text.value, secrets):
                yield _leaked(text, "the request's body")
    for name, spot in step.outputs.items():
        yield from _told(spot, name, secrets)


def _told(spot: Spot, name: str, secrets: frozenset[str]) -> Iterator[Finding]:
    if _names_one(spot.value, secrets):
        yield _leaked(spot, f"the output {name!r}")


def _names_one(value: Any, secrets: frozenset[str]) -> bool:
    for expression in _expressions(value):
        if expression.root == "inputs" and expression.name in secrets:
            return True
        if expression.root == "request.header" and expression.name.lower() == "authorization":
            return True
    return False


def _expressions(value: Any) -> tuple[Expression, ...]:
    try:
        return parse_template(value, True).expressions if isinstance(value, str) else ()
    except FlowError:
        return ()


def _written(spot: Spot, message: str) -> Finding:
    mend = "make it an input with format: password, and give it when the flow is run"
    return found("secret-in-document", spot, message, mend)


def _leaked(spot: Spot, where: str) -> Finding:
    return found(
        "secret-leaked",
        spot,
        f"{where} holds the key that authorizes the requests",
        "send it in the Authorization header alone",
    )
