"""The pytest door of the kit: `pytest --pyargs contract_tests --server URL --api-key KEY`.

A plugin that every run of pytest loads where the kit is installed, and that does nothing but in
those that ask for the tests of this package, or for its fixture: nobody else's options are touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contract_tests.clients.stage import Stages

_PACKAGE = __name__.partition(".")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the suites' options before the command line is read, when it asks for them."""
    if any(_asks_for_the_kit(argument.partition("::")[0]) for argument in args):
        early_config.pluginmanager.import_plugin(f"{_PACKAGE}.suites.plugin")


def _asks_for_the_kit(argument: str) -> bool:
    if argument.startswith("-"):
        return False
    named = argument == _PACKAGE or argument.startswith(f"{_PACKAGE}.suites")
    return named or _PACKAGE in Path(argument).parts


@pytest.fixture(scope="session")
def knock_contract_stages() -> Iterator[Stages]:
    """The servers in which the tests of a `ClientContract` play their scenarios."""
    from contract_tests.clients.stage import Stages

    stages = Stages()
    yield stages
    stages.close()
