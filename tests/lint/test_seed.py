"""The published flow has the faults that are known of it, and no others."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from contract_tests.arazzo import Library
from contract_tests.lint import lint

ROOT = Path(__file__).parents[2]
SEED = ROOT / "tests/arazzo/data/knock-bulk-identify-users-notify.seed.arazzo.yml"

# What a reading of the specification, line by line, found in the document:
KNOWN = {
    "B1": ("bare-operation-id", 2),  # bare ids with three sources: breaks a MUST
    "B2": ("jsonpath-invalid", 2),  # conditions that are no RFC 9535 queries: breaks a MUST
    "B3": ("bare-embedding", 3),  # Bearer $inputs.apiKey without braces
    "S1": ("operation-path-avoidable", 1),  # operationPath where there is an operationId
    "S2": ("operation-path-braces", 1),  # literal {key} beside an embedded expression
    "S3": ("authorization-parameter", 3),  # doubles the security scheme
    "S4, no bound": ("loop-unbounded", 1),
    "S4, no wait": ("loop-without-wait", 1),
    "S5": ("failed-not-handled", 1),  # no action for a failed operation
    "S5, other states": ("outcome-not-covered", 1),  # undefined (a): no onSuccess action applies
    "S6": ("failed-rows-not-looked-at", 1),
    "S7": ("source-not-found", 3),  # the sources' urls lead nowhere
    "rows, recipients": ("inputs-too-wide", 2),  # no maxItems, where a call takes 1,000
    "the key": ("secret-not-marked", 1),  # no format: password
    "undefined (c)": ("input-may-be-absent", 1),  # what an absent input becomes
}


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """The document alone, as it was published: its sources are not there."""
    return Path(shutil.copy(SEED, tmp_path / "seed.arazzo.yml"))


def test_exactly_the_known_faults_are_found(seed: Path) -> None:
    found = lint(seed, Library([ROOT / "openapi"])).findings
    assert Counter(finding.rule for finding in found) == dict(KNOWN.values())


def test_sources_that_are_nowhere_are_errors(seed: Path) -> None:
    found = [f for f in lint(seed, Library()).findings if f.rule == "source-not-found"]
    assert [finding.level for finding in found] == ["error"] * 3
    assert [finding.line for finding in found] == [14, 17, 20]


def test_the_project_s_own_copy_has_the_same_faults_except_for_its_sources() -> None:
    file = ROOT / "arazzo" / "knock-bulk-identify-users-notify.arazzo.yml"
    found = lint(file, Library()).findings
    expected = {rule: n for rule, n in KNOWN.values() if rule != "source-not-found"}
    assert Counter(finding.rule for finding in found) == expected
