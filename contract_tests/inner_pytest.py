"""Runs pytest within a command, whatever the caller's own tests are set up like."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def run_pytest(
    tests: Path, *arguments: str, plugins: Sequence[object], junit: Path | None = None
) -> int:
    """Run the tests of a file or folder in this process; answers pytest's exit status."""
    import pytest

    folder = tests if tests.is_dir() else tests.parent
    given = [str(tests), f"--rootdir={folder.parent}", "-c", os.devnull, "--capture=no"]
    given += ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:asyncio", *arguments]
    if junit is not None:
        given += [f"--junitxml={junit}", "-o", "junit_family=xunit2"]
    with _without_plugins():
        return int(pytest.main(given, plugins=list(plugins)))


@contextmanager
def _without_plugins() -> Iterator[None]:
    """Whatever plugins and options the caller has for tests of their own stay out of it."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
