"""Commands run outside of the checkout, and outside of this environment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 600


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that is to succeed; what it printed. Nothing of this environment leaks in."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(
            ("PYTEST", "PYTHON", "MOCK_KNOCK_", "KNOCK_", "VIRTUAL_ENV", "HATCH")
        )
    }
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=inherited,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


Clean = Callable[..., Path]
"""Makes a clean virtual environment by name; answers the folder of its commands."""
