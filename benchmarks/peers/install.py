"""Installing the peers into a folder, so that comparing takes one command."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

NPM_PACKAGES = ("@stdy/cli", "@stoplight/prism-cli", "wiremock")
PYTHON_PACKAGES = {"moto": "moto[server]", "pytest-httpserver": "pytest-httpserver"}
"""By the name of the virtual environment that each gets in the folder."""


def install_peers(folder: Path) -> None:
    """Install what can be had. What fails is said on stderr, and shows as "not found" later."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        _say("npm is not installed: no Steady, Prism and WireMock")
    else:
        _run([npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", *NPM_PACKAGES])
    for name, package in PYTHON_PACKAGES.items():
        environment = folder / name
        if not (environment / "bin" / "python").exists():
            venv.create(environment, with_pip=True)
        _run([str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", package])
    for program, needed_for in {"java": "WireMock", "wrk": "load at full speed"}.items():
        if shutil.which(program) is None:
            _say(f"{program} is not installed; it is needed for {needed_for}")


def _run(command: list[str]) -> None:
    _say(f"$ {' '.join(command)}")
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        _say("this failed; going on without")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
