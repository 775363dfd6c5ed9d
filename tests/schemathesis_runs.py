"""The program schemathesis, run against a server that listens."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEED = "20260105"
PATIENCE = 1_800
"""Seconds until a run that comes to no end fails the test."""
NOT_OURS = {
    # Calls with a key of its own making and wants a 401; here any non-empty key opens an
    # environment. That no operation goes without a key is shown in tests/api/test_authentication.py
    # and tests/control/test_operation_control.py.
    "ignored_auth",
}


def check_by_schemathesis(
    folder: Path,
    document: Mapping[str, Any],
    url: str,
    key: str,
    *options: str,
    configuration: str,
    seed: str | None = SEED,
) -> None:
    """Fail when a check of schemathesis does; what it printed says which.

    It runs in `folder`, where the document and `configuration`, which is TOML, are put. `options`
    are the command's own, beside those that every run has; without a seed it draws one.
    """
    (folder / "document.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "schemathesis.toml").write_text(configuration, encoding="utf-8")
    result = subprocess.run(
        [
            *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
            *("run", "document.json", "--url", url, "--header", f"Authorization: Bearer {key}"),
            *("--checks", "all", "--exclude-checks", ",".join(NOT_OURS)),
            *("--continue-on-failure", "--warnings", "off"),
            *(() if seed is None else ("--seed", seed)),
            *options,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    shown = [line[:500] for line in (result.stdout + result.stderr).splitlines()]
    assert result.returncode == 0, "\n".join(shown)
