"""One HTML page that needs nothing else: findings, rules, coverage, charts."""

from __future__ import annotations

from html import escape

from contract_tests.reports.charts import Bar, bars, state_graph
from contract_tests.reports.document import document, table
from contract_tests.reports.finding import Finding
from contract_tests.reports.run import RunReport
from contract_tests.reports.words import BASES
from contract_tests.rules import all_rules


def html_page(report: RunReport) -> str:
    """The page as text. It asks the network for nothing."""
    counts = report.summary()
    title = f"Knock's contract: {report.server or 'a mock-knock of the kit'}"
    tone = "broken" if counts["broken"] else "held"
    head = (
        f"<h1>{escape(title)}</h1>"
        f"<p>{escape(report.kind)}. Profile {report.profile}, seed {report.seed}, "
        f"{report.seconds:.1f} s.</p>"
        f"<p><strong class='held'>{counts['held']} rules held</strong>, "
        f"<strong class='{tone}'>{counts['broken']} are broken</strong>, "
        f"<strong class='waiting'>{counts['not_judged']} were not judged</strong>.</p>"
        "<nav aria-label='Sections'><a href='#findings'>Findings</a><a href='#suites'>Suites</a>"
        "<a href='#rules'>Rules</a><a href='#bulk'>Bulk operations</a>"
        "<a href='#operations'>Operations</a></nav>"
    )
    sections = (_notes, _findings, _suites, _rules, _bulk, _operations)
    parts = [head, *(section(report) for section in sections)]
    return document(title, "".join(parts))


def _notes(report: RunReport) -> str:
    if not report.notes:
        return ""
    return "<ul>" + "".join(f"<li>{escape(note)}</li>" for note in report.notes) + "</ul>"


def _findings(report: RunReport) -> str:
    shown = "".join(_finding(report, finding) for finding in report.findings)
    return f"<h2 id='findings'>Findings</h2>{shown or '<p>No rule is broken.</p>'}"


def _finding(report: RunReport, finding: Finding) -> str:
    rows = [
        ("source", finding.rule.source + BASES[finding.rule.basis]),
        ("seen", finding.detail),
        ("where", ", ".join(finding.places)),
        ("check", f"{finding.suite}/{finding.check}"),
        ("repeat", report.repeat(finding)),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows)
    case = f"<h4>Smallest case</h4><pre>{escape(finding.case)}</pre>" if finding.case else ""
    lines = escape("\n".join([*finding.exports, *finding.curl]))
    return (
        f"<article class='{'' if finding.accuses else 'told'}'>"
        f"<h3>{escape(finding.rule.sentence)} <code>{escape(finding.rule.id)}</code></h3>"
        f"<dl>{listed}</dl>{case}<h4>Requests</h4>"
        f"<pre>{lines}</pre></article>"
    )


def _suites(report: RunReport) -> str:
    rows: list[tuple[object, ...]] = []
    charted = []
    for one in report.totals():
        rows.append(
            (one.name, one.checks or "", one.held, one.broken, one.not_judged, one.cases,
             one.operations, f"{one.seconds:.1f}" if one.checks else ""),
        )  # fmt: skip
        parts = ((one.held, "good"), (one.broken, "bad"), (one.not_judged, "wait"))
        charted.append(Bar(one.name, parts))
    heads = (
        "suite", "checks", "rules held", "broken", "not judged", "cases", "operations", "seconds",
    )  # fmt: skip
    return (
        "<h2 id='suites'>Suites</h2>"
        + bars(charted, "Rules held, broken and not judged, by suite; the table has the numbers")
        + table(
            "What became of each suite's rules, in how many cases and at how many operations; "
            "suites without checks have rules that others judge too",
            heads,
            rows,
        )
    )


def _rules(report: RunReport) -> str:
    rules = all_rules()
    rows = []
    for id, verdict in report.verdicts().items():
        why = ""
        if verdict == "not judged":
            why = report.not_judged.get(id, "no check came to it in this run")
        at = len(report.judged_at.get(id, ()))
        rows.append((id, rules[id].sentence, verdict, why, report.judgements.get(id, 0), at or ""))
    heads = ("rule", "sentence", "verdict", "why not", "cases", "operations")
    return "<h2 id='rules'>Rules</h2>" + table("Every rule of these suites", heads, rows)


def _bulk(report: RunReport) -> str:
    coverage = report.coverage
    if not coverage.states:
        return "<h2 id='bulk'>Bulk operations</h2><p>None were looked at in this run.</p>"
    kinds = sorted({kind for kind, _ in coverage.states})
    states = ("queued", "processing", "completed", "failed")
    moves = (
        ("queued", "processing"), ("queued", "completed"), ("queued", "failed"),
        ("processing", "completed"), ("processing", "failed"),
    )  # fmt: skip
    rows = [
        (
            kind,
            *(coverage.states[kind, state] for state in states),
            *(coverage.moves[kind, a, b] for a, b in moves),
        )
        for kind in kinds
    ]
    totals = {
        (a, b): sum(n for (_, x, y), n in coverage.moves.items() if (x, y) == (a, b))
        for a, b in moves
    }
    heads = ("kind", *states, *(f"{a} to {b}" for a, b in moves))
    return (
        "<h2 id='bulk'>Bulk operations</h2>"
        + state_graph(totals)
        + table("Answers seen in each state, and transitions seen", heads, rows)
    )


def _operations(report: RunReport) -> str:
    answers = report.coverage.answers
    statuses = sorted({status for _, status in answers})
    rows = []
    reached = 0
    for id, method, path in report.operations:
        counts = [answers[id, status] for status in statuses]
        good = any(answers[id, status] for status in statuses if 200 <= status < 300)
        reached += good
        rows.append((f"{method} {path}", id, *(count or "" for count in counts)))
    every = len(report.operations)
    parts = ((reached, "good"), (every - reached, "wait"))
    chart = bars([Bar("answered 2xx", parts)], f"{reached} of {every} operations answered a 2xx")
    heads = ("operation", "id", *map(str, statuses))
    return (
        "<h2 id='operations'>Operations</h2>"
        f"<p>{reached} of {every} operations answered with a success in this run.</p>"
        + chart
        + table("Answers by operation and status", heads, rows)
    )
