"""Every broken client, and the sound ones that must not be accused."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import getmembers, isclass
from types import ModuleType
from typing import Any, Final

from contract_tests.clients import Task
from contract_tests.mutants.clients.careful import CarefulClient
from contract_tests.mutants.clients.planted import Fault, planted_so_far

_MODULES: Final = (
    "submitting", "batching", "waiting", "reading", "retrying", "insisting", "notifying",
    "reporting",
)  # fmt: skip


@cache
def broken_clients() -> dict[str, Fault]:
    """By name. Raises ValueError for a name that is used twice."""
    for module in _MODULES:
        import_module(f"contract_tests.mutants.clients.{module}")
    faults = planted_so_far()
    named = {fault.name: fault for fault in faults}
    if len(named) != len(faults):
        raise ValueError("two broken clients have the same name")
    return named


def sound_clients() -> dict[str, Callable[[Task], Any]]:
    """By name: the careful one, its variations, and those on other libraries."""
    from contract_tests.mutants.clients.sound import (
        variations,
        with_asyncio,
        with_requests,
        with_threads,
        with_urllib,
    )

    classes: list[type[CarefulClient]] = [
        CarefulClient,
        *_classes(variations),
        *_classes(with_threads),
    ]
    return {
        **{client.__name__: client for client in classes},
        "with_asyncio": with_asyncio.import_users,
        "with_requests": with_requests.import_users,
        "with_urllib": with_urllib.import_users,
    }


def _classes(module: ModuleType) -> list[type[CarefulClient]]:
    """The clients that a module has of its own."""
    return [
        found
        for _, found in getmembers(module, isclass)
        if issubclass(found, CarefulClient) and found.__module__ == module.__name__
    ]
