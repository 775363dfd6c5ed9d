"""The outputs of steps and workflows. One that leads to nothing is left out, and noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.arazzo.context import Context
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.errors import ExpressionError
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.templates import evaluate


def collect_outputs(wanted: Mapping[str, str], context: Context, *, bare: bool) -> dict[str, Any]:
    """Name -> value of the outputs that have one."""
    found: dict[str, Any] = {}
    for name, text in wanted.items():
        try:
            value = evaluate(text, context, bare=bare)
        except ExpressionError:
            continue
        if value is not MISSING:
            found[name] = value
    return found


def note_missing(
    wanted: Mapping[str, str], found: Mapping[str, Any], place: str, remarks: Diagnostics
) -> None:
    """Remark on every output that was left out of what should have been a success."""
    for name, text in wanted.items():
        if name not in found:
            remarks.add(
                "output-missing",
                "Arazzo 1.0.1, Step Object and Workflow Object, outputs (silent)",
                f"{place}/outputs/{name}",
                f"{text} has no value; the output {name!r} was left out",
            )
