"""The samples and the pages about linting and exploring flows are true."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from contract_tests.explore.rules import RULES as EXPLORE_RULES
from contract_tests.lint import RULES as LINT_RULES
from tests.docs.samples import ROOT, run_shell, sample

NAME = "knock-bulk-identify-users-notify"
PAGE = ROOT / "docs" / "flows-hardened.md"


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder that has the flows and their sources, as a checkout has."""
    for name in ("arazzo", "openapi"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_lint_sample(flows: Path) -> None:
    lines = run_shell("flow-lint", None, flows).splitlines()
    assert lines[0] == "0 errors, 0 warnings, 0 notes in 1 file"
    assert "error [failed-not-handled]" in lines[1]
    log = json.loads((flows / "lint.sarif").read_text(encoding="utf-8"))
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
    }
    assert uris == {f"arazzo/{NAME}.arazzo.yml"}


def test_the_explore_sample(flows: Path) -> None:
    printed = run_shell("flow-explore", None, flows)
    assert "error [notify-after-failed] triggered after the operation had failed" in printed
    assert "    repeat: --history ok.failed-early --policy none_matched=next" in printed
    assert "answered 200 [failed-early]" in printed
    assert "no rule is broken" in printed
    assert json.loads((flows / "report.json").read_text(encoding="utf-8"))["explorations"]


def test_the_hook_of_the_sample_is_there() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    config = yaml.safe_load(sample("flow-pre-commit").text)
    assert config["repos"][0]["hooks"][0]["id"] == hooks[0]["id"]


def test_the_two_flows_stand_side_by_side_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"<tr>\n(.*?)\n</tr>", page, re.DOTALL)
    assert len(rows) >= 8
    for row in rows:
        for cell, file in zip(
            row.split("</td>\n"), (f"{NAME}.arazzo.yml", f"{NAME}.hardened.arazzo.yml"), strict=True
        ):
            text = (ROOT / "arazzo" / file).read_text(encoding="utf-8")
            flat = re.sub(r"\n +", "\n", text)
            for code in re.findall(r'<pre lang="yaml">\n(.*?)\n</pre>', cell, re.DOTALL):
                for part in html.unescape(code).split("\n# ...\n"):
                    assert re.sub(r"\n +", "\n", part) in flat


def test_the_page_names_rules_that_there_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    known = LINT_RULES.keys() | EXPLORE_RULES.keys()
    for line in re.findall(r"^Rules of .*?(?=\n\n)", page, re.MULTILINE | re.DOTALL):
        for name in re.findall(r"`([a-z-]+)`", line):
            assert name in known
    with_reasons = set(re.findall(r"`([a-z-]+)`", page))
    published = {
        "bare-operation-id", "bare-embedding", "jsonpath-invalid", "failed-not-handled",
        "loop-unbounded", "loop-without-wait", "failed-rows-not-looked-at", "outcome-not-covered",
        "operation-path-avoidable", "operation-path-braces", "authorization-parameter",
        "input-may-be-absent",
    }  # fmt: skip
    assert published <= with_reasons


def test_the_words_of_histories_are_all_explained() -> None:
    from contract_tests.explore import operation
    from contract_tests.explore.knock import READ_ERRORS, WRITE_ERRORS

    text = (ROOT / "docs" / "flows.md").read_text(encoding="utf-8")
    words = {*operation.words(), *READ_ERRORS, *WRITE_ERRORS, "ok"}
    assert [word for word in words if f"`{word}`" not in text] == []
