"""Schemathesis against a live server: every check, good and bad data, and flows over the links."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contract_tests.conformance.document import readable_document
from mock_knock import MockKnock
from tests.schemathesis_runs import SEED, check_by_schemathesis

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
    nightly = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
    check_by_schemathesis(
        tmp_path,
        readable_document(),
        mock_knock.url,
        mock_knock.api_key,
        *("--phases", phases, "--mode", "all"),
        *("--max-examples", str(examples * 5 if nightly else examples)),
        configuration=CONFIGURATION,
        seed=None if nightly else SEED,
    )
    seen = {request.operation_id for request in mock_knock.requests}
    assert len(seen) > 3
