"""How a fault in what is said of bulk operations is planted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, changed, shown

Operation = dict[str, Any]


def is_operation(body: Any) -> bool:
    """Whether the JSON of an answer is a bulk operation."""
    return isinstance(body, dict) and body.get("__typename") == "BulkOperation"


def told(call: Call, edit: Callable[[Operation, list[Operation]], None]) -> httpx.Response:
    """Every answer that is an operation, edited; the second argument has what was told before."""
    response = call.forward()
    operation = shown(response)
    if not is_operation(operation):
        return response
    before = call.memory.setdefault(operation["id"], [])
    edit(operation, before)
    before.append(operation)
    return changed(response, operation)
