"""Schemathesis against a live server: every check, good and bad data, and flows over the links."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mock_knock import MockKnock
from mock_knock.api.bundle import bundle
from mock_knock.documents import openapi_files

PATIENCE = 1_800
SEED = "20260105"
NOT_OURS = {
    # Calls with a key of its own making and wants a 401; here any non-empty key opens an
    # environment. That no operation goes without a key is shown in test_authentication.py.
    "ignored_auth",
}


def read_as_anyof(node: Any) -> Any:
    """The document with each `oneOf` as an `anyOf`, which is how this server reads them.

    The vendor's alternatives overlap (a Slack connection is also one of MS Teams), so by the letter
    they refuse what Knock takes; see mock_knock/api/schemas.py.
    """
    if isinstance(node, list):
        return [read_as_anyof(item) for item in node]
    if not isinstance(node, dict):
        return node
    has_alternatives = "oneOf" in node or "anyOf" in node
    return {
        "anyOf" if name == "oneOf" else name: read_as_anyof(value)
        for name, value in node.items()
        # `type: object` beside alternatives of which one is a text: the vendor's, and not meant.
        if not (name == "type" and has_alternatives)
    }


def without_an_object_in_a_query(document: Any) -> Any:
    """The document with `recipient`, a query parameter that is an id or an object, as an id alone.

    The vendor gives it no style. By the letter the members of the object would then stand in the
    query under names of their own, which nobody looks for; the clients write `recipient[id]=x`,
    in which not every object can be written. test_query_forms.py has that form.
    """
    for parameter in document["paths"]["/v1/workflow_recipient_runs"]["get"]["parameters"]:
        if parameter.get("name") == "recipient":
            parameter["schema"] = {"type": "string"}
            del parameter["examples"]["object"]
    # Nor can a number in a list of references be told from an id that looks like one.
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter.get("name") in ("recipients[]", "objects[]", "recipients"):
                    parameter["schema"] = {"type": "array", "items": {"type": "string"}}
    return document


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
    served = without_an_object_in_a_query(read_as_anyof(bundle(openapi_files())))
    document.write_text(json.dumps(served), encoding="utf-8")
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
