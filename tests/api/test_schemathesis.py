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
    return {
        "anyOf" if name == "oneOf" else name: read_as_anyof(value) for name, value in node.items()
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
    return document


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
