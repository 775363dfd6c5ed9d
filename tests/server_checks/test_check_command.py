"""`knock-contract check` and the pytest door, run as a stranger runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from contract_tests.mutants.servers.errors import error_without_envelope
from contract_tests.mutants.servers.serving import BrokenHttpServer
from tests.docs.samples import ROOT

_NOBODY = "http://127.0.0.1:9"
_INSTALLED = any(
    point.value == "contract_tests.pytest_door" for point in entry_points(group="pytest11")
)
# An installation that is older than the door does not open it by itself.
_OPEN = () if _INSTALLED else ("-p", "contract_tests.pytest_door")
DOOR = (*_OPEN, "--pyargs", "contract_tests", "-p", "no:cacheprovider")
_KEYS = ("KNOCK_API_KEY", "MOCK_KNOCK_URL", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST")


@pytest.fixture(scope="module")
def broken_url() -> Iterator[str]:
    """A server whose errors have no envelope."""
    server = BrokenHttpServer(error_without_envelope)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.url
    server.close()
    thread.join()


def run(
    *arguments: str, cwd: Path, module: str = "contract_tests"
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _KEYS}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=cwd, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


def test_a_sound_server_ends_with_0_and_reports(tmp_path: Path) -> None:
    suites = ("--suite", "errors", "--suite", "authentication")
    done = run("check", *suites, "--seed", "5", "--report", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 are broken" in done.stdout
    assert "Seed 5" in done.stdout
    assert "errors: 13 passed" in done.stderr
    told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert told["findings"] == []
    assert told["suites"] == ["errors", "authentication"]
    assert told["summary"]["held"] > 10
    assert told["coverage"]["answers"]["getUser"]["404"] > 0
    cases = ElementTree.parse(tmp_path / "out" / "junit.xml").findall(".//testcase")
    assert len(cases) == len(told["checks"]) == told["summary"]["checks"]
    assert "<svg" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_findings_end_with_1_and_can_be_repeated(tmp_path: Path, broken_url: str) -> None:
    options = ("--server", broken_url, "--api-key", "sk_very_secret", "--suite", "errors")
    done = run("check", *options, "--format", "json", "--junit", "junit.xml", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    finding = next(f for f in told["findings"] if f["rule"] == "errors.envelope")
    assert finding["sentence"].startswith("An error is JSON")
    assert "AuthenticationError" in finding["source"]
    assert any(line.startswith("curl ") for line in finding["curl"])
    assert "sk_very_secret" not in done.stdout + done.stderr
    assert "sk_very_secret" not in (tmp_path / "junit.xml").read_text(encoding="utf-8")
    command = re.findall(r'"[^"]*"|\S+', finding["repeat"])
    again = run(*[word.strip('"') for word in command[1:]], cwd=tmp_path)
    assert again.returncode == 1
    assert "errors.envelope" in again.stdout


def test_schemathesis_findings_are_told_like_all_others(tmp_path: Path, broken_url: str) -> None:
    options = ("--server", broken_url, "--api-key", "sk_very_secret", "--seed", "1")
    only = ("--suite", "conformance", "--only", "the examples of the documents")
    done = run("check", *options, *only, "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert [check["name"] for check in told["checks"]] == [
        "schemathesis, the examples of the documents"
    ]
    finding = next(f for f in told["findings"] if "response-schema" in f["rule"])
    assert finding["places"]
    assert "$KNOCK_API_KEY" in " ".join(finding["curl"])
    assert "sk_very_secret" not in done.stdout
    assert told["coverage"]["answers"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--server", _NOBODY), f"{_NOBODY} does not answer"),
        (("--server", "api.knock.app"), "http:// or https://"),
        (("--server", "https://api.knock.app"), "needs its key"),
        (("--real", "--server", _NOBODY), "needs its key"),
        (("--api-key", "sk_x"), "say --server URL too"),
        (("--suite", "nothing"), "is not one of"),
        (("--profile", "weekly"), "is not one of"),
        (("--json", "/proc/nothing/x.json", "--suite", "errors"), "/proc/nothing"),
        (("--only", "no such check", "--suite", "errors"), "no check has such a name"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_run_ends_with_2(options: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = run("check", *options, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_the_pytest_door_judges_a_server(tmp_path: Path, broken_url: str) -> None:
    options = ("--server", broken_url, "--api-key", "sk_very_secret", "--suite", "errors")
    done = run(*DOOR, *options, "-q", cwd=tmp_path, module="pytest")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "errors.envelope: An error is JSON" in done.stdout
    assert "source:" in done.stdout
    assert "sk_very_secret" not in done.stdout


def test_the_pytest_door_says_what_it_cannot_run(tmp_path: Path) -> None:
    done = run(*DOOR, "--server", _NOBODY, cwd=tmp_path, module="pytest")
    assert done.returncode == 2
    assert "does not answer" in done.stdout + done.stderr


def test_other_runs_of_pytest_know_nothing_of_the_kit(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--server')\n", encoding="utf-8"
    )
    (tmp_path / "test_it.py").write_text(
        "def test_it(request):\n    assert request.config.getoption('--server') == 'mine'\n",
        encoding="utf-8",
    )
    arguments = (*_OPEN, "--server", "mine", "-q", "-p", "no:cacheprovider")
    done = run(*arguments, cwd=tmp_path, module="pytest")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
