"""The HTML report of a client: whole by itself, and every word of a client escaped."""

from __future__ import annotations

import re

import pytest

from contract_tests.clients import Report, Task
from contract_tests.clients.catalogue import by_name
from contract_tests.clients.python_client import PythonClient
from contract_tests.clients.reporting.page import client_page
from contract_tests.clients.reporting.report import ClientReport
from contract_tests.clients.run import ClientRun
from contract_tests.rules.clients import CLIENT_RULES
from tests.server_checks.test_html_page import Reader

NASTY = "<script>alert(1)</script>"


def nasty(task: Task) -> Report:
    if len(task.users) == 1:
        raise ValueError(NASTY)
    return Report("completed", notified=(f"</pre>{NASTY}",), message=NASTY)


@pytest.fixture(scope="module")
def page() -> str:
    with ClientRun(PythonClient(nasty, name=f"shop{NASTY}")) as run:
        for name in ("one user", "all succeed", "fails early"):
            run.play(by_name()[name])
        return client_page(ClientReport.of(run))


def test_it_is_whole_and_asks_for_nothing(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    names = {tag for tag, _ in reader.tags}
    assert not names & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"(src|href)=['\"](?!#)", page)
    assert "url(#tip)" not in page


def test_every_word_of_the_client_is_escaped(page: str) -> None:
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 4


def test_it_has_the_findings_the_scenarios_and_every_rule(page: str) -> None:
    for heading in ("Findings", "Scenarios", "Rules"):
        assert f">{heading}</h2>" in page
    assert all(id in page for id in CLIENT_RULES)
    for name in ("one user", "all succeed", "fails early"):
        assert f"<td>{name}</td>" in page
    assert "ValueError" in page
    assert "knock-contract client --scenario" in page
