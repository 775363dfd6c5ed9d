"""Runtime expressions: their grammar, and whether what they name is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from contract_tests.arazzo.conditions import parse_condition
from contract_tests.arazzo.errors import CriterionError, ExpressionError
from contract_tests.arazzo.expressions import Expression, parse_expression
from contract_tests.arazzo.reach import expressions_in
from contract_tests.arazzo.templates import parse_template
from contract_tests.lint.exchanges import check_exchange
from contract_tests.lint.finding import Finding
from contract_tests.lint.graph import can_precede
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import CriterionView, StepView, Subject, WorkflowView

_BRACES = re.compile(r"\{(\$[^{}]*)\}")
_LOOKS_LIKE_ONE = re.compile(r"\$[A-Za-z]+(?:\.[\w.-]+)?(?:#/\S*)?")
_ROOTS = (
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "request",
    "response",
    "statusCode",
    "url",
    "method",
    "sourceDescriptions",
    "components",
)
_ANSWER = ("response.header", "response.body", "statusCode")
_TOKEN = re.compile(r"[^.\[\]]+")


def check_expressions(subject: Subject) -> Iterator[Finding]:
    """Every expression that cannot be read, or that names what is not there."""
    for workflow in subject.workflows:
        checker = _Checker(subject, workflow)
        for step in workflow.steps:
            yield from checker.step(step)
        outputs = workflow.spot.members("outputs")
        for name, spot in outputs.items():
            yield from checker.output(spot, name, None)
        yield from _twice(outputs, workflow)
        yield from checker.inputs()


def _twice(outputs: Mapping[str, Spot], workflow: WorkflowView) -> Iterator[Finding]:
    """An output with the value of another one, where a step has an output of its name."""
    values = Counter(spot.value for spot in outputs.values() if isinstance(spot.value, str))
    offered = {name for step in workflow.steps for name in step.outputs}
    for name, spot in outputs.items():
        said = isinstance(spot.value, str) and spot.value.rpartition(".outputs.")[2]
        if said and values[spot.value] > 1 and name in offered and said != name:
            yield found(
                "output-twice",
                spot,
                f"{name!r} is the same as another output, {spot.value}; a step has an output "
                f"{name!r}",
                f"is it .outputs.{name} that was meant?",
            )


class _Checker:
    def __init__(self, subject: Subject, workflow: WorkflowView) -> None:
        self._subject = subject
        self._workflow = workflow
        self._schema = _input_schema(subject, workflow)
        properties = self._schema.get("properties")
        self._declared: dict[str, Any] = properties if isinstance(properties, dict) else {}
        self._used: set[str] = set()
        self._seen: set[str] = set()

    def step(self, step: StepView) -> Iterator[Finding]:
        for spot in step.request_strings():
            # What all steps share is looked at once.
            if spot.pointer not in self._seen:
                self._seen.add(spot.pointer)
                yield from self._text(spot, step)
        for name, spot in step.outputs.items():
            yield from self.output(spot, name, step)
        for criterion in step.all_criteria():
            if criterion.spot.pointer not in self._seen:
                self._seen.add(criterion.spot.pointer)
                yield from self._criterion(criterion, step)

    def output(self, spot: Spot, name: str, step: StepView | None) -> Iterator[Finding]:
        if not isinstance(spot.value, str):
            return
        try:
            expressions = parse_template(spot.value, True).expressions
        except ExpressionError as error:
            yield _malformed(spot, error.message)
            return
        if bare := parse_template(spot.value, True).bare:
            yield _malformed(
                spot,
                f"{spot.value!r} goes on after {bare[0]}: only '#' and a JSON Pointer can follow "
                "a body, and nothing a status",
            )
            return
        if not expressions:
            yield found(
                "output-literal",
                spot,
                f"{spot.value!r} is no runtime expression",
                "begin it with $, as in $response.body#/id",
            )
        for expression in expressions:
            if expression.root == "response.body" and expression.name:
                yield _malformed(
                    spot, f"{expression.text}: only '#' and a JSON Pointer can follow the body"
                )
            else:
                yield from self._names(expression, spot, step)

    def inputs(self) -> Iterator[Finding]:
        """Required inputs that nothing uses. Ask last."""
        for name in _names_in(self._schema.get("required")):
            if name in self._declared and name not in self._used and self._is_local():
                spot = self._workflow.spot.at("inputs")
                yield found(
                    "input-unused",
                    spot,
                    f"the required input {name!r} is used nowhere",
                    "use it, or leave it out",
                )

    def _is_local(self) -> bool:
        """Whether no other workflow is given this one's inputs as they are."""
        return (
            not any(
                action.workflow_id
                for step in self._workflow.steps
                for action in (*(step.on_success or ()), *(step.on_failure or ()))
            )
            and not self._workflow.spot.at("dependsOn").present
        )

    def _text(self, spot: Spot, step: StepView) -> Iterator[Finding]:
        try:
            template = parse_template(spot.value, True)
        except ExpressionError as error:
            yield _malformed(spot, error.message)
            return
        yield from self._suspicious(spot, template.whole)
        for text in template.bare:
            yield found(
                "bare-embedding",
                spot,
                f"{text} stands in text without braces",
                f"write {spot.value.replace(text, f'{{{text}}}')!r}",
            )
        for expression in template.expressions:
            if expression.root in _ANSWER:
                yield found(
                    "answer-too-early",
                    spot,
                    f"{expression.text} is of this step's answer, and the request comes first",
                    "use an output of an earlier step",
                )
                continue
            yield from self._names(expression, spot, step)
            yield from self._absent(expression, spot)

    def _suspicious(self, spot: Spot, whole: bool) -> Iterator[Finding]:
        if whole:
            return
        candidates = _BRACES.findall(spot.value)
        if _LOOKS_LIKE_ONE.fullmatch(spot.value):
            candidates.append(spot.value)
        for text in candidates:
            try:
                parse_expression(text)
            except ExpressionError as error:
                root = re.match(r"\$([A-Za-z]*)", text)
                near = get_close_matches(root[1] if root else "", _ROOTS, n=1, cutoff=0.75)
                if near or spot.value != text:
                    yield _malformed(spot, error.message, near[0] if near else None)

    def _criterion(self, criterion: CriterionView, step: StepView) -> Iterator[Finding]:
        if criterion.context is not None:
            spot = criterion.spot.at("context")
            try:
                expression = parse_expression(criterion.context)
            except ExpressionError as error:
                yield _malformed(spot, error.message)
            else:
                yield from self._names(expression, spot, step)
        if criterion.type == "simple":
            try:
                condition = parse_condition(criterion.condition)
            except CriterionError:
                return  # the rules of criteria say so
            for expression in expressions_in(condition):
                yield from self._names(expression, criterion.spot.at("condition"), step)
                own = expression.root == "steps" and expression.name.startswith(f"{step.id}.")
                if own and criterion in (step.criteria or ()):
                    yield found(
                        "output-before-step",
                        criterion.spot.at("condition"),
                        f"{expression.text}: whether the step has succeeded is judged before it "
                        "gives its outputs, or by those of the try before",
                        "look at the answer itself, as in $response.body#/<field>",
                    )

    def _names(
        self, expression: Expression, spot: Spot, step: StepView | None
    ) -> Iterator[Finding]:
        yield from check_exchange(expression, spot, step, self._subject)
        match expression.root:
            case "inputs":
                yield from self._input(expression, spot)
            case "steps":
                yield from self._step_output(expression, spot, step)
            case "workflows":
                id = expression.name.partition(".")[0]
                if id not in {workflow.id for workflow in self._subject.workflows}:
                    yield found(
                        "workflow-unknown",
                        spot,
                        f"{expression.text}: there is no workflow {id!r}",
                        "name a workflow of this document",
                    )
            case "sourceDescriptions":
                name = expression.name.partition(".")[0]
                if name not in {
                    s.text("name") for s in self._subject.root.items("sourceDescriptions")
                }:
                    yield found(
                        "source-not-found",
                        spot,
                        f"{expression.text}: there is no source {name!r}",
                        "name a source description of this document",
                    )
            case "response.body" if step is not None:
                yield from self._answer(expression, spot, step)
            case "response.header" | "response.body" | "statusCode" if step is None:
                yield found(
                    "answer-too-early",
                    spot,
                    f"{expression.text} has no answer to look at here",
                    "give it as an output of a step, and use $steps.<step>.outputs.<name>",
                )

    def _input(self, expression: Expression, spot: Spot) -> Iterator[Finding]:
        name = _longest(expression.name, self._declared) or re.split(r"[.\[]", expression.name)[0]
        self._used.add(name)
        open_ended = self._schema.get("additionalProperties") not in (None, False)
        if name in self._schema and "properties" not in self._schema:
            yield found(
                "input-undeclared",
                spot,
                f"{expression.text}: the schema of the inputs has no properties",
                f"put {name!r} under properties: inputs are a JSON Schema of type object",
            )
        elif name and self._declared and name not in self._declared and not open_ended:
            near = get_close_matches(name, list(self._declared), n=1)
            yield found(
                "input-undeclared",
                spot,
                f"{expression.text}: there is no input {name!r}",
                f"did you mean {near[0]!r}?" if near else "declare it in the workflow's inputs",
            )

    def _absent(self, expression: Expression, spot: Spot) -> Iterator[Finding]:
        """An input that may be left out, in a request (Arazzo is silent on what is sent then)."""
        name = _longest(expression.name, self._declared)
        required = self._schema.get("required")
        if expression.root != "inputs" or name is None or not isinstance(required, list):
            return
        member = self._declared[name]
        if name not in required and not (isinstance(member, dict) and "default" in member):
            yield found(
                "input-may-be-absent",
                spot,
                f"the input {name!r} may be left out, and what is sent then is up to the runner",
                "give it a default, or make it required",
            )

    def _step_output(
        self, expression: Expression, spot: Spot, step: StepView | None
    ) -> Iterator[Finding]:
        steps = {each.id: each for each in self._workflow.steps}
        id = _longest(expression.name, steps)
        if id is None:
            name = expression.name.partition(".")[0]
            near = get_close_matches(name, list(steps), n=1)
            yield found(
                "step-unknown",
                spot,
                f"{expression.text}: there is no step {name!r}",
                f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(steps)}",
            )
            return
        rest = expression.name[len(id) + 1 :]
        if not rest.startswith("outputs."):
            yield _malformed(spot, f"{expression.text}: only .outputs.<name> can follow a step")
            return
        rest, outputs = rest.removeprefix("outputs."), steps[id].outputs
        if _longest(rest, outputs) is None:
            near = get_close_matches(rest, list(outputs), n=1)
            known = ", ".join(outputs) or "none"
            yield found(
                "output-unknown",
                spot,
                f"{expression.text}: the step has no such output",
                f"did you mean {near[0]!r}?" if near else f"it has {known}",
            )
        elif step is not None and not can_precede(self._workflow, steps[id], step):
            yield found(
                "output-before-step",
                spot,
                f"{expression.text}: {id!r} cannot have run before {step.id!r}",
                "move the step, or use an output of an earlier one",
            )

    def _answer(self, expression: Expression, spot: Spot, step: StepView) -> Iterator[Finding]:
        if step.described is None:
            return
        tokens = (*_TOKEN.findall(expression.name), *(expression.pointer or ()))
        schemas = step.described.answer_schemas()
        if tokens and schemas and all(schema.look_up(tokens)[0] == "absent" for schema in schemas):
            if tokens[-1] == "length":
                yield found(
                    "answer-field-unknown",
                    spot,
                    f"{expression.text}: a list has no member 'length' in a runtime expression",
                    "compare a count that the answer has, or use type: jsonpath with "
                    "$[?length($.<list>) == 0]",
                )
                return
            names = list(schemas[0].properties())
            near = get_close_matches(tokens[0], names, n=1)
            yield found(
                "answer-field-unknown",
                spot,
                f"{expression.text}: {step.described.name} answers with no such field",
                f"did you mean {near[0]!r}?"
                if near and near[0] != tokens[0]
                else f"it answers with {', '.join(names) or 'no fields'}",
            )


def _longest(path: str, names: Any) -> str | None:
    """The longest of the names that a dotted path begins with."""
    fits = [n for n in names if path == n or path.startswith((f"{n}.", f"{n}["))]
    return max(fits, key=len, default=None)


def _names_in(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _input_schema(subject: Subject, workflow: WorkflowView) -> dict[str, Any]:
    schema = workflow.spot.at("inputs").value
    if isinstance(schema, dict) and isinstance(reference := schema.get("$ref"), str):
        name = reference.removeprefix("#/components/inputs/")
        schema = subject.components.at("inputs").at(name).value
    return schema if isinstance(schema, dict) else {}


def _malformed(spot: Spot, message: str, near: str | None = None) -> Finding:
    return found(
        "expression-malformed",
        spot,
        message,
        f"did you mean ${near}?"
        if near
        else "see the grammar: $inputs.x, $steps.<step>.outputs.<name>, $response.body#/x",
    )
