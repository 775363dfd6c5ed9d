"""The packaged Arazzo flow, run by the installed kit against the installed server."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from .commands import Clean, run

INPUTS = {
    "apiKey": "sk_flow",
    "users": [{"id": f"user-{n}", "name": f"User {n}"} for n in range(5)],
    "recipientIds": ["user-0", "user-4"],
    "workflowKey": "welcome",
    "data": {"plan": "team"},
}


@pytest.fixture(scope="module")
def kit_bin(clean: Clean) -> Path:
    return clean("pytest", "pytest", extras="[contract]")


@pytest.fixture
def url(kit_bin: Path, elsewhere: Path) -> Iterator[str]:
    command = [str(kit_bin / "mock-knock"), "serve", "--port", "0", "--progress", "polls"]
    with subprocess.Popen(command, cwd=elsewhere, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield found[0]
        process.terminate()
        assert process.wait() == 0


def test_the_packaged_flow_completes(kit_bin: Path, elsewhere: Path, url: str) -> None:
    code = "from mock_knock.documents import documents_root; print(documents_root() / 'arazzo')"
    folder = Path(run(kit_bin / "python", "-c", code, cwd=elsewhere).strip())
    flow = folder / "knock-bulk-identify-users-notify.arazzo.yml"
    (elsewhere / "inputs.json").write_text(json.dumps(INPUTS), encoding="utf-8")
    options = ("--server", url, "--api-key", "sk_flow", "--inputs", "inputs.json", "--json")
    # The polling plan moves by reads, so the runner need not wait between them.
    told = run(
        kit_bin / "knock-contract", "flow", "run", flow, *options, "--revisit-delay", "0",
        cwd=elsewhere,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(told)
    assert result["status"] == "completed"
    assert "sk_flow" not in told

    headers = {"authorization": "Bearer sk_flow"}
    with httpx.Client(base_url=url, headers=headers) as client:
        users = client.get("/v1/users").json()["entries"]
        runs = client.get("/v1/workflow_recipient_runs").json()["items"]
    assert [user["id"] for user in users] == [f"user-{n}" for n in range(5)]
    assert {run["recipient"] for run in runs} == {"user-0", "user-4"}
    assert {run["workflow"] for run in runs} == {"welcome"}
