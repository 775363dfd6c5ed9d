"""What a measure answers: rows of the table, each with the samples behind its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.setting import Setting


@dataclass(frozen=True, slots=True)
class Samples:
    """One figure, measured several times; in the unit of its row."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> Samples:
        """The samples of one series. Raises ValueError for an empty one."""
        if not values:
            raise ValueError("a figure needs at least one sample")
        return cls(tuple(values))

    @property
    def median(self) -> float:
        """The middle one: the figure that the table shows."""
        return median(self.values)

    def spread(self) -> str:
        """`lowest / median / highest`."""
        return " / ".join(shown(v) for v in (min(self.values), self.median, max(self.values)))


Cell = Samples | str
"""A peer's figure, or in a word why there is none."""

NOT_FOUND = "not found"
NOBODY = "nobody"


@dataclass(slots=True)
class Row:
    """One line of the table.

    work: what is done, `unit`: of all its figures.
    ours: mock-knock's figure; peers: theirs, by name.
    ratio, to_reach: as they are shown; reached: None where there is nothing to compare with.
    notes: sentences for below the table.
    """

    work: str
    unit: str
    ours: Cell
    to_reach: str
    peers: dict[str, Cell] = field(default_factory=dict)
    ratio: str = ""
    reached: bool | None = None
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Everything, every sample included."""
        cells = {"mock-knock": self.ours, **self.peers}
        return {
            "work": self.work,
            "unit": self.unit,
            "figures": {
                name: cell if isinstance(cell, str) else list(cell.values)
                for name, cell in cells.items()
            },
            "ratio": self.ratio,
            "to_reach": self.to_reach,
            "reached": self.reached,
            "notes": self.notes,
        }


Measure = Callable[[Setting], list[Row]]


def ratio(ours: Cell, theirs: Cell | None) -> float | None:
    """Our median by theirs; None when one of them is missing."""
    if isinstance(ours, Samples) and isinstance(theirs, Samples) and theirs.median:
        return ours.median / theirs.median
    return None


def ratio_text(ours: Cell, theirs: Cell | None, name: str) -> str:
    """Such as `1.31 x Steady`, or `-`."""
    value = ratio(ours, theirs)
    return "-" if value is None else f"{value:.2f} x {name}"


def at_most(ours: Cell, limit: float) -> bool | None:
    """Whether our median is within the limit; None when there is no figure."""
    return ours.median <= limit if isinstance(ours, Samples) else None


def shown(value: float) -> str:
    """Three figures or whole numbers, with thousands apart: `0.42`, `17.3`, `11,200`."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
