"""`knock-contract flow lint`: exit status and formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from sarif_pydantic import Sarif  # type: ignore[import-untyped, unused-ignore]

from contract_tests.cli import main
from contract_tests.lint import RULES
from contract_tests.mutants.flows.mutant import Flow, hardened_document, write

ROOT = Path(__file__).parents[2]
OURS = ROOT / "arazzo" / "knock-bulk-identify-users-notify.arazzo.yml"
HARDENED = ROOT / "arazzo" / "knock-bulk-identify-users-notify.hardened.arazzo.yml"


def lint(*args: object) -> Result:
    result = CliRunner().invoke(main, ["flow", "lint", *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def warned(tmp_path: Path) -> Path:
    """A flow with one warning."""
    flow = Flow(hardened_document())
    del flow.submit["successCriteria"]
    return write(flow.document, tmp_path / "warned.arazzo.yml")


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """A flow with one note."""
    flow = Flow(hardened_document())
    flow.submit["onFailure"].pop()
    return write(flow.document, tmp_path / "noted.arazzo.yml")


def test_a_clean_file_is_0() -> None:
    result = lint(HARDENED, "--strict")
    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings, 0 notes in 1 file\n")


def test_errors_are_1() -> None:
    result = lint(OURS)
    assert result.exit_code == 1
    assert ":60:5: error [bare-operation-id] 'bulkIdentifyUsers' is not qualified" in result.stdout
    assert "    mend:   write $sourceDescriptions.knockUsersApi.bulkIdentifyUsers" in result.stdout
    assert "    source: Arazzo 1.0.1, Step Object, operationId (MUST)" in result.stdout
    assert result.stdout.endswith("10 errors, 3 warnings, 8 notes in 1 file\n")


def test_warnings_are_1_only_when_strict_and_notes_never(warned: Path, noted: Path) -> None:
    assert "1 warning," in lint(warned).stdout
    assert (lint(warned).exit_code, lint(warned, "--strict").exit_code) == (0, 1)
    assert "1 note " in lint(noted).stdout
    assert (lint(noted).exit_code, lint(noted, "--strict").exit_code) == (0, 0)


def test_one_bad_file_of_several_is_1(warned: Path) -> None:
    result = lint(HARDENED, warned, OURS)
    assert result.exit_code == 1
    assert result.stdout.endswith("in 3 files\n")


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ([], "say which files"),
        (["none.arazzo.yml"], "there is no such file"),
        ([str(HARDENED), "--output", "/none/x.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_run_is_2_in_one_line(args: list[str], why: str) -> None:
    result = lint(*args)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert why in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_packaged_flow_goes_by_its_name() -> None:
    assert lint("knock-bulk-identify-users-notify.hardened", "--strict").exit_code == 0


def test_json_has_every_field() -> None:
    told = json.loads(lint(OURS, "--format", "json").stdout)
    assert told["files"] == [str(OURS)]
    assert len(told["findings"]) == 21
    finding = next(each for each in told["findings"] if each["rule"] == "bare-operation-id")
    assert finding == {
        "rule": "bare-operation-id",
        "level": "error",
        "message": "'bulkIdentifyUsers' is not qualified, and there are 3 sources",
        "mend": "write $sourceDescriptions.knockUsersApi.bulkIdentifyUsers",
        "source": "Arazzo 1.0.1, Step Object, operationId (MUST)",
        "file": str(OURS),
        "pointer": "/workflows/0/steps/0/operationId",
        "line": 60,
        "column": 5,
    }


def test_sarif_is_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    output = tmp_path / "lint.sarif"
    result = lint(OURS.relative_to(ROOT), "--format", "sarif", "--output", output)
    assert (result.exit_code, result.stdout) == (1, "")
    text = output.read_text(encoding="utf-8")
    log: Any = json.loads(text)
    Sarif.model_validate(log)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert len(run["results"]) == 21
    lines = OURS.read_text(encoding="utf-8").splitlines()
    for found in run["results"]:
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"]
        assert found["level"] in ("error", "warning", "note")
        assert found["message"]["text"]
        place = found["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == str(OURS.relative_to(ROOT))
        region = place["region"]
        assert 1 <= region["startLine"] <= len(lines)
        assert 1 <= region["startColumn"] <= len(lines[region["startLine"] - 1])
    prints = [found["partialFingerprints"]["rulePointer/v1"] for found in run["results"]]
    assert len(set(prints)) == len(prints)


def test_the_rules_are_listed_with_their_sources() -> None:
    result = lint("--rules")
    assert result.exit_code == 0
    assert all(f"  {rule.id} " in result.stdout for rule in RULES.values())


def test_the_pre_commit_hook_runs_lint_on_flows() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"] == "knock-contract flow lint"
    assert hook["language"] == "python"
    assert hook["files"] == r"\.arazzo\.(ya?ml|json)$"
    assert hook["additional_dependencies"] == _extra()


def _extra() -> list[str]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extra: list[str] = project["project"]["optional-dependencies"]["contract"]
    return extra
