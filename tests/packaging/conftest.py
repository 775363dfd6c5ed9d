"""A wheel of this checkout, and clean virtual environments that have it."""

from __future__ import annotations

import fcntl
import os
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .commands import CHECKOUT, Clean, run


@contextmanager
def once(base: Path, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder for all workers of a run, and whether it is still to be filled, by this one."""
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder, done = base / name, base / f"{name}.done"
        yield folder, not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temp folder of the whole run, the same for every worker."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def wheel(shared: Path) -> Path:
    """The wheel, built from the checkout with the tools of this environment."""
    with once(shared, "wheel") as (folder, fresh):
        if fresh:
            options = ("--wheel", "--no-isolation", "--outdir", folder)
            run(sys.executable, "-m", "build", *options, CHECKOUT, cwd=shared)
    [found] = folder.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def clean(shared: Path, wheel: Path) -> Clean:
    """Makes a virtual environment with the wheel, some extras of it, and further packages."""

    def make(name: str, *packages: str, extras: str = "") -> Path:
        with once(shared, f"venv-{name}") as (folder, fresh):
            if fresh:
                venv.create(folder, with_pip=True)
                requirement = f"mock-knock{extras} @ {wheel.as_uri()}"
                options = ("--no-warn-script-location", "--disable-pip-version-check", "--quiet")
                command = (folder / "bin" / "python", "-m", "pip", "install", *options)
                run(*command, requirement, *packages, cwd=shared)
        return folder / "bin"

    return make


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """An empty folder to run in."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder
