"""The server checks of the installed kit, by both doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests.checking.suites import checks_of

from .commands import Clean, run


@pytest.fixture(scope="module")
def kit_bin(clean: Clean) -> Path:
    return clean("pytest", "pytest", extras="[contract]")


def test_the_installed_check_judges_a_mock_of_its_own(kit_bin: Path, elsewhere: Path) -> None:
    told = run(kit_bin / "knock-contract", "check", "--suite", "errors", cwd=elsewhere)
    assert "0 are broken" in told


def test_the_installed_pytest_door_opens(kit_bin: Path, elsewhere: Path) -> None:
    told = run(
        kit_bin / "pytest", "--pyargs", "contract_tests", "--suite", "errors", "--seed", "3",
        cwd=elsewhere,
    )  # fmt: skip
    assert f"{len(checks_of('errors'))} passed" in told
    assert "(seed 3)" in told
