"""Lints one document: every family of rules, then line numbers and order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contract_tests.arazzo import DocumentError, Library, load_document
from contract_tests.arazzo.document import demand_arazzo
from contract_tests.arazzo.loading import load_value, read_text
from contract_tests.arazzo.positions import Position, position_map, position_of
from contract_tests.lint.control import check_control
from contract_tests.lint.criteria import check_criteria
from contract_tests.lint.expressions import check_expressions
from contract_tests.lint.finding import Finding, Level
from contract_tests.lint.inputs import check_inputs
from contract_tests.lint.reading import read
from contract_tests.lint.references import References
from contract_tests.lint.requests import check_requests
from contract_tests.lint.rules import found
from contract_tests.lint.secrets import check_secrets
from contract_tests.lint.sense import cannot_run, check_sense
from contract_tests.lint.spot import Spot
from contract_tests.lint.structure import check_structure

_MOST = 200_000
_WHERE = re.compile(r", line (\d+), column (\d+)$")


@dataclass(frozen=True)
class LintReport:
    """What was found in one file, in the order of its lines."""

    file: str
    findings: tuple[Finding, ...]

    def count(self, level: Level) -> int:
        """How many findings are of that level."""
        return sum(finding.level == level for finding in self.findings)

    def clean(self, *, strict: bool) -> bool:
        """Whether there is no error, and with `strict` no warning; notes never count."""
        return not self.count("error") and not (strict and self.count("warning"))


def lint(file: Path | str, library: Library | None = None) -> LintReport:
    """Find what is wrong with a document.

    Raises DocumentError for a file that is not there, is empty, or is no text or another kind of
    document; everything else that is wrong with it is a finding.
    """
    path = Path(file)
    text = read_text(path)
    try:
        value = load_value(text, path.name)
    except DocumentError as error:
        return LintReport(str(file), (_unreadable(error, str(file), text),))
    demand_arazzo(value, str(path))
    if _expands(value):
        finding = found(
            "syntax", Spot(None), f"aliases make more than {_MOST} values of it", "write fewer"
        )
        return LintReport(str(file), (replace(finding, file=str(file)),))
    findings = list(dict.fromkeys(_findings(Spot(value), path, library or Library())))
    positions = position_map(text)
    placed = [_placed(finding, str(file), positions) for finding in findings]
    return LintReport(
        str(file), tuple(sorted(placed, key=lambda each: (each.line, each.column, each.rule)))
    )


def _expands(value: Any) -> bool:
    """Whether YAML aliases make a document of it that is too large to be walked through."""
    sizes: dict[int, int] = {}

    def size(item: Any) -> int:
        if not isinstance(item, (dict, list)):
            return 1
        if id(item) not in sizes:
            members = item.values() if isinstance(item, dict) else item
            sizes[id(item)] = 1 + sum(map(size, members))
        return sizes[id(item)]

    return size(value) > _MOST


def _findings(root: Spot, path: Path, library: Library) -> Iterator[Finding]:
    before = list(check_structure(root))
    subject, unresolved = read(root)
    before += unresolved
    before += References(subject, path.parent, library).check()
    before += check_inputs(subject)
    before += check_expressions(subject)
    before += check_criteria(subject)
    before += check_requests(subject)
    before += check_secrets(subject)
    before += check_control(subject)
    yield from before
    try:
        subject.document = load_document(path)
    except DocumentError as error:
        if not any(finding.level == "error" for finding in before):
            yield from cannot_run(error, subject, "")
    yield from check_sense(subject, library, before)


def _placed(finding: Finding, file: str, positions: dict[str, Position]) -> Finding:
    at = position_of(positions, f"#{finding.pointer}") or Position(1, 1)
    return replace(finding, file=file, line=at.line, column=at.column)


def _unreadable(error: DocumentError, file: str, text: str) -> Finding:
    where = _WHERE.search(error.message)
    line, column = (int(where[1]), int(where[2])) if where else (1, 1)
    # What is missing at the end is told of the line after it.
    line = min(line, text.count("\n") + 1)
    finding = found("syntax", Spot(None), _WHERE.sub("", error.message), "mend the syntax")
    return replace(finding, file=file, line=line, column=column)
