"""Every rule finds what it is for, where it is; and a sound flow is accused of nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests.arazzo import DocumentError, Library
from contract_tests.lint import RULES, lint
from contract_tests.mutants.flows import MUTANTS
from contract_tests.mutants.flows.mutant import Flow, hardened_document, write

from .cases import CASES, Change


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.mark.parametrize(
    ("rule", "pointer", "change"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_a_fault_is_found_where_it_is(
    rule: str, pointer: str, change: Change, library: Library, tmp_path: Path
) -> None:
    flow = Flow(hardened_document())
    change(flow)
    file = write(flow.document, tmp_path / "broken.arazzo.yml")
    found = {(finding.rule, finding.pointer): finding for finding in lint(file, library).findings}
    assert (rule, pointer) in found, sorted(found)
    finding = found[rule, pointer]
    assert finding.message
    assert finding.mend
    assert finding.source
    line = file.read_text(encoding="utf-8").splitlines()[finding.line - 1]
    key = pointer.rpartition("/")[2]
    assert key.isdigit() or line[finding.column - 1 :].startswith(key)


def test_no_rule_is_without_a_fault_that_shows_it() -> None:
    shown = {rule for rule, _, _ in CASES} | {rule for m in MUTANTS for rule in m.lint}
    assert RULES.keys() - shown == {"syntax"}, "syntax has a test of its own"


def test_the_hardened_flow_is_clean(library: Library, tmp_path: Path) -> None:
    assert lint(write(hardened_document(), tmp_path / "h.arazzo.yml"), library).findings == ()


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a: [", 1, 1), ("a: 1\nb: 2\na: 3\n", 3, 1), ("a: b: c", 1, 5)],
)
def test_what_is_no_yaml_is_one_finding(text: str, line: int, column: int, tmp_path: Path) -> None:
    file = tmp_path / "x.arazzo.yml"
    file.write_text(text, encoding="utf-8")
    (finding,) = lint(file).findings
    assert (finding.rule, finding.line, finding.column) == ("syntax", line, column)


@pytest.mark.parametrize("text", ["[]", "5", '"text"'])
def test_what_is_no_mapping_is_one_finding(text: str, tmp_path: Path) -> None:
    file = tmp_path / "x.arazzo.yml"
    file.write_text(text, encoding="utf-8")
    assert [finding.rule for finding in lint(file).findings] == ["wrong-type"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("# to do\n", "is empty"),
        ("null", "is empty"),
        ("openapi: 3.0.3\npaths: {}\n", "is an OpenAPI document, and no Arazzo document"),
        ("swagger: '2.0'\n", "is an OpenAPI document, and no Arazzo document"),
        ("asyncapi: 3.0.0\n", "is an AsyncAPI document, and no Arazzo document"),
    ],
)
def test_what_is_another_kind_of_file_cannot_be_linted(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "x.arazzo.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=why):
        lint(file)


def test_aliases_that_make_a_mountain_are_one_finding(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    file = tmp_path / "x.arazzo.yml"
    file.write_text("\n".join(lines), encoding="utf-8")
    (finding,) = lint(file).findings
    assert (finding.rule, finding.line) == ("syntax", 1)


def test_a_remote_source_is_not_fetched_and_only_noted(library: Library, tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    for source in flow.document["sourceDescriptions"]:
        source["url"] = f"https://example.com/{source['name']}.yml"
    found = lint(write(flow.document, tmp_path / "x.arazzo.yml"), library).findings
    assert [(finding.rule, finding.level) for finding in found] == [
        ("source-not-found", "note"),
    ] * 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        lint(tmp_path / "none.yml")


def test_a_version_1_1_header_and_its_fields_are_tolerated(
    library: Library, tmp_path: Path
) -> None:
    flow = Flow(hardened_document())
    flow.document["arazzo"] = "1.1.0"
    flow.submit["timeout"] = 5000
    found = lint(write(flow.document, tmp_path / "x.arazzo.yml"), library).findings
    assert [(finding.rule, finding.level) for finding in found] == [
        ("unsupported-version", "note"),
    ]


def test_extensions_are_fields_like_any_other(library: Library, tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    flow.submit["x-owner"] = flow.document["x-team"] = "growth"
    flow.workflow["parameters"][0]["x-owner"] = "a Reusable Object takes none"
    found = lint(write(flow.document, tmp_path / "x.arazzo.yml"), library).findings
    assert [finding.pointer for finding in found] == ["/workflows/0/parameters/0/x-owner"]
