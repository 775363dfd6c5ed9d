"""Every sample of the documents does what it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mock_knock import KnockServer, Plan
from mock_knock.world.magic_ids import TABLE
from tests.docs.samples import ROOT, all_samples, run_shell, sample
from tests.sdk.node_runtime import tool

PYTHON_SAMPLES = (
    "fixture", "fixture-tour", "fixture-settings", "faults-fixture", "snapshots", "fixtures-export",
)  # fmt: skip
SHELL_SAMPLES = ("sandbox", "flow", "flow-policies", "control", "ctl", "faults")
CONTROL_SAMPLES = ("control-node", "control-python")  # run by themselves, against a server
COMMANDS = ("serve", "test")
EVENTS_SAMPLES = (  # see test_events_samples.py
    "events", "events-browser", "journal", "events-pytest", "metrics", "",
)  # fmt: skip
FIXTURES_SAMPLES = (  # see test_fixtures_samples.py
    "fixtures-file", "fixtures-signing-key", "fixtures-serve", "fixtures-pytest",
)  # fmt: skip
FLOW_SAMPLES = ("flow-lint", "flow-pre-commit", "flow-explore")  # see test_flow_samples.py

SDK_SAMPLES = (  # see test_sdk_samples.py
    "sdk-environment", "sdk-python", "sdk-node", "sdk-browser", "scenario-fixtures", "scenario",
)  # fmt: skip

WEBHOOK_SAMPLES = (  # see test_webhooks_samples.py
    "webhooks-fixtures", "webhooks", "webhooks-fixture",
)  # fmt: skip
CLIENT_SAMPLES = (  # see test_client_samples.py
    "client", "client-python", "client-pytest", "client-program", "client-task", "client-report",
)  # fmt: skip
CHECK_SAMPLES = ("check", "check-pytest", "ci-github", "ci-gitlab")  # test_conformance_samples.py


def test_no_sample_is_left_out() -> None:
    named = [s.name for s in all_samples()]
    run = (
        *PYTHON_SAMPLES, *SHELL_SAMPLES, *CONTROL_SAMPLES, *COMMANDS, *CHECK_SAMPLES,
        *CLIENT_SAMPLES, *EVENTS_SAMPLES, *FIXTURES_SAMPLES, *FLOW_SAMPLES, *SDK_SAMPLES,
        *WEBHOOK_SAMPLES,
    )  # fmt: skip
    assert sorted(named) == sorted(run)


@pytest.mark.parametrize("name", PYTHON_SAMPLES)
def test_python_samples_pass_as_tests(name: str, pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
        "filterwarnings = error\n"
    )
    pytester.makepyfile(sample(name).text)
    count = sample(name).text.count("def test_")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=count)


def test_the_sandbox_sample_sees_the_operation_end(server: KnockServer, tmp_path: Path) -> None:
    lines = run_shell("sandbox", server, tmp_path).replace("}{", "}\n{").splitlines()
    queued, clock, completed, ellie, trigger, runs = map(json.loads, lines)
    assert queued["status"] == "queued"
    assert clock["mode"] == "real"
    assert (completed["status"], completed["error_count"]) == ("completed", 1)
    assert (ellie["name"], ellie["plan"]) == ("Ellie", "pro")
    assert [run["workflow_run_id"] for run in runs["items"]] == [trigger["workflow_run_id"]]


def test_the_control_sample_ends_as_it_was(server: KnockServer, tmp_path: Path) -> None:
    lines = run_shell("control", server, tmp_path).replace("}{", "}\n{").splitlines()
    frozen, plan, clock, loaded, reset, restored, listed = map(json.loads, lines)
    assert frozen["mode"] == "manual"
    assert (plan["outcome"], plan["after_rows"]) == ("failed", 1)
    assert clock == restored["clock"] == listed["items"][0]["clock"]
    assert loaded == {"loaded": {"users": 1}}
    assert (reset["users"], restored["users"]) == (0, 1)


def test_the_ctl_sample_shows_what_became_of_the_rows(server: KnockServer, tmp_path: Path) -> None:
    printed = run_shell("ctl", server, tmp_path)
    assert "0    ellie  done\n1    alan   pending\n" in printed
    assert "~ /clock/now: " in printed
    assert "they differ" in printed
    assert "loaded: 1 users" in printed
    assert json.loads(printed[printed.rindex("\n{") :])["users"] == 1


def test_the_node_sample_of_the_control_plane_runs(server: KnockServer, tmp_path: Path) -> None:
    program = tmp_path / "control.mjs"
    text = sample("control-node").text.replace("http://127.0.0.1:4010", server.url)
    program.write_text(text, encoding="utf-8")
    first, second = run_program(tool("node"), program)
    assert first.endswith("Z immediate")
    assert second.startswith("invalid_params: the clock stands at ")


def test_the_python_sample_of_the_control_plane_runs(server: KnockServer, tmp_path: Path) -> None:
    program = tmp_path / "control.py"
    text = sample("control-python").text.replace("http://127.0.0.1:4010", server.url)
    program.write_text(text, encoding="utf-8")
    first, second = run_program(sys.executable, program)
    assert first == "['demo']"
    assert second.startswith("422 invalid_params the clock stands at ")


def run_program(runtime: str, program: Path) -> list[str]:
    """The lines that the program prints. Fails unless it ends well and silently."""
    done = subprocess.run(
        [runtime, str(program)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout.splitlines()


def test_the_faults_sample_lists_what_its_rules_struck(server: KnockServer, tmp_path: Path) -> None:
    lines = run_shell("faults", server, tmp_path).replace("}{", "}\n{").splitlines()
    bad_polls, latency, listed, switched = map(json.loads, lines)
    assert listed["items"] == [bad_polls, latency]
    assert switched == {**bad_polls, "enabled": False}


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder that has the flows and their sources, as a checkout has."""
    for name in ("arazzo", "openapi"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_flow_sample_completes(fast_server: KnockServer, flows: Path) -> None:
    printed = run_shell("flow", fast_server, flows)
    assert "completed: every step" in printed
    assert 'bulkStatus: "completed"' in printed


def test_the_flow_sample_with_failed_rows_says_so(fast_server: KnockServer, flows: Path) -> None:
    printed = run_shell("flow-policies", fast_server, flows)
    assert "completed with 1 failed row (mock_row_fails_1)" in printed
    assert "the trigger names them" in printed


def test_the_table_of_magic_ids_is_the_servers_own() -> None:
    text = (ROOT / "docs" / "behaviour.md").read_text(encoding="utf-8")
    rows = text.partition("<!-- table: magic ids -->")[2].strip().splitlines()[2:]
    listed = rows[: len(TABLE)]
    assert listed == [f"| `{id}` | {meaning} |" for id, meaning in TABLE]
    assert not rows[len(TABLE)].startswith("|")


def test_every_field_of_a_plan_is_explained() -> None:
    text = (ROOT / "docs" / "behaviour.md").read_text(encoding="utf-8")
    missing = [name for name in Plan().to_json() if f"`{name}`" not in text]
    assert not missing


def test_links_between_documents_lead_somewhere() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for part in document.read_text(encoding="utf-8").split("](")[1:]:
            target = part.partition(")")[0].partition("#")[0]
            if target and not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name} links to {target}"
