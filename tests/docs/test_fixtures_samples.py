"""The samples of docs/fixtures.md do what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_knock.fixtures import FixturesError, load_fixtures
from mock_knock.fixtures.checking import schema
from tests.cli.serving import Serving
from tests.docs.samples import ROOT, sample

PAGE = (ROOT / "docs" / "fixtures.md").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The sample, as a file."""
    file = tmp_path / "knock.yml"
    file.write_text(sample("fixtures-file").text, encoding="utf-8")
    return file


def test_the_file_is_good(file: Path) -> None:
    declared = load_fixtures(file)
    assert [workflow.key for workflow in declared.workflows] == [
        "welcome", "dinosaurs-loose", "digest",
    ]  # fmt: skip
    assert declared.audiences[0].members == (("ellie", None), ("alan", "ingen"))


def test_the_file_has_every_section() -> None:
    """With the sample of a signing key, which is cut short and therefore stands by itself."""
    sections = yaml.safe_load(sample("fixtures-file").text).keys()
    key = yaml.safe_load(sample("fixtures-signing-key").text)
    assert sections | key.keys() == schema()["properties"].keys() - {"$schema"}
    with pytest.raises(FixturesError, match=r"signing_keys\[0\]"):
        load_fixtures(key)


def test_the_file_means_the_same_in_json(file: Path, tmp_path: Path) -> None:
    as_json = tmp_path / "knock.json"
    value = yaml.safe_load(sample("fixtures-file").text)
    as_json.write_text(json.dumps(value, indent=2), encoding="utf-8")
    first, second = load_fixtures(file), load_fixtures(as_json)
    assert (first.channels, first.guides, first.users) == (
        second.channels, second.guides, second.users,
    )  # fmt: skip


def test_the_python_sample_passes(file: Path, pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    (pytester.path / "knock.yml").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    text = sample("fixtures-pytest").text
    pytester.makepyfile(text)
    count = text.count("def test_")
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=count)


def test_the_command_serves_the_file(file: Path) -> None:
    words = sample("fixtures-serve").text.split()
    assert words[:2] == ["mock-knock", "serve"]
    options = [str(file) if word == "knock.yml" else word for word in words[2:]]
    with Serving(*options) as serving, serving.client() as client:
        assert client.get("/v1/users/ellie").json()["name"] == "Ellie Sattler"
        body = {"recipients": ["ellie"]}
        assert client.post("/v1/workflows/digest/trigger", json=body).status_code == 422


def test_every_field_of_a_section_is_named() -> None:
    """In the table of sections, for what is not free in its form."""
    for row in re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE):
        section = schema()["properties"].get(row[0], {})
        reference = section.get("items", {}).get("$ref", "")
        if reference.rpartition("/")[2] in ("channel", "workflow", "guide", "audience", "webhook"):
            known: dict[str, Any] = schema()["$defs"][reference.rpartition("/")[2]]
            missing = [name for name in known["properties"] if f"`{name}`" not in row[1]]
            assert not missing, f"{row[0]}: {missing}"


def test_the_lines_about_a_wrong_file_are_the_servers_own(tmp_path: Path) -> None:
    shown = re.findall(r"^    knock\.yml:\d+: (.*)$", PAGE, re.MULTILINE)
    wrong = {
        "channels": [{"key": "email", "type": "email"}],
        "workflows": [
            {"key": "a", "steps": [{"channel_key": "emial"}]},
            {"key": "b", "staus": "active"},
        ],
    }
    with pytest.raises(FixturesError) as caught:
        load_fixtures(wrong)
    told = {f"{fault.field} {fault.message}" for fault in caught.value.faults}
    assert told == set(shown)
