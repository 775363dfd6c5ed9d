"""Faults and rate limits of one environment, for tests in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

from mock_knock.world.environment import Environment

Result = TypeVar("Result")


class FaultControl(Sequence[dict[str, Any]]):
    """The environment's fault rules, in order, each with what it `matched` and `struck`.

    `call` runs a command on the world. The fields of a rule are those of
    `mock_knock.world.faults.FaultRule` as JSON (docs/faults.md).
    """

    def __init__(self, call: Callable[[Callable[[Environment], Any]], Any]) -> None:
        self._call = call

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._all()[index]

    def add(self, operation: str = "*", **fields: Any) -> str:
        """Let requests of an operation go wrong; the rule's id.

        `operation` is an operation id such as `getBulkOperation`, or a shell pattern. Raises
        InvalidParamsError, naming the field, for a rule that makes no sense, and ConflictError for
        an id that is taken.
        """
        match = {"operation": operation, **fields.pop("match", {})}
        added: str = self._call(lambda world: world.faults.add({"match": match, **fields}).rule.id)
        return added

    def remove(self, id: str) -> None:
        """Take a rule away. Raises MissingError."""
        self._call(lambda world: world.faults.remove(id))

    def clear(self) -> None:
        """Take every rule away."""
        self._call(lambda world: world.faults.clear())

    def limit_rates(self, *, on: bool = True) -> None:
        """Keep callers to Knock's rate limits, by the environment's clock, or no longer."""
        self._call(lambda world: world.rate_limits.switch(on=on))

    def _all(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self._call(
            lambda world: [counted.to_json() for counted in world.faults]
        )
        return listed
