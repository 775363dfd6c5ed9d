"""What tests of several folders share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.sdk import node_runtime


@pytest.fixture(scope="session")
def node_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `sdk/node/` with its packages installed: once, whatever the number of workers."""
    base = tmp_path_factory.getbasetemp()
    return node_runtime.install(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)
