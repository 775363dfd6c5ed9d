"""Refusals of whole documents, fault by fault, with the lines on which the faults are."""

from __future__ import annotations

from typing import Any

from mock_knock.api.errors import ApiError
from mock_knock.fixtures import FixturesError
from mock_knock.world.errors import Detail


class FixturesRefusedError(ApiError):
    """The 422 for a fixtures file with faults: beside the field, each has its line."""

    def __init__(self, error: FixturesError) -> None:
        self.lines = [fault.line for fault in error.faults]
        details = [Detail(fault.field, fault.message) for fault in error.faults]
        super().__init__(422, "invalid_params", str(error), details=details)

    def to_json(self) -> dict[str, Any]:
        """The envelope, with a `line` in each of its `errors`."""
        envelope = super().to_json()
        for shown, line in zip(envelope["errors"], self.lines, strict=True):
            shown["line"] = line
        return envelope
