"""The samples of docs/conformance.md and docs/ci.md do what they say."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contract_tests.checking.suites import all_checks, checks_of
from contract_tests.cli import main
from mock_knock import KnockServer
from tests.docs.samples import run_shell, sample
from tests.server_checks.test_check_command import DOOR


def test_the_check_sample_finds_nothing(server: KnockServer, tmp_path: Path) -> None:
    printed = run_shell("check", server, tmp_path)
    assert "0 are broken" in printed
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert told["seed"] == 7
    assert told["suites"] == ["lifecycle", "errors", "idempotency"]
    assert {file.name for file in (tmp_path / "report").iterdir()} == {
        "report.json", "report.html", "junit.xml",
    }  # fmt: skip


def test_the_pytest_sample_passes(server: KnockServer, pytester: pytest.Pytester) -> None:
    command = sample("check-pytest").text.strip().replace("http://127.0.0.1:4010", server.url)
    words = shlex.split(command)
    assert words[:3] == ["pytest", "--pyargs", "contract_tests"]
    result = pytester.runpytest_subprocess(*DOOR, *words[3:])
    errors = len(checks_of("errors"))
    result.assert_outcomes(passed=errors, deselected=len(all_checks()) - errors)


@pytest.mark.parametrize("name", ["ci-github", "ci-gitlab"])
def test_the_recipes_are_read_and_their_options_are_there(name: str) -> None:
    recipe = yaml.safe_load(sample(name).text)
    if name == "ci-github":
        commands = [step.get("run", "") for step in recipe["jobs"]["contract"]["steps"]]
    else:
        commands = recipe["knock-contract"]["script"]
    check = next(c for c in commands if c.startswith("knock-contract check"))
    options = [word for word in shlex.split(check) if word.startswith("--")]
    shown = CliRunner().invoke(main, ["check", "--help"]).output
    assert options
    assert all(option in shown for option in options)
    assert "--server" in shown
