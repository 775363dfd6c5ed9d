"""All that an environment holds, as plain values: for saying that nothing has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from mock_knock.world.environment import Environment
from mock_knock.world.events import EventStream

_PLAIN = (str, int, float, bool, bytes, type(None))
_CODE = (FunctionType, MethodType, BuiltinFunctionType, type)
_ASIDE = frozenset({"_by_data", "host", "_host"})
"""Indexes that are made when they are first asked for, and the time of the host."""


def dump(world: Environment) -> Any:
    """Every attribute of all that the environment leads to; by number what was met before."""
    return _dump(world, {})


def _dump(value: Any, met: dict[int, int]) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, _CODE):
        return "code"
    if isinstance(value, EventStream):
        return "events"  # refusals are told there too
    known = met.get(id(value))
    if known is not None:
        return known
    if isinstance(value, Mapping):
        met[id(value)] = -len(met)
        return [(_dump(k, met), _dump(v, met)) for k, v in value.items()]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, Iterable):
        if not isinstance(value, tuple):
            met[id(value)] = -len(met)
        return [_dump(item, met) for item in value]
    met[id(value)] = -len(met)
    return [(name, _dump(getattr(value, name), met)) for name in _names(value)]


def _names(value: Any) -> list[str]:
    slots = [n for kind in type(value).__mro__ for n in getattr(kind, "__slots__", ())]
    return sorted({*slots, *getattr(value, "__dict__", ())} - _ASIDE)
