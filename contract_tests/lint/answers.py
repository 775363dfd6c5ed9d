"""Answers that a step may get, and what its criteria say of each.

A criterion is not looked at but evaluated, by the interpreter, for every state of a bulk operation
and every status of an answer; so any way of writing it is understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from contract_tests.arazzo import MISSING, FlowError, Policies, Request, Response
from contract_tests.arazzo.conditions import parse_condition
from contract_tests.arazzo.context import Context, Exchange
from contract_tests.arazzo.criteria import Check, compile_criterion
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.expressions import Expression, parse_expression
from contract_tests.arazzo.model import Criterion
from contract_tests.arazzo.outputs import collect_outputs
from contract_tests.arazzo.reach import expressions_in
from contract_tests.explore.operation import Operation
from contract_tests.lint.subject import CriterionView, StepView
from contract_tests.surface import Role

_REFUSALS = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504)
_LIVES = (
    "queued",
    "processing",
    "completed",
    "partial",
    "all-rows-failed",
    "failed-queued",
    "failed-early",
    "failed-late",
    "rows-done",
    "unknown",
)
_MANY = tuple(f"row-{n}" for n in range(1000))
_POLICIES = Policies()


@dataclass(frozen=True)
class Answer:
    """label: a life of a bulk operation, `ok`, a status, or `cut`. context: what criteria see."""

    label: str
    context: Context

    @property
    def bulk_status(self) -> Any:
        """The status of the bulk operation in it, if it holds one."""
        body = self.context.exchange.body if self.context.exchange is not None else None
        return body.get("status") if isinstance(body, dict) and self.label in _LIVES else None


def answers(step: StepView) -> list[Answer]:
    """Every answer worth trying on a step; worked out once."""
    if step.tried is not None:
        return list(step.tried)
    found = [_answer(step, label, status, body) for label, status, body in _successes(step)]
    for status in _REFUSALS:
        body = {"code": "x", "message": "x", "status": status, "type": "api_error"}
        found.append(_answer(step, str(status), status, body))
    found.append(Answer("cut", Context(exchange=Exchange(_REQUEST, {}, {}))))
    step.tried = found
    return list(found)


def holds(criteria: Iterable[CriterionView], answer: Answer, step: StepView) -> bool | None:
    """Whether all criteria hold for an answer; None where that depends on something else."""
    verdict: bool | None = True
    for criterion in criteria:
        value = _holds(criterion, answer, step)
        if value is False:
            return False
        if value is None:
            verdict = None
    return verdict


def is_evaluable(criterion: CriterionView, step: StepView) -> bool:
    """Whether a criterion looks at nothing but the answer."""
    return _check(criterion) is not None and not _depends(criterion, step)


def expressions_of(criterion: CriterionView) -> list[Expression]:
    """The runtime expressions of a criterion. Raises FlowError for one that cannot be read."""
    found = [] if criterion.context is None else [parse_expression(criterion.context)]
    if criterion.type == "simple":
        found += expressions_in(parse_condition(criterion.condition))
    return found


def _holds(criterion: CriterionView, answer: Answer, step: StepView) -> bool | None:
    check = _check(criterion)
    if check is None or _depends(criterion, step):
        return None
    try:
        return check.evaluate(answer.context)
    except FlowError:
        return False


def _check(criterion: CriterionView) -> Check | None:
    return _compiled(criterion.condition, criterion.type, criterion.context, criterion.version)


@lru_cache(maxsize=1024)
def _compiled(condition: str, kind: str, context: str | None, version: str | None) -> Check | None:
    try:
        criterion = Criterion(condition, kind, context, version, "")
        return compile_criterion(criterion, _POLICIES, Diagnostics())
    except (FlowError, KeyError):
        return None


def _depends(criterion: CriterionView, step: StepView) -> bool:
    """Whether a criterion looks at anything but this step's answer and outputs."""
    own = f"{step.id}.outputs."
    return any(
        not (
            expression.root in ("statusCode", "response.body", "outputs")
            or (expression.root == "steps" and expression.name.startswith(own))
        )
        for expression in expressions_of(criterion)
    )


def _successes(step: StepView) -> Iterator[tuple[str, int, Any]]:
    described = step.described
    if described is None:
        yield "ok", 200, MISSING
        return
    status = described.success[0]
    if described.role is Role.POLL:
        for life in _LIVES:
            for rows in (("row-1", "row-2", "row-3"), _MANY):
                operation = Operation("00000000-0000-4000-8000-000000000001", rows, None)
                operation.advance(life)
                yield life, status, operation.to_json()
    elif described.role is Role.SUBMIT:
        yield "ok", status, Operation("00000000-0000-4000-8000-000000000001", (), None).to_json()
    else:
        body = described.answer()
        yield "ok", status, MISSING if body is None else body


def _answer(step: StepView, label: str, status: int, body: Any) -> Answer:
    content = b"" if body is MISSING else json.dumps(body).encode()
    exchange = Exchange(_REQUEST, {}, {}, response=Response(status, (), content), body=body)
    context = Context(exchange=exchange)
    wanted = {
        name: spot.value for name, spot in step.outputs.items() if isinstance(spot.value, str)
    }
    outputs = collect_outputs(wanted, context, bare=True)
    return Answer(label, replace(context, outputs=outputs, steps={step.id: {"outputs": outputs}}))


_REQUEST = Request("GET", "http://knock.test/")
