"""The HTML report: whole by itself, every word of a server escaped, a table beside each chart."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from contract_tests.checking.coverage import Coverage
from contract_tests.checking.target import MockTarget
from contract_tests.mutants.servers.catalogue import broken_servers
from contract_tests.mutants.servers.score import catch
from contract_tests.reports.finding import Finding
from contract_tests.reports.page import html_page
from contract_tests.reports.run import CheckResult, RunReport
from contract_tests.rules.lifecycle import ENDS


class Reader(HTMLParser):
    """Notes tags and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def report(*findings: Finding) -> RunReport:
    coverage = Coverage()
    coverage.answers["getUser", 200] = 3
    coverage.states["users.identify", "queued"] = 2
    coverage.moves["users.identify", "queued", "processing"] = 1
    return RunReport(
        server="http://<b>.example", kind="a server", profile="dev", seed=1,
        suites=("lifecycle",), seconds=1.0,
        checks=(CheckResult("lifecycle", "x", "failed", 0.1, "<i>why</i>"),),
        findings=findings, judgements={ENDS.id: 2}, not_judged={}, notes=("<u>note</u>",),
        coverage=coverage, judged_at={ENDS.id: {"getUser"}},
        operations=(("getUser", "GET", "/v1/users/{user_id}"),),
    )  # fmt: skip


@pytest.fixture
def page(mock_target: MockTarget) -> str:
    caught = catch(broken_servers()["counts_do_not_add_up"], mock_target)
    assert caught.finding is not None
    nasty = Finding(
        ENDS, "lifecycle", "x", "<script>alert(1)</script>", ("getUser",), "</pre><b>", ("<x>",), 1
    )
    return html_page(report(caught.finding, nasty))


def test_it_asks_the_network_for_nothing(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    names = {tag for tag, _ in reader.tags}
    assert names.isdisjoint({"script", "link", "img", "iframe", "b", "i", "u"})
    for _, attributes in reader.tags:
        assert all(not (value or "").startswith("http") for value in attributes.values())
        assert "src" not in attributes
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page


def test_every_chart_has_a_title_and_a_table_beside_it(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    charts = [attributes for tag, attributes in reader.tags if tag == "svg"]
    assert len(charts) == 3
    assert all(attributes.get("role") == "img" for attributes in charts)
    assert page.count("<svg") == len(re.findall(r"<svg[^>]*><title>[^<]+</title>", page))
    assert page.count("<caption>") >= len(charts)


def test_findings_are_told_whole(page: str) -> None:
    assert "success_count and error_count add up to processed_rows." in page
    assert "lifecycle.counts-add-up" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "knock-contract check --suite lifecycle" in page
    assert "curl -sS" in page


def test_a_run_without_findings_says_so() -> None:
    assert "No rule is broken." in html_page(report())
