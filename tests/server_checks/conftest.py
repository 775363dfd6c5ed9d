"""What the tests of the kit's server checks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.checking.target import MockTarget, own_mock


@pytest.fixture(scope="session")
def mock_target() -> Iterator[MockTarget]:
    """A mock-knock as the kit sees it, without a socket. Every scene has its own environment."""
    with own_mock("tests") as target:
        yield target
