"""The value of an expression that leads to nothing: not None, not "", not "None"."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class Missing(Enum):
    """A type of one value, so that `value is MISSING` narrows for a type checker."""

    MISSING = "missing"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING
