"""`datetime.now()` that shows the time slept, in the modules of whoever is under test.

`datetime.datetime` is a type of C's and cannot be changed; and libraries have built on it what a
stand-in would break. So the stand-in is put into the namespaces of modules that are no part of
Python nor of an installed package: those in which a deadline of one's own is written.
"""

from __future__ import annotations

import datetime as real_module
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

_LIBRARY = Path(sysconfig.get_path("stdlib"))
_STANDARD = (str(_LIBRARY), str(_LIBRARY.resolve()))
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_BY_DATETIME = frozenset({"backoff"})
"""Installed packages that wait, and whose patience goes by `datetime.now`."""


@contextmanager
def virtual_datetime(slept: Callable[[], float], left_alone: frozenset[str]) -> Iterator[None]:
    """Within the block `datetime.now`, `utcnow` and `today` are later by `slept()` seconds.

    left_alone: names of top-level packages whose modules stay as they are.
    """
    stand_in = _stand_in(slept)
    module = ModuleType(real_module.__name__)
    module.__dict__.update(vars(real_module), datetime=stand_in)
    changed = [
        (own, name, value)
        for own in _own_modules(left_alone)
        for name, value in list(vars(own).items())
        if value is datetime or value is real_module
    ]
    try:
        for own, name, value in changed:
            setattr(own, name, stand_in if value is datetime else module)
        yield
    finally:
        for own, name, value in changed:
            setattr(own, name, value)


def _own_modules(left_alone: frozenset[str]) -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        package = name.partition(".")[0]
        if not isinstance(file, str) or package in left_alone:
            continue
        if _is_own(file) or package in _BY_DATETIME:
            yield module


@cache
def _is_own(file: str) -> bool:
    """Whether the file is no part of Python nor of an installed package."""
    return not file.startswith(_STANDARD) and _INSTALLED.isdisjoint(Path(file).parts)


def _stand_in(slept: Callable[[], float]) -> type:
    """A class that is called, asked and compared as `datetime` is, and makes real ones only."""

    def later(moment: datetime) -> datetime:
        return moment + timedelta(seconds=slept())

    class Meta(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

        def __subclasscheck__(cls, subclass: type) -> bool:
            return issubclass(subclass, datetime)

        def __call__(cls, *arguments: Any, **named: Any) -> datetime:
            return datetime(*arguments, **named)

        def __getattr__(cls, name: str) -> Any:
            return getattr(datetime, name)

        def __eq__(cls, other: object) -> bool:
            return other is cls or other is datetime

        def __hash__(cls) -> int:
            return hash(datetime)

    class Datetime(metaclass=Meta):
        @staticmethod
        def now(tz: tzinfo | None = None) -> datetime:
            return later(datetime.now(tz))

        @staticmethod
        def utcnow() -> datetime:
            return later(datetime.now(real_module.UTC)).replace(tzinfo=None)

        @staticmethod
        def today() -> datetime:
            return later(datetime.now())

    return Datetime
