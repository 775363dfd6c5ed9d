"""Charts as inline SVG. Each has a title and stands beside a table with the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_COLOURS: Final = {"good": "var(--good)", "bad": "var(--bad)", "wait": "var(--wait)"}
_LABEL, _WIDTH, _HEIGHT, _GAP = 130, 560, 18, 8
_LETTER: Final = 7
"""How wide a letter of a label is, more or less."""
_PLACES: Final = {
    "queued": (90, 90),
    "processing": (310, 90),
    "completed": (530, 40),
    "failed": (530, 140),
}
_BOX: Final = (120, 36)
_TIP: Final = (
    "<defs><marker id='tip' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='7' markerHeight='7' "
    "orient='auto'><path d='M0 0 8 4 0 8z' fill='var(--soft)'/></marker></defs>"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of several parts: how many, and whether that is good, bad or waiting."""

    label: str
    parts: tuple[tuple[int, str], ...]


def bars(rows: Sequence[Bar], title: str) -> str:
    """Stacked bars, one a row, on one scale."""
    most = max((sum(count for count, _ in row.parts) for row in rows), default=0) or 1
    label = max([_LABEL, *(len(row.label) * _LETTER for row in rows)])
    height = len(rows) * (_HEIGHT + _GAP)
    shapes = []
    for number, row in enumerate(rows):
        y = number * (_HEIGHT + _GAP)
        shapes.append(f"<text x='0' y='{y + 13}'>{escape(row.label)}</text>")
        x = float(label)
        for count, tone in row.parts:
            if not count:
                continue
            width = count / most * (_WIDTH - label)
            shapes.append(
                f"<rect x='{x:.1f}' y='{y}' width='{width:.1f}' height='{_HEIGHT}' "
                f"fill='{_COLOURS[tone]}'/>"
            )
            x += width
    return (
        f"<svg role='img' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}'>"
        f"<title>{escape(title)}</title>{''.join(shapes)}</svg>"
    )


def state_graph(moves: Mapping[tuple[str, str], int]) -> str:
    """The states of a bulk operation, and how often each way between them was seen."""
    shapes = [_TIP]
    for (before, after), count in moves.items():
        shapes.append(_way(before, after, count))
    for state, (x, y) in _PLACES.items():
        shapes.append(
            f"<rect x='{x - _BOX[0] / 2:.0f}' y='{y - _BOX[1] / 2:.0f}' width='{_BOX[0]}' "
            f"height='{_BOX[1]}' rx='6' fill='var(--panel)' stroke='var(--line)'/>"
            f"<text x='{x}' y='{y + 4}' text-anchor='middle'>{state}</text>"
        )
    return (
        "<svg role='img' viewBox='0 0 620 190' width='620'>"
        "<title>Transitions of bulk operations seen in this run; the table has them by kind"
        f"</title>{''.join(shapes)}</svg>"
    )


def _way(before: str, after: str, count: int) -> str:
    (x1, y1), (x2, y2) = _PLACES[before], _PLACES[after]
    half = _BOX[0] / 2
    if before == "queued" and after != "processing":  # around the box between them
        bend = 8 if after == "completed" else 172
        path = f"M{x1} {y1 + (-18 if bend < 90 else 18)} Q{x1 + 110} {bend} {x2 - half} {y2}"
        label = (x1 + 130, bend + (14 if bend < 90 else -4))
    else:
        path = f"M{x1 + half} {y1} L{x2 - half} {y2}"
        label = (round((x1 + x2) / 2), round((y1 + y2) / 2) - 6)
    dash = "" if count else " stroke-dasharray='4 4'"
    return (
        f"<path d='{path}' fill='none' stroke='var(--soft)' marker-end='url(#tip)'{dash}/>"
        f"<text x='{label[0]}' y='{label[1]}' text-anchor='middle'>{count}</text>"
    )
