"""Schemathesis against the control plane: every check, good and bad data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mock_knock import KnockServer, MockKnock, Settings

from .document import DOCUMENT

PATIENCE = 300
SEED = "20260105"
NOT_OURS = {
    # Calls with a key of its own making and wants a 401; here any non-empty key opens an
    # environment. That none goes without is shown in test_operation_control.py.
    "ignored_auth",
}

# Calls that show what happened, some of which go on for ever or wait: see
# test_schemathesis_of_events.py.
ELSEWHERE = "/(events|requests|server/events|metrics|coverage|server/coverage).*"

# What JSON Schema does not say: whether a snapshot, a fixtures file or a plan makes sense, and that
# time only goes forward, to the year 9000.
CONFIGURATION = """
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "422"]
"""


@pytest.mark.parametrize(
    ("phases", "examples"),
    [("examples,coverage", 1), ("fuzzing", 10)],
    ids=["examples and coverage", "fuzzing"],
)
def test_no_check_of_schemathesis_fails(
    mock_knock_settings: Settings, tmp_path: Path, phases: str, examples: int
) -> None:
    server = KnockServer(mock_knock_settings)
    mock = MockKnock(server, "schemathesis")
    document = tmp_path / "control.json"
    document.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    try:
        result = subprocess.run(
            [
                *(sys.executable, "-c"),
                "from schemathesis.cli import schemathesis; schemathesis()",
                *("run", str(document), "--url", f"{mock.url}/_mock_knock"),
                *("--header", f"Authorization: Bearer {mock.api_key}"),
                *("--phases", phases, "--mode", "all", "--checks", "all"),
                *("--exclude-checks", ",".join(NOT_OURS)),
                *("--exclude-path-regex", ELSEWHERE),
                *("--max-examples", str(examples), "--seed", SEED),
                *("--continue-on-failure", "--warnings", "off"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        shown = [line[:500] for line in (result.stdout + result.stderr).splitlines()]
        assert result.returncode == 0, "\n".join(shown)
        assert not mock.take_errors()
    finally:
        server.stop()
