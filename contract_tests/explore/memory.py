"""What is the same in thousands of runs of one program, worked out once.

Nothing here changes what a run does: an exchange, a body and completed inputs depend on what they
are made of and on nothing else, and no one writes into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contract_tests.arazzo import Program, Response
from contract_tests.arazzo.bodies import parse_body
from contract_tests.arazzo.conditions import parse_condition
from contract_tests.arazzo.context import Context, Exchange
from contract_tests.arazzo.criteria import Check
from contract_tests.arazzo.expressions import Expression, parse_expression, resolve
from contract_tests.arazzo.inputs import complete_inputs
from contract_tests.arazzo.linking import LinkedAction, LinkedStep
from contract_tests.arazzo.model import Document, Workflow
from contract_tests.arazzo.openapi import Operation
from contract_tests.arazzo.reach import expressions_in
from contract_tests.arazzo.request import build_exchange
from contract_tests.arazzo.templates import parse_template, strings_in

_CONSTANT = frozenset({"inputs", "components", "sourceDescriptions"})


class Memory:
    """Remembers exchanges, bodies and inputs of one program's runs, all with the same inputs."""

    def __init__(self, program: Program) -> None:
        # A workflow that is called gets other inputs each time; then exchanges are not kept.
        self._alone = len(program.workflows) == 1
        self._bare = program.policies.bare
        self._variables: dict[int, tuple[Expression, ...] | None] = {}
        self._exchanges: dict[tuple[int, tuple[str, ...]], Exchange] = {}
        self._bodies: dict[bytes, Any] = {}
        self._inputs: dict[str, tuple[Mapping[str, Any], dict[str, Any]]] = {}

    def build(
        self, linked: LinkedStep, operation: Operation, context: Context, **options: Any
    ) -> Exchange:
        """As `build_exchange`."""
        key = self._key(linked, context)
        if key is None:
            return build_exchange(linked, operation, context, **options)
        if key not in self._exchanges:
            self._exchanges[key] = build_exchange(linked, operation, context, **options)
        return self._exchanges[key]

    def parse(self, response: Response) -> Any:
        """As `parse_body`; everything that is answered here is JSON."""
        if response.content not in self._bodies:
            self._bodies[response.content] = parse_body(response)
        return self._bodies[response.content]

    def complete(
        self, document: Document, workflow: Workflow, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """As `complete_inputs`, remembered for inputs that are the very same object."""
        known = self._inputs.get(workflow.place)
        if known is None or known[0] is not given:
            known = self._inputs[workflow.place] = (
                given,
                complete_inputs(document, workflow, given),
            )
        return dict(known[1])

    def _key(self, linked: LinkedStep, context: Context) -> tuple[int, tuple[str, ...]] | None:
        if not self._alone:
            return None
        if id(linked) not in self._variables:
            self._variables[id(linked)] = self._variables_of(linked)
        variables = self._variables[id(linked)]
        if variables is None:
            return None
        return id(linked), tuple(repr(resolve(variable, context)) for variable in variables)

    def _variables_of(self, linked: LinkedStep) -> tuple[Expression, ...] | None:
        """The expressions of a request that may change from visit to visit; None: do not keep."""
        body = linked.step.request_body
        texts = [parameter.value for parameter in linked.parameters]
        if body is not None:
            texts += [body.payload, *(each.value for each in body.replacements)]
        found = {
            expression
            for text in texts
            for string in strings_in(text)
            for expression in parse_template(string, self._bare).expressions
            if expression.root not in _CONSTANT
        }
        if any(expression.root != "steps" for expression in found):
            return None
        return tuple(sorted(found, key=lambda expression: expression.text))


def with_remembered_checks(program: Program) -> Program:
    """The program with every criterion that looks at the answer alone evaluated once an answer.

    Equal answers have one body object (see `Memory.parse`), which lives as long as the program.
    """
    workflows = {
        key: replace(linked, steps=tuple(_remembering(step) for step in linked.steps))
        for key, linked in program.workflows.items()
    }
    return replace(program, workflows=workflows)


def _remembering(step: LinkedStep) -> LinkedStep:
    return replace(
        step,
        checks=None if step.checks is None else tuple(map(_remembered, step.checks)),
        on_success=_actions(step.on_success),
        on_failure=_actions(step.on_failure),
    )


def _actions(actions: tuple[LinkedAction, ...] | None) -> tuple[LinkedAction, ...] | None:
    if actions is None:
        return None
    return tuple(replace(a, checks=tuple(map(_remembered, a.checks))) for a in actions)


def _remembered(check: Check) -> Check:
    criterion = check.criterion
    seen = [] if criterion.context is None else [parse_expression(criterion.context)]
    if criterion.type == "simple":
        seen += expressions_in(parse_condition(criterion.condition))
    if any(expression.root not in ("statusCode", "response.body") for expression in seen):
        return check
    values: dict[tuple[int, int | None], bool] = {}

    def test(context: Context) -> bool:
        exchange = context.exchange
        if exchange is None:
            return check.test(context)
        response = exchange.response
        key = id(exchange.body), None if response is None else response.status
        if key not in values:
            values[key] = check.test(context)
        return values[key]

    return Check(criterion, test)
