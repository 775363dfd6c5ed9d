"""The worked example for Node keeps to every rule."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import contract_tests.clients.adapters
from contract_tests.clients.catalogue import SCENARIOS, by_name
from contract_tests.clients.program import Program
from contract_tests.clients.run import ClientRun
from tests.sdk import node_runtime

ADAPTER = Path(contract_tests.clients.adapters.__file__).with_name("node")
PATIENCE = 8.0
# What is left when everything else of the machine is busy; no client is judged by it.
GRACE = 60.0

OUTCOMES = {
    "all succeed": "completed",
    "some rows fail": "partial",
    "all rows fail": "partial",
    "fails late": "failed",
    "stuck in processing": "gave_up",
    "very slow": "completed",
    "more than 1,000 users": "completed",
    "rows of a later batch fail": "partial",
    "one batch fails": "failed",
    "429 at the submission": "completed",
    "polls fail for ever": "gave_up",
    "cut in the submission": "unknown",
    "half an answer to the submission": "unknown",
    "half an answer to a poll": "completed",
    "cut in the trigger": "completed",
    "half an answer to the trigger": "completed",
    "unknown fields": "partial",
    "a status nobody knows": "completed",
    "the key expires between polls": "failed",
}


@pytest.fixture
def client(node_project: Path, tmp_path: Path) -> Path:
    """The adapter beside the packages that it needs: Node looks for them from there."""
    (tmp_path / "node_modules").symlink_to(node_project / "node_modules")
    return Path(shutil.copy(ADAPTER / "client.mjs", tmp_path))


def program(client: Path, **environment: str) -> Program:
    command = (node_runtime.tool("node"), str(client))
    return Program(command, patience=PATIENCE, grace=GRACE, environment=environment)


def test_it_keeps_to_every_rule(client: Path) -> None:
    outcomes = {}
    with ClientRun(program(client), jobs=8) as run:  # they spend their time waiting
        run.begin(SCENARIOS)
        for scenario in SCENARIOS:
            played = run.play(scenario)
            told = (scenario.name, played.record.ending)
            assert not played.verdicts, told
            assert played.record.ending.report is not None, told
            outcomes[scenario.name] = played.record.ending.report.outcome
    assert {name: outcomes[name] for name in OUTCOMES} == OUTCOMES


def test_standard_output_is_the_report_s_alone(client: Path) -> None:
    with ClientRun(program(client, KNOCK_LOG="debug")) as run:
        played = run.play(by_name()["completed at once"])
    assert played.record.ending.report is not None
    assert played.record.ending.report.outcome == "completed"
    assert "sending request" in played.record.ending.told


def test_it_refuses_a_protocol_that_it_does_not_know(client: Path) -> None:
    done = subprocess.run(
        program(client).command,
        input=json.dumps({"protocol": 2}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "protocol 2 is not known here" in done.stderr


def test_it_is_made_for_the_sdk_that_is_tested() -> None:
    wanted = json.loads((ADAPTER / "package.json").read_text(encoding="utf-8"))
    tested = json.loads((node_runtime.PROJECT / "package.json").read_text(encoding="utf-8"))
    assert wanted["type"] == "module"
    for name, version in wanted["dependencies"].items():
        assert tested["dependencies"][name] == version
