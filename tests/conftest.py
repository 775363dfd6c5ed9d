"""What tests of several folders share."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.sdk import node_runtime


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, None, None]:
    """Let the collector begin anew with each file.

    Environments are cycles with much data in few objects. A whole collection only comes after a
    quarter more objects than the last one has left, so beside all that a worker holds in the end
    it would let gigabytes of them stand.
    """
    yield
    if nextitem is not None and nextitem.path != item.path:
        gc.collect()
        gc.freeze()
        gc.collect()


@pytest.fixture(scope="session")
def node_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `sdk/node/` with its packages installed: once, whatever the number of workers."""
    base = tmp_path_factory.getbasetemp()
    return node_runtime.install(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)
