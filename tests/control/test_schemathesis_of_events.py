"""Schemathesis over the calls that show what happened: every check, good and bad data."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_knock import MockKnock
from mock_knock.api.bundle import bundle
from mock_knock.documents import control_file
from tests.schemathesis_runs import check_by_schemathesis

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
    if waiting:
        chosen = ["--include-operation-id", WAITING]
    else:
        chosen = [option for tag in TAGS for option in ("--include-tag", tag)]
        chosen += [o for id in (*ENDLESS, WAITING) for o in ("--exclude-operation-id", id)]
    check_by_schemathesis(
        tmp_path,
        document,
        f"{mock_knock.url}/_mock_knock",
        mock_knock.api_key,
        *chosen,
        *options,
        configuration=CONFIGURATION,
    )
