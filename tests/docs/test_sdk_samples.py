"""The samples of docs/sdks.md and docs/scenario.md do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mock_knock import KnockServer
from tests.docs.samples import ROOT, sample
from tests.sdk import node_runtime

PAGE = (ROOT / "docs" / "sdks.md").read_text(encoding="utf-8")


def text_of(name: str, server: KnockServer) -> str:
    """The sample, with the server's address in place of port 4010."""
    text = sample(name).text
    assert "http://127.0.0.1:4010" in text
    return text.replace("http://127.0.0.1:4010", server.url)


def printed(command: list[str]) -> list[str]:
    """What a command prints, line by line."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        command,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_backend_and_browser_see_the_same(server: KnockServer, node_project: Path) -> None:
    """One after the other, on one server: what one SDK writes the next one reads."""
    environment = printed(["bash", "-euc", text_of("sdk-environment", server)])
    assert environment == ["Ellie"]
    assert printed([sys.executable, "-c", text_of("sdk-python", server)]) == ["welcome delivered"]
    lines = node_runtime.run_text(node_project, text_of("sdk-node", server)).splitlines()
    assert lines == ["welcome delivered"] * 2
    metadata = node_runtime.run_text(node_project, text_of("sdk-browser", server))
    counts = dict(re.findall(r"(\w+): (\d+)", metadata))
    assert counts == {"total_count": "2", "unread_count": "1", "unseen_count": "2"}


def test_the_scenario_passes(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    file = pytester.path / "knock.yml"
    file.write_text(sample("scenario-fixtures").text, encoding="utf-8")
    pytester.makepyfile(sample("scenario").text)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_every_client_that_is_tested_is_on_the_page() -> None:
    for package in node_runtime.packages():
        assert f"`{package}`" in PAGE
