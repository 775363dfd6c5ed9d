"""Remarks on a document or a run: lenient readings, and where the specification is silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One remark.

    rule: a short, stable name. section: where the specification speaks of it (or should).
    place: file name and JSON Pointer. message: a sentence for a person.
    """

    rule: str
    section: str
    place: str
    message: str

    def to_json(self) -> dict[str, str]:
        """The remark's four fields."""
        return asdict(self)


class Diagnostics:
    """Collects remarks; the same remark twice (a polling loop) is kept once, in first order."""

    def __init__(self) -> None:
        self._remarks: dict[Diagnostic, None] = {}

    def add(self, rule: str, section: str, place: str, message: str) -> None:
        """Note one remark."""
        self._remarks.setdefault(Diagnostic(rule, section, place, message))

    def extend(self, remarks: Iterator[Diagnostic] | list[Diagnostic]) -> None:
        """Take over remarks made elsewhere."""
        for remark in remarks:
            self._remarks.setdefault(remark)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._remarks)

    def __len__(self) -> int:
        return len(self._remarks)
