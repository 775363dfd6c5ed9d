"""Where the functions for the operations of a document are: in the modules of a package."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from mock_knock.api.operation import Handler


class HandlerModules:
    """Every module of a package; each of their functions bears the id of its operation.

    Made by the package itself, of its `__name__` and `__path__`, so that a module is there as soon
    as its file is.
    """

    __slots__ = ("_modules", "_package")

    def __init__(self, package: str, path: Iterable[str]) -> None:
        self._package = package
        self._modules: tuple[ModuleType, ...] = tuple(
            import_module(f"{package}.{module.name}") for module in iter_modules(path)
        )

    def module_of(self, operation_id: str) -> ModuleType:
        """The module that has an operation. Raises ValueError when there is none."""
        for module in self._modules:
            if hasattr(module, operation_id):
                return module
        raise ValueError(f"the operation {operation_id!r} has no handler in {self._package}")

    def find(self, operation_id: str) -> Handler:
        """The function for an operation. Raises ValueError when no module has it."""
        found: Handler = getattr(self.module_of(operation_id), operation_id)
        return found
