"""The trace under way: a visit's record is opened when it starts and filled when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contract_tests.arazzo.context import Exchange
from contract_tests.arazzo.criteria import Check
from contract_tests.arazzo.linking import LinkedStep
from contract_tests.arazzo.masking import Masks
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.openapi import Operation
from contract_tests.arazzo.result import (
    ActionTrace,
    CriterionTrace,
    RequestTrace,
    ResponseTrace,
    Visit,
)


@dataclass(slots=True)
class OpenVisit:
    """A visit that is under way; `close` makes it a Visit, with every secret masked.

    `returned` are the outputs of the workflow that the step called, if it called one.
    """

    number: int
    workflow: str
    linked: LinkedStep
    visit: int
    depth: int
    at: float
    exchange: Exchange | None = None
    error: str | None = None
    success: bool | None = None
    outputs: dict[str, Any] = field(default_factory=dict)
    returned: dict[str, Any] = field(default_factory=dict)
    action: ActionTrace | None = None
    criteria: list[CriterionTrace] = field(default_factory=list)

    def record(self, used_by: str, check: Check, value: bool | None) -> None:
        """Note a criterion's value."""
        criterion = check.criterion
        self.criteria.append(
            CriterionTrace(used_by, criterion.condition, criterion.type, value, criterion.place)
        )

    def close(self, masks: Masks) -> Visit:
        """The finished record."""
        target = self.linked.workflow
        return Visit(
            number=self.number,
            workflow=self.workflow,
            step=self.linked.step.step_id,
            visit=self.visit,
            depth=self.depth,
            at=round(self.at, 6),
            operation=_operation(self.linked.operation),
            called=target.workflow_id if target else None,
            request=_request(self.exchange, masks) if self.exchange else None,
            response=_response(self.exchange, masks) if self.exchange else None,
            error=masks.text(self.error) if self.error else None,
            success=self.success,
            criteria=tuple(self.criteria),
            outputs=masks.value(self.outputs),
            action=self.action,
        )


def _operation(operation: Operation | None) -> dict[str, str | None] | None:
    if operation is None:
        return None
    return {"id": operation.operation_id, "method": operation.method, "path": operation.path}


def _request(exchange: Exchange, masks: Masks) -> RequestTrace:
    request = exchange.request
    body = masks.value(exchange.payload) if exchange.payload is not MISSING else MISSING
    return RequestTrace(
        request.method, masks.text(request.url), masks.headers(request.headers), body
    )


def _response(exchange: Exchange, masks: Masks) -> ResponseTrace | None:
    response = exchange.response
    if response is None:
        return None
    body = masks.value(exchange.body) if exchange.body is not MISSING else MISSING
    return ResponseTrace(response.status, masks.headers(response.headers), body)
