"""Files that would end the process: they are refused, in words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.arazzo import Library
from contract_tests.cli import main
from contract_tests.lint import lint
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


@pytest.mark.parametrize("link", ["calls", "waits"])
def test_a_long_chain_of_workflows_is_no_circle(link: str, tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    last = flow.workflow["workflowId"]
    for n in range(400):
        target = f"w{n + 1}" if n < 399 else last
        listing: dict[str, Any] = {
            "operationId": "$sourceDescriptions.knockUsersApi.listUsers",
            "successCriteria": [{"condition": "$statusCode == 200"}],
        }
        step = {"workflowId": target} if link == "calls" else listing
        workflow = {"workflowId": f"w{n}", "steps": [{"stepId": "s", **step}]}
        if link == "waits":
            workflow["dependsOn"] = [target]
        flow.document["workflows"].append(workflow)
    file = tmp_path / "chain.arazzo.json"
    file.write_text(json.dumps(flow.document), encoding="utf-8")
    rules = {finding.rule for finding in lint(file, Library()).findings}
    assert "dependency-loop" not in rules


def test_a_long_chain_of_steps_is_linted(tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    for n in range(200):
        flow.workflow["steps"].append(
            {
                "stepId": f"s{n}",
                "operationId": "$sourceDescriptions.knockUsersApi.listUsers",
                "successCriteria": [{"condition": "$statusCode == 200"}],
                "outputs": {"after": "$response.body#/page_info/after"},
                "onSuccess": [
                    {"name": "on", "type": "goto", "stepId": f"s{n + 1}"}
                    if n < 199
                    else {"name": "back", "type": "goto", "stepId": "s0"}
                ],
            }
        )
    file = tmp_path / "chain.arazzo.json"
    file.write_text(json.dumps(flow.document), encoding="utf-8")
    assert "loop-unbounded" in {finding.rule for finding in lint(file, Library()).findings}
