"""The control plane's operations, a module for each tag; each function bears its operation id."""

from __future__ import annotations

from types import ModuleType

from mock_knock.api.operation import Handler
from mock_knock.control.handlers import (
    bulk_operations,
    clock,
    counts,
    environments,
    events,
    faults,
    fixtures,
    health,
    plans,
    requests,
    server,
    snapshots,
    status,
    webhooks,
)

_MODULES: tuple[ModuleType, ...] = (
    bulk_operations,
    clock,
    counts,
    environments,
    events,
    faults,
    fixtures,
    health,
    plans,
    requests,
    server,
    snapshots,
    status,
    webhooks,
)


def find_handler(operation_id: str) -> Handler:
    """The function for an operation. Raises ValueError when no module has it."""
    for module in _MODULES:
        found: Handler | None = getattr(module, operation_id, None)
        if found is not None:
            return found
    raise ValueError(f"the control operation {operation_id!r} has no handler")
