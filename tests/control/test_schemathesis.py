"""Schemathesis against the control plane: every check, good and bad data."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_knock import KnockServer, MockKnock, Settings
from tests.schemathesis_runs import check_by_schemathesis

from .document import DOCUMENT

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
    try:
        check_by_schemathesis(
            tmp_path,
            DOCUMENT,
            f"{mock.url}/_mock_knock",
            mock.api_key,
            *("--phases", phases, "--mode", "all", "--max-examples", str(examples)),
            *("--exclude-path-regex", ELSEWHERE),
            configuration=CONFIGURATION,
        )
        assert not mock.take_errors()
    finally:
        server.stop()
