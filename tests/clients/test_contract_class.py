"""The pytest class, in a project of somebody else's."""

from __future__ import annotations

import pytest

from contract_tests.clients.catalogue import SCENARIOS

HEAD = """
import pytest
from contract_tests.clients import Report
from contract_tests.clients.adapters import knockapi_sync
from contract_tests.clients.contract import ClientContract
"""
INI = "[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n"
TESTS = len(SCENARIOS) + 1


def test_a_sound_client_passes_side_by_side(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(
        HEAD
        + """
class TestImport(ClientContract):
    profile = "dev"
    seed = 4

    @pytest.fixture
    def client_under_test(self):
        return knockapi_sync.import_users
"""
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2")
    result.assert_outcomes(passed=TESTS)


def test_findings_fail_and_say_how_to_repeat(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(
        HEAD
        + """
def says_it_is_done(task):
    return Report("completed")


class Asleep:
    def __init__(self, task):
        self.task = task

    async def run(self):
        return {"outcome": "gave_up"}


class TestImport(ClientContract):
    seed = 9

    @pytest.fixture(params=[says_it_is_done, Asleep])
    def client_under_test(self, request):
        return request.param
"""
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-k", "succeed or drawn")
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            "client.copes: Where nothing stands in the way*",
            "*seen:      no request came*",
            "client.reports: The client's report says what happened.",
            "*the report says completed, and user-0000* were not notified*",
            "*repeat:    this test, with profile = 'ci' and seed = 9 in the class*",
        ]
    )


def test_a_program_is_a_client(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(
        HEAD
        + """
import sys
from contract_tests.clients.program import Program

TEXT = "import sys; sys.stdin.read(); print('{\\"outcome\\": \\"failed\\"}')"


class TestProgram(ClientContract):
    @pytest.fixture
    def client_under_test(self):
        return Program((sys.executable, "-c", TEXT), patience=2)
"""
    )
    result = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-k", "queued or user] or drawn"
    )
    result.assert_outcomes(passed=2, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*seen:      no request came*"])


def test_without_a_client_it_says_what_is_missing(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(HEAD + "\nclass TestNothing(ClientContract):\n    pass\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-x")
    result.stdout.fnmatch_lines(["*TestNothing needs a fixture client_under_test*"])


def test_the_suites_for_servers_do_not_collect_it(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "--pyargs", "contract_tests", "--collect-only", "-q"
    )
    assert "clients" not in result.stdout.str()
