"""The samples of docs/webhooks.md do what they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from mock_knock import KnockServer
from mock_knock.fixtures import load_fixtures
from mock_knock.fixtures.checking import schema
from mock_knock.world.instants import SECOND
from mock_knock.world.webhook_deliveries import BACKOFF
from mock_knock.world.webhook_endpoints import EVENT_TYPES
from mock_knock.world.webhook_events import KINDS
from mock_knock.world.webhooks import MAX_KEPT
from tests.docs.samples import ROOT, sample
from tests.webhooks.receiver import receiving

PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")


def test_the_fixtures_sample_is_good() -> None:
    (endpoint,) = load_fixtures(yaml.safe_load(sample("webhooks-fixtures").text)).webhooks
    assert (endpoint.id, endpoint.events) == ("my-app", ("message.*",))


def test_the_shell_sample_is_delivered(tmp_path: Path) -> None:
    server = KnockServer()
    server.start()
    try:
        with receiving() as receiver:
            text = sample("webhooks").text.replace("http://127.0.0.1:4010", server.url)
            text = text.replace("http://127.0.0.1:3000/knock-webhooks", receiver.url)
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text],
                cwd=tmp_path,
                env=os.environ,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            (received,) = receiver.wait(1)
    finally:
        server.stop()
    lines = done.stdout.replace("}{", "}\n{").splitlines()
    endpoint, _, _, _, log = map(json.loads, lines)
    assert endpoint["secret"] == "***"
    assert received.is_signed_with("whsec_local")
    (delivery,) = log["items"]
    assert (delivery["endpoint_id"], delivery["event"]) == ("my-app", "message.delivered")


def test_the_python_sample_passes(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    pytester.makepyfile(sample("webhooks-fixture").text)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_every_field_and_type_is_on_the_page() -> None:
    fields = schema()["$defs"]["webhook"]["properties"]
    assert not [name for name in fields if f"| `{name}` |" not in PAGE]
    for type in set(EVENT_TYPES):
        thing, _, what = type.partition(".")
        assert what in PAGE
        assert thing.replace("_", " ") in PAGE or thing in PAGE
    never = PAGE.partition("Never posted")[2].partition("They may")[0]
    assert "message.link_clicked" in never
    assert "message.link_clicked" in KINDS  # it would be posted, if anything set it off


def test_the_figures_are_the_servers_own() -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    told = re.search(r"the gaps are (.*?), \*\*on", " ".join(PAGE.split()))
    assert told is not None
    gaps = [
        int(number) * units[unit] * SECOND
        for number, unit in re.findall(r"(\d+) (s|min|h)\b", told[1])
    ]
    assert tuple(gaps) == BACKOFF
    assert f"latest {MAX_KEPT:,} deliveries" in PAGE
