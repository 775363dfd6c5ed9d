"""A module or more for each tag of the documents; each function bears the id of its operation.

A handler takes a valid `Request`, calls the world and shapes the answer. It neither awaits nor
raises anything but the world's errors.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from mock_knock.api.operation import Handler

_MODULES: tuple[ModuleType, ...] = tuple(
    import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)
)


def find_handler(operation_id: str) -> Handler:
    """The function for an operation. Raises ValueError when no module has it."""
    for module in _MODULES:
        found: Handler | None = getattr(module, operation_id, None)
        if found is not None:
            return found
    raise ValueError(f"the operation {operation_id!r} of the documents has no handler")
