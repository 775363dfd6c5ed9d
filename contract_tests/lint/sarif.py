"""Findings as SARIF 2.1.0, for code review."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contract_tests.lint.finding import Finding
from contract_tests.lint.linting import LintReport
from contract_tests.lint.rules import FAMILIES, RULES

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(reports: Iterable[LintReport], version: str) -> dict[str, Any]:
    """One log with one run; `version` is the kit's. Paths are relative to the current folder."""
    indexes = {rule: n for n, rule in enumerate(RULES)}
    families = {rule.id: name for name, family in FAMILIES.items() for rule in family}
    driver = {
        "name": "knock-contract flow lint",
        "semanticVersion": version,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": f"{rule.title[0].upper()}{rule.title[1:]}."},
                "fullDescription": {"text": f"{rule.title} ({rule.source})"},
                "help": {"text": f"Source: {rule.source}"},
                "defaultConfiguration": {"level": rule.level},
                "properties": {"tags": [families[rule.id]]},
            }
            for rule in RULES.values()
        ],
    }
    results = [
        _result(finding, indexes[finding.rule]) for report in reports for finding in report.findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding, index: int) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": f"{finding.message}. To mend it: {finding.mend}."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.file)},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": finding.pointer or "/", "kind": "member"}
                ],
            }
        ],
        "partialFingerprints": {"rulePointer/v1": f"{finding.rule}{finding.pointer}"},
        "properties": {"source": finding.source, "mend": finding.mend},
    }


def _uri(file: str) -> str:
    path = Path(file).resolve()
    here = Path.cwd().resolve()
    if path.is_relative_to(here):
        return quote(path.relative_to(here).as_posix())
    return path.as_uri()
