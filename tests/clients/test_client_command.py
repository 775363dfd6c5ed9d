"""`knock-contract client`, run as a stranger runs it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from contract_tests.clients.catalogue import SCENARIOS
from contract_tests.clients.reporting.report import FORMAT
from contract_tests.rules.clients import CLIENT_RULES
from tests.docs.samples import ROOT

SOUND = "contract_tests.clients.adapters.knockapi_sync:import_users"
QUICK = ("--scenario", "all succeed", "--scenario", "fails early")
JSON = ("--format", "json")
HASTY = """
import httpx

def import_users(task):
    headers = {"authorization": f"Bearer {task.api_key}"}
    with httpx.Client(base_url=task.base_url, headers=headers) as http:
        http.post("/v1/users/bulk/identify", json={"users": task.users}).raise_for_status()
        trigger = {"recipients": task.recipients, "data": task.data}
        http.post(f"/v1/workflows/{task.workflow}/trigger", json=trigger).raise_for_status()
    return {"outcome": "completed"}

class Shop:
    import_users = staticmethod(import_users)

NUMBER = 3

def stands_still(task):
    import threading
    threading.Event().wait()
"""
PROGRAM = """
import json, os, sys, urllib.request
task = json.load(sys.stdin)
assert os.environ["KNOCK_BASE_URL"] == task["base_url"]
print(json.dumps({"outcome": "gave_up", "message": "I never try"}))
"""


def run(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {n: v for n, v in os.environ.items() if n not in ("PYTEST_ADDOPTS", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "contract_tests", "client", *arguments],
        cwd=cwd, env={**environment, "PYTHONPATH": str(ROOT), **more}, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hasty.py").write_text(HASTY, encoding="utf-8")
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def test_a_sound_client_ends_with_0(folder: Path) -> None:
    done = run("--python", SOUND, "--profile", "ci", "--report", "out", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no rule is broken" in done.stdout
    assert f"{len(SCENARIOS)} scenarios and 40 drawn ones (seed 20260105)" in done.stdout
    assert f"{len(SCENARIOS) + 1} tests of {SOUND}" in done.stderr
    told = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert told["format"] == FORMAT
    assert told["summary"] == {"scenarios": len(SCENARIOS), "sound": len(SCENARIOS), "broken": 0}
    assert {rule["verdict"] for rule in told["rules"]} == {"held"}
    assert [rule["id"] for rule in told["rules"]] == list(CLIENT_RULES)
    assert [row["name"] for row in told["scenarios"]] == [s.name for s in SCENARIOS]
    junit = ElementTree.parse(folder / "out" / "junit.xml").getroot()
    assert len(list(junit.iter("testcase"))) == len(SCENARIOS) + 1
    assert not list(junit.iter("failure"))
    assert (folder / "out" / "report.html").read_text(encoding="utf-8").startswith("<!doctype")


@pytest.mark.parametrize("target", ["hasty:import_users", "hasty:Shop.import_users"])
def test_findings_end_with_1_and_can_be_repeated(folder: Path, target: str) -> None:
    done = run("--python", target, *QUICK, "--junit", "junit.xml", cwd=folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "client.notifies-after-completed: Nobody is notified before" in done.stdout
    assert "fails early: client.notifies-after-completed" in done.stderr
    repeat = f'repeat:    knock-contract client --scenario "all succeed" --python {target}'
    assert repeat in done.stdout
    again = run("--scenario", "fails early", "--python", target, "--format", "json", cwd=folder)
    assert again.returncode == 1
    told = json.loads(again.stdout)
    assert again.stderr == ""
    rules = {finding["rule"] for finding in told["findings"]}
    assert {"client.notifies-after-completed", "client.reports"} >= rules
    assert told["findings"][0]["timeline"]
    junit = ElementTree.parse(folder / "junit.xml").getroot()
    assert len(list(junit.iter("failure"))) == 2
    assert "client.notifies-after-completed" in str(next(junit.iter("failure")).text)


def test_drawn_scenarios_are_repeated_by_their_seed(folder: Path) -> None:
    command = ("--scenario", "drawn", "--seed", "5", "--python", "hasty:import_users")
    first, again = (run(*command, "--format", "json", cwd=folder) for _ in "ab")
    findings = [json.loads(done.stdout)["findings"] for done in (first, again)]
    assert [f["scenario"] for f in findings[0]] == [f["scenario"] for f in findings[1]]


def test_a_drawn_scenario_is_repeated_alone(folder: Path) -> None:
    drawn = run("--scenario", "drawn", "--python", "hasty:import_users", *JSON, cwd=folder)
    for finding in json.loads(drawn.stdout)["findings"]:
        command = shlex.split(finding["repeat"])
        assert command[:2] == ["knock-contract", "client"]
        again = json.loads(run(*command[2:], *JSON, cwd=folder).stdout)
        assert again["drawn"] == 1
        assert finding["rule"] in [one["rule"] for one in again["findings"]]
        assert [one["scenario"] for one in again["findings"]] == [finding["scenario"]] * len(
            again["findings"]
        )


def test_a_program_is_judged(folder: Path) -> None:
    names = ("--scenario", "stuck in queued", "--scenario", "all succeed")
    program = ("--", sys.executable, "program.py")
    done = run(*names, "--patience", "3", *program, cwd=folder)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "client.copes" in done.stdout
    assert "I never try" in done.stdout
    assert "program.py" in done.stdout.split("repeat:")[1]


def test_the_list_has_every_scenario(tmp_path: Path) -> None:
    done = run("--list", cwd=tmp_path)
    assert done.returncode == 0
    told = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert told == [f"{scenario.name}: {scenario.sentence}" for scenario in SCENARIOS]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "name one client: --python MODULE:NAME, or -- COMMAND"),
        (("--python", SOUND, "--", "true"), "name one client"),
        (("--python", "hasty"), "MODULE:NAME is needed"),
        (("--python", "nowhere:x"), "No module named 'nowhere'"),
        (("--python", "hasty:nothing"), "has no attribute 'nothing'"),
        (("--python", "hasty:NUMBER"), "it cannot be called"),
        (("--", "no-such-program-anywhere"), "there is no program 'no-such-program-anywhere'"),
        (("--python", SOUND, "--scenario", "rain"), "there is no scenario 'rain'; --list"),
        (("--scenario", "drawn", "--", "true"), "drawn for clients in Python only"),
        (("--python", SOUND, "--scenario", "drawn {"), "--scenario drawn {: "),
    ],
)
def test_what_cannot_be_run_ends_with_2(
    folder: Path, arguments: tuple[str, ...], problem: str
) -> None:
    done = run(*arguments, cwd=folder)
    assert done.returncode == 2
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


CHATTY = """
import logging

logging.basicConfig(level=logging.DEBUG)

def import_users(task):
    logging.info("I am at it")
    return {"outcome": "failed"}
"""


def test_a_client_that_logs_everything_logs_no_more_than_its_own(folder: Path) -> None:
    (folder / "chatty.py").write_text(CHATTY, encoding="utf-8")
    done = run("--python", "chatty:import_users", "--scenario", "one user", cwd=folder)
    assert "INFO:root:I am at it" in done.stderr
    logged = [line for line in done.stderr.splitlines() if ":" in line.partition(" ")[0]]
    assert [line for line in logged if line.startswith(("DEBUG", "INFO"))] == [
        "INFO:root:I am at it"
    ]


def test_a_module_that_fails_is_named(folder: Path) -> None:
    (folder / "wrong.py").write_text("1 / 0\n", encoding="utf-8")
    done = run("--python", "wrong:x", cwd=folder)
    assert done.returncode == 2
    assert "wrong:x" in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_the_callers_pytest_options_stay_out_of_it(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    done = run("--python", SOUND, *QUICK, cwd=folder, PYTEST_ADDOPTS="--neither-this")
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_names_the_protocol(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.returncode == 0
    for word in ("KNOCK_BASE_URL", "standard input", "Exit status", "--patience", "--python"):
        assert word in done.stdout
