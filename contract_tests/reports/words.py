"""A finding as plain text, for terminals, JUnit and logs."""

from __future__ import annotations

from contract_tests.reports.finding import Finding

_LONGEST = 400
BASES = {
    "documented": "",
    "history": " (earlier editions of Knock's documents)",
    "design": " (mock-knock's own choice where Knock is silent)",
}


def finding_text(finding: Finding, repeat: str) -> str:
    """The rule, its source, what was seen, the smallest case, and the requests as curl lines.

    repeat: the command that finds it again.
    """
    lines = [
        f"{finding.rule.id}: {finding.rule.sentence}",
        f"  source:  {finding.rule.source}{BASES[finding.rule.basis]}",
        f"  seen:    {finding.detail}",
        f"  where:   {', '.join(finding.places)}",
        f"  check:   {finding.suite}/{finding.check}",
    ]
    if finding.case:
        lines += ["  case:", *(f"    {line}" for line in finding.case.splitlines())]
    lines.append("  requests:")
    lines += [f"    {line}" for line in finding.exports]
    lines += [f"    {_short(line)}" for line in finding.curl]
    lines.append(f"  repeat:  {repeat}")
    return "\n".join(lines)


def _short(line: str) -> str:
    if len(line) <= _LONGEST:
        return line
    return f"{line[:_LONGEST]}... ({len(line)} characters: the JSON report has them all)"
