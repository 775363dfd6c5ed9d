"""Faults and rate limits of one environment, for tests in Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from mock_knock.client import ControlClient
from mock_knock.client.answers import FaultAnswer


class FaultControl(Sequence[FaultAnswer]):
    """The environment's fault rules, in order, each with what it `matched` and `struck`.

    The fields of a rule are those of docs/faults.md. What is refused is a ControlError, as
    everywhere in the control plane, which it goes by.
    """

    def __init__(self, control: ControlClient) -> None:
        self._calls = control.faults
        self._rate_limits = control.rate_limits

    def __len__(self) -> int:
        return len(self._calls.list())

    @overload
    def __getitem__(self, index: int) -> FaultAnswer: ...
    @overload
    def __getitem__(self, index: slice) -> list[FaultAnswer]: ...
    def __getitem__(self, index: int | slice) -> FaultAnswer | list[FaultAnswer]:
        return self._calls.list()[index]

    def add(self, operation: str = "*", **fields: Any) -> str:
        """Let requests of an operation go wrong; the rule's id.

        `operation` is an operation id such as `getBulkOperation`, or a shell pattern.
        """
        match = {"operation": operation, **fields.pop("match", {})}
        return self._calls.add(match=match, **fields)["id"]

    def remove(self, id: str) -> None:
        """Take a rule away."""
        self._calls.remove(id)

    def clear(self) -> None:
        """Take every rule away."""
        self._calls.clear()

    def limit_rates(self, *, on: bool = True) -> None:
        """Keep callers to Knock's rate limits, by the environment's clock, or no longer."""
        self._rate_limits.switch(enabled=on)
