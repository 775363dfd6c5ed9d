"""The suite `authentication`: a test for each of its checks."""

from __future__ import annotations

import pytest

from contract_tests.checking.check import Check
from contract_tests.checking.suites import checks_of
from contract_tests.suites.session import KitSession


@pytest.mark.parametrize("check", checks_of("authentication"), ids=lambda check: check.name)
def test_authentication(check: Check, kit_session: KitSession) -> None:
    kit_session.judge(check)
