"""A run of a client as one HTML page that needs nothing else."""

from __future__ import annotations

from collections import Counter
from html import escape

from contract_tests.clients.finding import ClientFinding
from contract_tests.clients.reporting.report import ClientReport
from contract_tests.clients.reporting.terminal import clock_time
from contract_tests.reports.charts import Bar, bars
from contract_tests.reports.document import document, table
from contract_tests.reports.words import BASES
from contract_tests.rules.clients import CLIENT_RULES


def client_page(report: ClientReport) -> str:
    """The page as text."""
    title = f"Client contract: {report.client}"
    sound = sum(not row.rules for row in report.rows)
    tone = "broken" if report.findings else "held"
    drawn = f", {report.drawn} drawn ones with seed {report.draws.seed}" if report.drawn else ""
    head = (
        f"<h1>{escape(title)}</h1>"
        f"<p>{len(report.rows)} scenarios{drawn}, {report.seconds:.1f} s.</p>"
        f"<p><strong class='held'>{sound} scenarios without a finding</strong>, "
        f"<strong class='{tone}'>{len(report.findings)} rules are broken</strong>.</p>"
        "<nav aria-label='Sections'><a href='#findings'>Findings</a>"
        "<a href='#scenarios'>Scenarios</a><a href='#rules'>Rules</a></nav>"
    )
    problem = f"<p class='broken'>{escape(report.problem)}</p>" if report.problem else ""
    parts = (head, problem, _findings(report), _scenarios(report), _rules(report))
    return document(title, "".join(parts))


def _findings(report: ClientReport) -> str:
    shown = "".join(_finding(report, finding) for finding in report.findings)
    return f"<h2 id='findings'>Findings</h2>{shown or '<p>No rule is broken.</p>'}"


def _finding(report: ClientReport, finding: ClientFinding) -> str:
    rule = finding.rule
    rows = [
        ("source", rule.source + BASES[rule.basis]),
        ("seen", finding.detail),
        ("scenario", f"{finding.scenario.name}: {'; '.join(finding.scenario.describe())}"),
        ("also in", ", ".join(finding.others)),
        ("report", finding.report),
        ("repeat", report.repeat(finding)),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows if text)
    lines = escape("\n".join(finding.timeline) or "none")
    told = f"<h4>It said</h4><pre>{escape(finding.told)}</pre>" if finding.told else ""
    return (
        f"<article><h3>{escape(rule.sentence)} <code>{rule.id}</code></h3><dl>{listed}</dl>"
        f"<h4>Requests</h4><pre>{lines}</pre>{told}</article>"
    )


def _scenarios(report: ClientReport) -> str:
    rows = [
        (
            row.name, row.sentence, row.outcome, row.requests, row.polls, clock_time(row),
            row.triggers, row.notified, ", ".join(row.rules) or "none",
        )
        for row in report.rows
    ]  # fmt: skip
    heads = (
        "scenario", "what happens", "report", "requests", "polls", "time", "triggers", "notified",
        "rules broken",
    )  # fmt: skip
    return "<h2 id='scenarios'>Scenarios</h2>" + table("What became of each scenario", heads, rows)


def _rules(report: ClientReport) -> str:
    times = Counter(id for row in report.rows for id in row.rules)
    rows = [
        (id, CLIENT_RULES[id].sentence, CLIENT_RULES[id].source, verdict, times[id])
        for id, verdict in report.verdicts().items()
    ]
    every = len(report.rows)
    charted = [
        Bar(id.partition(".")[2], ((every - times[id], "good"), (times[id], "bad")))
        for id in CLIENT_RULES
    ]
    heads = ("rule", "sentence", "source", "verdict", "scenarios that break it")
    return (
        "<h2 id='rules'>Rules</h2>"
        + bars(charted, "Scenarios in which each rule held and was broken; the table has them")
        + table("Every rule of clients", heads, rows)
    )
