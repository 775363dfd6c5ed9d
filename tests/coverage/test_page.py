"""docs/coverage.md says what is so, as far as that can be seen without running every test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.coverage.page import PAGE, files_by_operation, render, rows
from tests.docs.samples import ROOT


def test_the_operations_and_handlers_are_the_servers() -> None:
    page = PAGE.read_text(encoding="utf-8")
    written_anew = render(rows(), files_by_operation(page))
    assert page == written_anew, "run: python -m tests.coverage"


def test_every_operation_is_reached_by_a_test_that_exists() -> None:
    tests = files_by_operation(PAGE.read_text(encoding="utf-8"))
    for row in rows():
        files = tests.get(row.operation_id)
        assert files, f"{row.operation_id}: see the page for how to renew it"
        missing = [name for name in files if not (ROOT / "tests" / f"{name}.py").is_file()]
        assert not missing, f"{row.operation_id} names {missing}: see the page for how to renew it"


OUTER = """
def pytest_addoption(parser):
    parser.addoption("--operations-reached")


def pytest_configure(config):
    import pathlib
    from tests.coverage.recorder import Recorder
    file = pathlib.Path(config.getoption("--operations-reached"))
    config.pluginmanager.register(Recorder(file, config))
"""
TESTS = """
def test_writing(mock_knock):
    with mock_knock.client() as client:
        client.put("/v1/users/a", json={})
        client.get("/v1/users/nobody")
        client.get("/v1/nowhere")


def test_listening(mock_knock):
    import httpx
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    assert httpx.get(f"{mock_knock.url}/v1/users", headers=headers).status_code == 200
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_what_tests_reach_is_recorded(
    pytester: pytest.Pytester, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makeconftest(OUTER)
    pytester.makepyfile(test_one=TESTS, test_two=TESTS)
    file = pytester.path / "reached.json"
    arguments = ("-p", "no:cacheprovider", f"--operations-reached={file}", *options)
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=4)
    assert json.loads(Path(file).read_text(encoding="utf-8")) == {
        "identifyUser": ["test_one", "test_two"],
        "listUsers": ["test_one", "test_two"],
    }
