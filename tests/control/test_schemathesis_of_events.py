"""Schemathesis over the calls that show what happened: every check, good and bad data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mock_knock import MockKnock
from mock_knock.api.bundle import bundle
from mock_knock.documents import control_file

PATIENCE = 900
TAGS = ("Events", "Requests", "Metrics")
ENDLESS = ("streamEvents", "streamServerEvents")
"""Never come to an end, which schemathesis waits for; see test_event_streams.py."""
WAITING = "waitForRequests"
BRIEFLY = {"type": "number", "minimum": 0, "maximum": 0.02}
"""Seconds of a wait, since most of what is made up is waited for in vain."""

# That a count contradicts itself cannot be said in a schema.
CONFIGURATION = """
[[operations]]
include-operation-id = ["verifyRequests"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "404", "409", "422"]
"""


@pytest.mark.parametrize(
    ("options", "waiting"),
    [
        (("--phases", "examples,coverage", "--mode", "all"), False),
        (("--phases", "fuzzing", "--max-examples", "30", "--mode", "all"), False),
        (("--phases", "examples,coverage,fuzzing", "--mode", "positive"), True),
    ],
    ids=["examples and coverage", "fuzzing", "waiting"],
)
def test_no_check_of_schemathesis_fails(
    mock_knock: MockKnock, tmp_path: Path, options: tuple[str, ...], waiting: bool
) -> None:
    with mock_knock.client() as client:
        sent = client.post("/v1/users/bulk/identify", json={"users": [{"id": "ellie"}]})
    document = bundle([control_file()])
    for item in document["paths"].values():
        for parameter in item.get("get", {}).get("parameters", []):
            if (parameter.get("name"), parameter.get("in")) == ("request_id", "path"):
                parameter["example"] = sent.headers["x-request-id"]
    body = document["paths"]["/requests/wait"]["post"]["requestBody"]["content"]["application/json"]
    schema = body["schema"]
    body["schema"] = {
        **schema,
        "properties": {**schema["properties"], "timeout": BRIEFLY},
        "required": ["timeout"],
    }
    body["example"] = {**body["example"], "timeout": 0}
    file = tmp_path / "control.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    if waiting:
        chosen = ["--include-operation-id", WAITING]
    else:
        chosen = [option for tag in TAGS for option in ("--include-tag", tag)]
        chosen += [o for id in (*ENDLESS, WAITING) for o in ("--exclude-operation-id", id)]
    result = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("run", str(file), "--url", f"{mock_knock.url}/_mock_knock"),
            *("--header", f"Authorization: Bearer {mock_knock.api_key}"),
            *(*chosen, *options, "--checks", "all"),
            *("--exclude-checks", "ignored_auth"),  # any key opens an environment
            *("--seed", "20260105", "--continue-on-failure", "--warnings", "off"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    shown = [line[:500] for line in (result.stdout + result.stderr).splitlines()]
    assert result.returncode == 0, "\n".join(shown)
