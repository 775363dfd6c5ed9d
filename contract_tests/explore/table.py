"""An exploration for a person: what became of each simple history, and what was found."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract_tests.explore.exploring import Explored, Exploring
from contract_tests.explore.record import Record
from contract_tests.explore.rules import RULES
from contract_tests.explore.words import legend
from contract_tests.refusal import plain

_STYLES = {"completed": "green", "failed": "yellow", "stuck": "red", "error": "red"}
_SIMPLE = 1


def show(exploring: Exploring, console: Console, *, full: bool) -> None:
    """Print the tables; `full` lists every history, and not the simple ones only."""
    first = next((each for each in exploring.explored if each.records), None)
    if first is not None:
        console.print(_histories(exploring, first, full))
        shown = [r.history for r in first.records if full or r.surprises <= _SIMPLE]
        for words in legend(shown):
            console.print(Text(f"  {words}", "dim"), soft_wrap=True)
    for line in (*_findings(exploring), *_summary(exploring)):
        console.print(line, soft_wrap=True)


def _histories(exploring: Exploring, explored: Explored, full: bool) -> Table:
    title = f"{exploring.document.name}: {exploring.workflow} (policies: {explored.reading.label})"
    table = Table(title=Text(plain(title)), title_justify="left", title_style="bold", expand=False)
    table.add_column("history", overflow="fold")
    table.add_column("outcome")
    table.add_column("requests", justify="right")
    table.add_column("time", justify="right")
    table.add_column("triggered", justify="right")
    table.add_column("verdict", overflow="fold")
    rest = []
    for record in explored.records:
        if full or record.surprises <= _SIMPLE:
            table.add_row(*_row(record))
        else:
            rest.append(record)
    if rest:
        broken = sum(record.level is not None for record in rest)
        table.add_section()
        table.add_row(
            f"and {len(rest)} with more surprises", "", "", "", "",
            Text(f"{broken} break a rule" if broken else "sound", "red" if broken else "green"),
        )  # fmt: skip
    return table


def _row(record: Record) -> tuple[str | Text, ...]:
    at = ", ".join(_time(each) for each in record.triggered)
    rules = ", ".join(verdict.rule for verdict in record.verdicts)
    style = {"error": "red", "warning": "yellow", None: "green"}[record.level]
    return (
        record.history,
        Text(record.status, _STYLES.get(record.status, "")),
        str(record.requests),
        _time(record.seconds),
        at or "no",
        Text(rules or "sound", style),
    )


def _findings(exploring: Exploring) -> Iterator[Text]:
    findings = exploring.findings()
    if not findings:
        yield Text("no rule is broken", "green")
    for finding in findings:
        rule = RULES[finding.rule]
        style = "bold red" if finding.level == "error" else "bold yellow"
        labels = finding.readings
        several = f"{labels[0]} and {len(labels) - 1} more" if len(labels) > 1 else labels[0]
        how = "" if finding.history is None else f"--history {finding.history} "
        head = Text.assemble((finding.level, style), f" [{finding.rule}] {plain(finding.message)}")
        where = f"{finding.histories} histories, under {several}" if how else f"under {several}"
        yield head
        yield Text(f"    rule:   {rule.title}, since {rule.why}", "dim")
        yield Text(f"    found:  in {where}" if how else f"    found:  {where}")
        yield Text(f"    at:     {plain(exploring.where(finding.place))}")
        yield Text(f"    repeat: {how}{finding.first.options}".rstrip())


def _summary(exploring: Exploring) -> Iterator[Text]:
    count, seconds = exploring.histories, exploring.seconds
    readings = len(exploring.explored)
    told = (
        f"{count} histories, the first {exploring.bounds.depth} answers varied, under {readings} "
        f"reading{'s' if readings != 1 else ''} of the specification, in {seconds:.1f} s "
        f"({count / seconds if seconds else 0:.0f} a second)"
    )
    yield Text(told)
    if exploring.dropped:
        yield Text(
            f"{exploring.dropped} more were known and not run (--max-histories "
            f"{exploring.bounds.max_histories}); those run are the simplest, and a sample that "
            f"--seed {exploring.bounds.seed} decides"
        )
    if exploring.indifferent:
        yield Text(f"make no difference here: {', '.join(exploring.indifferent)}")


def _time(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 3600 else f"{seconds / 3600:g} h"
