"""Schemathesis against a live server: every check, good and bad data, and flows over the links."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.conformance.document import readable_document
from mock_knock import MockKnock

PATIENCE = 1_800
SEED = "20260105"
NOT_OURS = {
    # Calls with a key of its own making and wants a 401; here any non-empty key opens an
    # environment. That no operation goes without a key is shown in test_authentication.py.
    "ignored_auth",
}


# The rules of an interaction's metadata (five flat pairs) stand in Knock's prose and not in its
# schemas, so by the letter a 422 refuses good data.
CONFIGURATION = """
[[operations]]
include-operation-id = ["markMessageInteracted", "batchMarkMessagesAsInteracted"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
"""


@pytest.mark.parametrize(
    ("phases", "examples"),
    [("examples,coverage", 1), ("fuzzing", 30), ("stateful", 20)],
    ids=["examples and coverage", "fuzzing", "stateful"],
)
def test_no_check_of_schemathesis_fails(
    mock_knock: MockKnock, tmp_path: Path, phases: str, examples: int
) -> None:
    document = tmp_path / "knock.json"
    document.write_text(json.dumps(readable_document()), encoding="utf-8")
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    nightly = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
    result = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("run", str(document), "--url", mock_knock.url),
            *("--header", f"Authorization: Bearer {mock_knock.api_key}"),
            *("--phases", phases, "--mode", "all", "--checks", "all"),
            *("--exclude-checks", ",".join(NOT_OURS)),
            *("--max-examples", str(examples * 5 if nightly else examples)),
            *(() if nightly else ("--seed", SEED)),
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
    seen = {request.operation_id for request in mock_knock.requests}
    assert len(seen) > 3
