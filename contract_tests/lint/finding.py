"""One thing that is wrong, or that a reader should know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule at a place.

    source: where the rule comes from: a section of the specification, or a reason. mend: what to
    do. pointer: a JSON Pointer into the file. line, column: from 1; the nearest that is there.
    """

    rule: str
    level: Level
    message: str
    mend: str
    source: str
    file: str
    pointer: str
    line: int = 1
    column: int = 1

    def to_json(self) -> dict[str, Any]:
        """The finding's fields."""
        return {
            "rule": self.rule,
            "level": self.level,
            "message": self.message,
            "mend": self.mend,
            "source": self.source,
            "file": self.file,
            "pointer": self.pointer,
            "line": self.line,
            "column": self.column,
        }
