"""Files that would end the process: they are refused, in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract_tests.cli import main
from contract_tests.mutants.flows.mutant import Flow, hardened_document, write
from tests.docs.samples import ROOT


@pytest.mark.parametrize("text", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("command", ["lint", "explore"])
def test_what_is_nested_without_end_is_refused(tmp_path: Path, command: str, text: str) -> None:
    file = tmp_path / "deep.arazzo.yml"
    file.write_text(text * 100_000, encoding="utf-8")
    result = CliRunner().invoke(main, ["flow", command, str(file)])
    assert result.exit_code == {"lint": 1, "explore": 2}[command]
    assert "nested more than 256 deep" in result.output


def test_inputs_that_refer_to_themselves_are_refused(tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    flow.workflow["inputs"] = {"$ref": "#/components/inputs/a"}
    flow.components["inputs"] = {
        "a": {"$ref": "#/components/inputs/b"},
        "b": {"$ref": "#/components/inputs/a"},
    }
    file = write(flow.document, tmp_path / "circle.arazzo.yml")
    done = subprocess.run(
        [sys.executable, "-m", "contract_tests", "flow", "explore", str(file)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
