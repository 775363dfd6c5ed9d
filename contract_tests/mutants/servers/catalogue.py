"""Every broken server, and the sound ones that must not be accused."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

import httpx

from contract_tests.mutants.servers.planted import Call, Fault, Handler, planted_so_far

_MODULES: Final = (
    "errors", "bulk_answers", "bulk_counts", "bulk_effects", "bulk_rows", "bulk_sizes",
    "bulk_neighbours", "bulk_messages", "stored", "values", "recipients", "parts", "deleted",
    "apart", "workflows", "marked", "lists", "filtered", "idempotency", "rate_limits",
    "authentication",
)  # fmt: skip


@cache
def broken_servers() -> dict[str, Fault]:
    """By name. Raises ValueError for a name that is used twice."""
    for module in _MODULES:
        import_module(f"contract_tests.mutants.servers.{module}")
    faults = planted_so_far()
    named = {fault.name: fault for fault in faults}
    if len(named) != len(faults):
        raise ValueError("two broken servers have the same name")
    return named


def untouched(call: Call) -> httpx.Response:
    """The sound server, with nothing but the wrapper in between."""
    return call.forward()


def sound_servers() -> dict[str, Handler]:
    """By name: the mock itself, and one that applies rate limits."""
    from contract_tests.mutants.servers.rate_limits import sound_limits

    return {"untouched": untouched, "sound_limits": sound_limits}
