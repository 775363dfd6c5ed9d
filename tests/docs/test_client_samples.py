"""The samples of docs/clients.md do what it says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.clients import Task
from contract_tests.clients.adapters.importing import Import
from contract_tests.clients.catalogue import SCENARIOS, by_name
from contract_tests.clients.report import OUTCOMES, read_report
from contract_tests.clients.stage import Stage
from contract_tests.clients.tempo import VIRTUAL
from contract_tests.rules.clients import CLIENT_RULES
from tests.docs.samples import ROOT, sample
from tests.sdk.node_runtime import ENVIRONMENT

PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
_PROGRAM = [sys.executable, "-m", "contract_tests"]


def run_sample(name: str, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run a sample's command as this environment's own, in a folder, with more options."""
    words = sample(name).text.split()
    assert words[:2] == ["knock-contract", "client"]
    return subprocess.run(
        [*_PROGRAM, "client", *more, *words[2:]],
        cwd=folder, env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip


def test_the_client_that_looks_right_breaks_the_rules_that_the_page_names(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(sample("client-python").text, encoding="utf-8")
    done = run_sample("client", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    found = {finding["rule"] for finding in report["findings"]}
    told = PAGE[PAGE.index("Eight rules are broken") : PAGE.index("Each finding\n")]
    assert found == set(re.findall(r"`(client\.[\w-]+)`", told))
    assert len(found) == 8
    files = {file.name for file in (tmp_path / "report").iterdir()}
    assert files == {"report.json", "report.html", "junit.xml"}


def test_the_shown_finding_is_one_of_that_client(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(sample("client-python").text, encoding="utf-8")
    done = run_sample("client", tmp_path, "--scenario", "fails early")
    shown = PAGE[PAGE.index("    client.never-after-failed") :].split("\n\n")[0]
    labels = [line.split(":")[0].strip() for line in shown.splitlines()[:-2]]
    for label in labels:
        if label != "also in":
            assert label in done.stdout
    assert "   <--" in done.stdout


def test_the_pytest_sample_passes(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n"
    )
    pytester.makepyfile(sample("client-pytest").text)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2 * (len(SCENARIOS) + 1))


def test_the_program_sample_finds_nothing(node_project: Path, tmp_path: Path) -> None:
    adapter = ROOT / "contract_tests" / "clients" / "adapters" / "node" / "client.mjs"
    shutil.copy(adapter, tmp_path)
    (tmp_path / "node_modules").symlink_to(node_project / "node_modules")
    # Every scenario is played in tests/clients; here it is the command that is tried.
    some = ("--scenario", "some rows fail", "--scenario", "429 at the trigger")
    done = run_sample("client-program", tmp_path, *some)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 scenarios: no rule is broken" in done.stdout


def test_the_task_is_the_one_that_a_program_gets() -> None:
    stage = Stage(virtual=True)
    try:
        with stage.set_up(by_name()["one user"], VIRTUAL) as (_, task):
            given = task.to_json()
    finally:
        stage.close()
    shown = json.loads(sample("client-task").text)
    given["base_url"] = shown["base_url"]
    assert shown == given
    assert list(Import(Task.from_json(shown)).batches()) == [shown["users"]]


def test_the_report_can_be_read() -> None:
    shown = json.loads(sample("client-report").text)
    assert read_report(shown).to_json() == shown
    assert [m for m in OUTCOMES if f"| `{m}` |" not in PAGE] == []


def test_every_rule_that_the_page_names_is_one() -> None:
    assert set(re.findall(r"`(client\.[\w-]+)`", PAGE)) <= set(CLIENT_RULES)
