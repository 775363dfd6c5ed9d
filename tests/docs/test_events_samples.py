"""The samples of docs/events.md, and whether its table has every kind."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from mock_knock import KnockServer, MockKnock
from mock_knock.documents import control_file
from tests.control.streams import open_stream
from tests.control.test_told_writes import WRITES
from tests.docs.samples import ROOT, run_shell, sample

DOCUMENT = ROOT / "docs" / "events.md"


def test_the_events_sample_shows_the_row_and_its_effect(
    server: KnockServer, tmp_path: Path
) -> None:
    found = json.loads(run_shell("events", server, tmp_path))["entries"]
    assert [event["kind"] for event in found] == [
        "bulk_operation.queued",
        "bulk_operation.processing",
        "user.identified",
        "bulk_operation.row",
        "bulk_operation.completed",
    ]
    shape = re.search(r"An event is\n\n```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert shape is not None
    shown = json.loads(shape[1])
    event = found[2]
    assert {**event, "at": shown["at"], "number": shown["number"], "cause": shown["cause"]} == shown


def test_the_journal_sample_explains_repeats_and_verifies(
    server: KnockServer, tmp_path: Path
) -> None:
    printed = run_shell("journal", server, tmp_path)
    assert "users[0].id is required: the rule is #/components/schemas/" in printed
    refused = (tmp_path / "refused.json").read_text()
    assert refused in printed  # what the curl line was answered
    assert '"code":"requests_not_verified"' in printed


def test_the_metrics_sample_counts(server: KnockServer, tmp_path: Path) -> None:
    printed = run_shell("metrics", server, tmp_path)
    assert "mock_knock_environments 0.0" in printed
    assert "0 of 118 operations were called" in printed


def test_the_pytest_sample_passes(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(sample("events-pytest").text)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_the_browser_sample_asks_for_what_there_is(mock_knock: MockKnock) -> None:
    text = sample("events-browser").text
    path = re.search(r"`/_mock_knock(/events/stream\?[^`]*)`", text)
    assert path is not None
    query = path[1].replace("${id}", mock_knock._environment.id)
    with mock_knock.client() as client:
        client.post("/v1/users/bulk/identify", json={"users": [{"id": "ellie"}]})
    with open_stream(mock_knock, query, authorization="") as stream:
        assert stream.until("bulk_operation.queued")
    node = shutil.which("node")
    if node is not None:
        done = subprocess.run([node, "--check", "-"], input=text, text=True, check=False)
        assert done.returncode == 0


def test_every_kind_is_in_the_table(mock_knock: MockKnock) -> None:
    table = DOCUMENT.read_text(encoding="utf-8").partition("| kind |")[2].partition("\n\n")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    known = [kind for cell in first_cells for kind in re.findall(r"`([a-z_.*]+)`", cell)]
    mock_knock.plan_all(progress="immediate")
    with mock_knock.client() as client:
        for method, path, body, _, _ in WRITES:
            client.request(method, path, json=body)
        client.post("/v1/workflows/w/trigger", json={"recipients": ["alan"]})
        client.put("/_mock_knock/clock", json={"scale": 2})
        client.post("/_mock_knock/clock/run_until_idle")
    mock_knock.load_fixtures({"users": [{"id": "ellie"}]})
    seen = {event.kind for event in mock_knock.events}
    assert len(seen) > 15
    assert not [kind for kind in seen if not any(fnmatchcase(kind, one) for one in known)]


def test_every_metric_and_criterion_is_explained(mock_knock: MockKnock) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    with mock_knock.client() as client:
        metrics = client.get("/_mock_knock/metrics").text
    names = set(re.findall(r"^# TYPE (\w+) ", metrics, re.MULTILINE))
    assert not [name for name in names if f"`{name}`" not in text]
    match = control_file().read_text(encoding="utf-8").partition("    RequestMatch:\n")[2]
    criteria = re.findall(r"^        (\w+):$", match.partition("\n    JournalEntry")[0], re.M)
    assert len(criteria) == 9
    assert not [name for name in criteria if f"`{name}`" not in text]
