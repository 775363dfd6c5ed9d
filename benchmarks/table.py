"""The one table, in a form that reads well on a terminal and is Markdown too."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.results import Cell, Row, Samples, shown


def render(rows: Sequence[Row], peers: Sequence[str]) -> str:
    """The table: the work, our figure, the peers', the ratio, the figure to reach, reached."""
    others = [name for row in rows for name in row.peers if name not in peers]
    names = [*peers, *dict.fromkeys(others)]
    ours, theirs = names[0], names[1:]
    head = ["work", "unit", ours, *theirs, "ratio", "to reach", "reached"]
    body = [
        [
            row.work,
            row.unit,
            _cell(row.ours),
            *(_cell(row.peers.get(name, "-")) for name in theirs),
            row.ratio or "-",
            row.to_reach,
            {True: "yes", False: "NO", None: "-"}[row.reached],
        ]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    right = range(2, 3 + len(theirs))
    lines = [_line(head, widths, right)]
    rule = ["-" * (w - 1) + (":" if i in right else "-") for i, w in enumerate(widths)]
    lines.append(_line(rule, widths, right))
    return "\n".join([*lines, *(_line(cells, widths, right) for cells in body)])


def footnotes(rows: Sequence[Row], *, quick: bool) -> list[str]:
    """Notes of the measures, and lowest / median / highest of every figure."""
    lines = ["Figures are medians; the ratio is ours by theirs."]
    if quick:
        lines.append("Quick run: few samples, small worlds; do not quote it.")
    lines += dict.fromkeys(note for row in rows for note in row.notes)
    lines += ["", "Lowest / median / highest:"]
    for row in rows:
        cells = {"mock-knock": row.ours, **row.peers}
        spreads = [f"{n} {c.spread()}" for n, c in cells.items() if isinstance(c, Samples)]
        if spreads:
            lines.append(f"  {row.work} [{row.unit}]: {'; '.join(spreads)}")
    return lines


def _cell(cell: Cell) -> str:
    return cell if isinstance(cell, str) else shown(cell.median)


def _line(cells: Sequence[str], widths: Sequence[int], right: range) -> str:
    padded = (
        cell.rjust(width) if i in right else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"
