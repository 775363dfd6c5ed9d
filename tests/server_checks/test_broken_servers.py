"""Every broken server is caught by the suite that should, with the right rule; sound ones are not
accused. docs/server-mutants.md says so, and is up to date."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import httpx
import pytest

from contract_tests.checking.target import MockTarget
from contract_tests.mutants.servers.catalogue import broken_servers, sound_servers
from contract_tests.mutants.servers.page import render
from contract_tests.mutants.servers.score import Caught, accusations, catch
from tests.docs.samples import ROOT

PAGE = ROOT / "docs" / "server-mutants.md"
ENOUGH = 40


@pytest.mark.parametrize("name", broken_servers())
def test_a_broken_server_is_caught(name: str, mock_target: MockTarget) -> None:
    fault = broken_servers()[name]
    caught = catch(fault, mock_target)
    assert caught.finding is not None, f"{fault.sentence} Found: {caught.also}"
    assert caught.finding.rule == fault.rule
    assert caught.finding.suite == fault.suite
    assert caught.finding.curl, "a finding shows its requests"
    row = render([caught]).splitlines()[-1]
    assert row in PAGE.read_text(encoding="utf-8").splitlines(), (
        f"{PAGE.name} is out of date: python -m contract_tests.mutants.servers > {PAGE}"
    )


@pytest.mark.parametrize("name", sound_servers())
def test_a_sound_server_is_not_accused(name: str, mock_target: MockTarget) -> None:
    found = accusations(sound_servers()[name], mock_target)
    assert [f"{finding.rule.id}: {finding.detail}" for finding in found] == []


def test_there_are_many_broken_servers_of_every_suite() -> None:
    suites = {fault.suite for fault in broken_servers().values()}
    assert suites == {
        "conformance", "lifecycle", "resources", "errors", "idempotency", "rate-limits",
        "authentication",
    }  # fmt: skip
    assert len(broken_servers()) >= ENOUGH


def test_the_page_has_nothing_but_these() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(broken_servers())
    assert "**not caught**" not in text
    results = [Caught(fault, "x", None, ()) for fault in broken_servers().values()]
    head = render(results).partition("\n| ")[0]
    assert text.startswith(head)


def test_one_of_them_can_be_served() -> None:
    command = [sys.executable, "-m", "contract_tests.mutants.servers"]
    with subprocess.Popen(
        [*command, "serve", "no_request_ids", "--port", "0"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        answer = httpx.get(f"{found[0]}/v1/users", headers={"authorization": "Bearer sk_a"})
        assert answer.status_code == 200
        assert "x-request-id" not in answer.headers
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
