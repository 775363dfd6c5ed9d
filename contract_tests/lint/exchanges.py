"""What expressions take of requests, answers and other workflows: whether it can be there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from contract_tests.arazzo import pointers
from contract_tests.arazzo.expressions import Expression
from contract_tests.arazzo.missing import MISSING
from contract_tests.lint.finding import Finding
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import StepView, Subject, WorkflowView

_USUAL_HEADERS = frozenset(
    {"content-type", "content-length", "content-encoding", "date", "etag", "location", "server",
     "cache-control", "retry-after", "x-request-id", "vary", "connection", "transfer-encoding"}
)  # fmt: skip
_RUNNERS_HEADERS = frozenset(
    {"authorization", "content-type", "accept", "user-agent", "host", "content-length"}
)


def check_exchange(
    expression: Expression, spot: Spot, step: StepView | None, subject: Subject
) -> Iterator[Finding]:
    """Parts that the step's request and answer, or the workflow that it calls, do not have."""
    if expression.root == "workflows":
        yield from _of_workflow(expression, spot, subject)
    if step is None:
        return
    root, _, part = expression.root.partition(".")
    if step.calls_workflow:
        if root in ("request", "response", "statusCode", "url", "method"):
            yield found(
                "answer-of-no-request",
                spot,
                f"{expression.text}: the step calls a workflow, so there is no request and no "
                "answer",
                "use an output of the workflow, as in $outputs.<name>",
            )
        elif root == "outputs":
            yield from _of_called(expression, spot, step, subject)
    elif root == "outputs" and _head(expression.name, step.outputs) is None:
        yield _no_output(expression, spot, list(step.outputs))
    elif expression.root in ("response.query", "response.path"):
        yield found(
            "answer-of-no-request",
            spot,
            f"{expression.text}: an answer has headers and a body, and no {part}",
            f"write $request.{part}.<name>, or $response.body#/<field>",
        )
    elif expression.root == "response.header":
        yield from _answered_header(expression, spot, step)
    elif expression.root == "request.body":
        yield from _sent_member(expression, spot, step)
    elif root == "request":
        yield from _sent_parameter(expression, spot, step, part)


def _of_workflow(expression: Expression, spot: Spot, subject: Subject) -> Iterator[Finding]:
    for workflow in subject.workflows:
        if workflow.id and expression.name.startswith(f"{workflow.id}.outputs."):
            name = expression.name[len(workflow.id) + len(".outputs.") :]
            outputs = workflow.spot.members("outputs")
            if _head(name, outputs) is None:
                yield _no_output(expression, spot, list(outputs))


def _of_called(
    expression: Expression, spot: Spot, step: StepView, subject: Subject
) -> Iterator[Finding]:
    called = called_workflow(step, subject)
    if called is None:
        return
    names = {**called.spot.members("outputs"), **step.outputs}
    if _head(expression.name, names) is None:
        yield _no_output(expression, spot, list(names))


def called_workflow(step: StepView, subject: Subject) -> WorkflowView | None:
    """The workflow of this document that a step calls."""
    id = step.spot.text("workflowId")
    return next((each for each in subject.workflows if each.id and each.id == id), None)


def _answered_header(expression: Expression, spot: Spot, step: StepView) -> Iterator[Finding]:
    if step.described is None:
        return
    name, known = expression.name.lower(), step.described.answer_headers
    if name in known or name in _USUAL_HEADERS:
        return
    near = get_close_matches(name, [*known, *_USUAL_HEADERS], n=1)
    yield found(
        "answer-field-unknown",
        spot,
        f"{expression.text}: {step.described.name} answers with no such header that is documented",
        f"did you mean {near[0]!r}?" if near else f"it answers with {', '.join(sorted(known))}",
        "warning",
    )


def _sent_member(expression: Expression, spot: Spot, step: StepView) -> Iterator[Finding]:
    """A member of the literal body, as far as no expression stands in its way."""
    if step.payload.present and not isinstance(step.payload.value, (dict, list)):
        return
    replaced = {each.text("target") for each in step.spot.at("requestBody").items("replacements")}
    tokens, value = expression.pointer or (), step.payload.value
    for n, token in enumerate(tokens):
        if isinstance(value, str) or pointers.build(tokens[: n + 1]) in replaced:
            return
        value = pointers.follow(value, (token,))
    if value is MISSING and pointers.build(tokens) not in replaced:
        yield found(
            "request-part-unknown",
            spot,
            f"{expression.text}: the request has no such member",
            "name a member of the step's payload",
        )


def _sent_parameter(
    expression: Expression, spot: Spot, step: StepView, part: str
) -> Iterator[Finding]:
    name = expression.name.lower() if part == "header" else expression.name
    given = {
        each.name.lower() if part == "header" else each.name
        for each in step.parameters
        if each.location == part
    }
    if name not in given and not (part == "header" and name in _RUNNERS_HEADERS):
        yield found(
            "request-part-unknown",
            spot,
            f"{expression.text}: the request has no such {part} parameter",
            f"it has {', '.join(sorted(given)) or 'none'}",
        )


def _no_output(expression: Expression, spot: Spot, names: list[str]) -> Finding:
    near = get_close_matches(expression.name, names, n=1)
    return found(
        "output-unknown",
        spot,
        f"{expression.text}: there is no such output",
        f"did you mean {near[0]!r}?" if near else f"there is {', '.join(names) or 'none'}",
    )


def _head(path: str, names: object) -> str | None:
    """The longest of the names that a dotted path begins with."""
    known = list(names) if isinstance(names, (dict, list)) else []
    fits = [n for n in known if path == n or path.startswith((f"{n}.", f"{n}["))]
    return max(fits, key=len, default=None)
