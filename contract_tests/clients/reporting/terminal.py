"""A run of a client in a terminal: what goes on, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract_tests.clients.finding import finding_text
from contract_tests.clients.reporting.report import ClientReport, Row
from contract_tests.clients.run import ClientRun, Played
from contract_tests.reports.bar import LiveBar

_WIDTH: Final = 110
"""Characters of a line where it is not a terminal that shows it."""


class Progress(LiveBar):
    """Shows how a run goes on, on standard error; nothing at all when quiet."""

    def __init__(self, run: ClientRun, *, quiet: bool) -> None:
        super().__init__(quiet=quiet)
        self._client = run.driver.name
        run.told = self._told

    def expect(self, count: int) -> None:
        """So many tests are to come."""
        super().expect(count)
        self.say(f"{count} tests of {self._client}")

    def _told(self, played: Played) -> None:
        for verdict in played.verdicts:
            self.say(f"  {played.scenario.name}: {verdict.rule.id}", "bold red")


def print_report(report: ClientReport, files: Sequence[Path]) -> None:
    """Findings first, then a table of the scenarios."""
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH
    for finding in report.findings:
        head, _, rest = finding_text(finding, report.repeat(finding)).partition("\n")
        console.print()
        console.print(Text(head, style="bold red"))
        console.print(Text(rest))
    if report.rows:
        console.print()
        console.print(_scenarios(report), soft_wrap=False)
    for file in files:
        console.print(Text(f"wrote {file}"))
    if not report.problem:
        console.print(Text(_last_line(report)))


def _scenarios(report: ClientReport) -> Table:
    table = Table(title=Text(report.client), title_justify="left", box=SIMPLE_HEAD)
    table.add_column("scenario", no_wrap=True)
    table.add_column("report")
    for column in ("polls", "time", "notified"):
        table.add_column(column, justify="right")
    table.add_column("rules broken", overflow="fold")
    for row in report.rows:
        table.add_row(
            row.name,
            row.outcome,
            str(row.polls),
            clock_time(row),
            str(row.notified),
            Text(", ".join(map(_short, row.rules)) or "none", "red" if row.rules else "green"),
        )
    return table


def _short(rule_id: str) -> str:
    return rule_id.partition(".")[2]


def clock_time(row: Row) -> str:
    """How long it took the client, until its last request."""
    return f"{row.seconds:.1f} s" if row.seconds < 3600 else f"{row.seconds / 3600:.1f} h"


def _last_line(report: ClientReport) -> str:
    broken, drawn = len(report.findings), report.drawn
    count = sum(row.name != "drawn" for row in report.rows)
    told = f"{count} scenario{'s' if count != 1 else ''}"
    if drawn:
        told += f" and {drawn} drawn ones (seed {report.draws.seed})"
    rules = (
        f"{broken} rule{'s are' if broken != 1 else ' is'} broken"
        if broken
        else "no rule is broken"
    )
    return f"{told}: {rules}. {report.seconds:.1f} s."
