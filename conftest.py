"""What all tests of the project share: Hypothesis profiles, the tester of pytest plugins, and the
option that records which operations the tests reach (see tests/coverage)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# `ci` repeats the same examples in every run, so that a red run is red again on the next machine.
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--operations-reached=FILE`: see `tests/coverage`."""
    parser.addoption(
        "--operations-reached",
        metavar="FILE",
        help="write which operations the tests of each file reach, as JSON",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Record, when asked to."""
    file = config.getoption("--operations-reached")
    if file:
        from tests.coverage.recorder import Recorder

        config.pluginmanager.register(Recorder(Path(file), config))
