"""The report in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract_tests.reports.run import RunReport
from contract_tests.reports.words import finding_text


def print_report(report: RunReport, files: Sequence[Path]) -> None:
    """Findings first, then a table of the suites, and what was not judged with the reason."""
    console = Console(highlight=False, soft_wrap=True)
    for finding in report.findings:
        console.print()
        style = "bold red" if finding.accuses else "yellow"
        head, _, rest = finding_text(finding, report.repeat(finding)).partition("\n")
        console.print(Text(head, style=style))
        console.print(Text(rest))
    console.print()
    console.print(_suites(report), soft_wrap=False)
    _not_judged(report, console)
    for note in report.notes:
        console.print(Text(f"note: {note}"))
    for file in files:
        console.print(Text(f"wrote {file}"))
    console.print(Text(_last_line(report)))


def _suites(report: RunReport) -> Table:
    table = Table(
        title=f"{report.server or 'a mock-knock of the kit'}: {report.kind}",
        caption="rules held, broken and not judged; cases judged, at so many operations",
    )
    for column in (
        "suite", "checks", "held", "broken", "not judged", "cases", "at", "seconds",
    ):  # fmt: skip
        first = column == "suite"
        table.add_column(column, justify="left" if first else "right", no_wrap=first)
    for one in report.totals():
        table.add_row(
            one.name,
            str(one.checks or ""),
            str(one.held),
            Text(str(one.broken), style="bold red" if one.broken else ""),
            str(one.not_judged),
            str(one.cases),
            str(one.operations),
            f"{one.seconds:.1f}" if one.checks else "",
        )
    return table


def _not_judged(report: RunReport, console: Console) -> None:
    reasons: dict[str, list[str]] = {}
    for id, verdict in report.verdicts().items():
        if verdict == "not judged":
            reason = report.not_judged.get(id, "no check came to it in this run")
            reasons.setdefault(reason, []).append(id)
    for reason, ids in reasons.items():
        console.print(Text(f"not judged, {reason}: {', '.join(ids)}"))


def _last_line(report: RunReport) -> str:
    counts = report.summary()
    told = [finding for finding in report.findings if not finding.accuses]
    words = f"{counts['held']} rules held, {len(report.accusing)} are broken"
    if told:
        words += f", {len(told)} of mock-knock's own choice differ"
    words += f", {counts['not_judged']} were not judged"
    return f"{words}. Seed {report.seed}, {report.seconds:.1f} s."
