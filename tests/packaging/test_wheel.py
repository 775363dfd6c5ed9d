"""What is in the wheel."""

from __future__ import annotations

import email
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from mock_knock import __version__

from .commands import CHECKOUT


@pytest.fixture
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def read(wheel: Path, name: str) -> str:
    """A file of the wheel's metadata."""
    with zipfile.ZipFile(wheel) as archive:
        [found] = [each for each in archive.namelist() if each.endswith(f".dist-info/{name}")]
        return archive.read(found).decode()


@pytest.mark.parametrize("folder", ["openapi", "arazzo"])
def test_every_document_is_there(names: set[str], folder: str) -> None:
    ours = [path for path in (CHECKOUT / folder).glob("*.yml") if path.is_file()]
    assert ours
    for path in ours:
        assert f"mock_knock/_documents/{folder}/{path.name}" in names


@pytest.mark.parametrize("package", ["mock_knock", "contract_tests"])
def test_every_module_is_there_with_the_marker_of_its_types(names: set[str], package: str) -> None:
    modules = {
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / package).rglob("*.py")
        if "__pycache__" not in path.parts
    }
    assert modules <= names
    assert f"{package}/py.typed" in names


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_every_file_of_the_console_is_there(names: set[str], folder: str) -> None:
    ours = list((CHECKOUT / "mock_knock" / "console" / folder).iterdir())
    assert len(ours) > 10
    assert {f"mock_knock/console/{folder}/{path.name}" for path in ours} <= names


def test_nothing_else_is_there(names: set[str]) -> None:
    allowed = ("mock_knock/", "contract_tests/", f"mock_knock-{__version__}.dist-info/")
    assert not [name for name in names if not name.startswith(allowed)]
    unwanted = ("__pycache__", ".pyc", "tests/api", "conftest", ".hypothesis", "node_modules")
    assert not [name for name in names if any(each in name for each in unwanted)]


def test_the_entry_points_are_there(wheel: Path) -> None:
    entries = ConfigParser()
    entries.optionxform = str  # type: ignore[assignment,method-assign]
    entries.read_string(read(wheel, "entry_points.txt"))
    assert dict(entries["console_scripts"]) == {
        "mock-knock": "mock_knock.cli:main",
        "knock-contract": "contract_tests.__main__:main",
    }
    assert dict(entries["pytest11"]) == {
        "knock_contract": "contract_tests.pytest_door",
        "mock_knock": "mock_knock.pytest_plugin",
    }


def test_its_metadata_says_what_it_is(wheel: Path, names: set[str]) -> None:
    metadata = email.message_from_string(read(wheel, "METADATA"))
    assert metadata["Name"] == "mock-knock"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert {"contract", "dev"} <= set(metadata.get_all("Provides-Extra", []))
    assert [name for name in names if name.endswith("licenses/LICENSE")]
