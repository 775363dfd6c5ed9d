"""Values and their lines, as they stand in YAML and in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.fixtures.faults import FixturesError
from mock_knock.fixtures.source import MAX_DEPTH, from_mapping, from_text

YAML = """\
# a comment
channels:
  - key: email
    type: email

  - {key: "a: b",
     type: sms}
users: [{id: a}, {id: b,
  "name": "x"}]
text: |
  two
  lines
after: 1
"""
JSON = """{
\t"channels": [{"key": "email",
                 "type": "email"}, {
                    "key": "a: b", "type": "sms"}],
  "users": [{"id": "a"}, {"id": "b",
    "name": "x,]}\\""}],
  "empty": [[], {}, [{}]],
  "after": 1
}
"""


@pytest.mark.parametrize(
    ("text", "name", "lines"),
    [
        (
            YAML,
            "knock.yml",
            {
                ("channels",): 2, ("channels", 0): 3, ("channels", 0, "type"): 4,
                ("channels", 1): 6, ("channels", 1, "type"): 7, ("users", 1): 8,
                ("users", 1, "name"): 9, ("text",): 10, ("after",): 13,
            },
        ),
        (
            JSON,
            "knock.json",
            {
                ("channels",): 2, ("channels", 0): 2, ("channels", 0, "type"): 3,
                ("channels", 1): 3, ("channels", 1, "key"): 4, ("users", 1): 5,
                ("users", 1, "name"): 6, ("empty", 2, 0): 7, ("after",): 8,
            },
        ),
    ],
    ids=["yaml", "json"],
)  # fmt: skip
def test_each_value_has_its_line(text: str, name: str, lines: dict[Any, int]) -> None:
    source = from_text(name, text)
    assert {path: source.line(path) for path in lines} == lines


@pytest.mark.parametrize(("text", "name"), [(YAML, "knock.yml"), (JSON, "knock.json")])
def test_what_is_not_there_has_the_line_of_what_should_have_it(text: str, name: str) -> None:
    source = from_text(name, text)
    assert source.line(("channels", 1, "name")) == source.line(("channels", 1))
    assert source.line(("nothing", "here")) == source.line(())


def test_yaml_is_read_by_the_rules_of_its_version_1_2() -> None:
    text = "[no, on, yes, 2026-01-05, 12:30:00, 017, 0x1F, 1_000, .inf, null, ~, true, -1, 1.5e3]"
    assert from_text("a.yml", text).value == [
        "no", "on", "yes", "2026-01-05", "12:30:00", "017", "0x1F", "1_000", ".inf",
        None, None, True, -1, 1500.0,
    ]  # fmt: skip
    assert from_text("a.yml", "1: a\ntrue: b").value == {"1": "a", "true": "b"}


def test_anchors_and_merges_are_followed() -> None:
    text = "a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\nc: {<<: [*x, {k: 9, m: 4}]}\nd: *x"
    value = from_text("a.yml", text).value
    assert value["b"] == {"k": 1, "l": 3}
    assert value["c"] == {"k": 1, "l": 2, "m": 4}
    assert value["d"] == value["a"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.yml", "a: [", "a.yml:2: the file is no YAML"),
        ("a.yml", "a: 1\nb: 2\na: 3", "a.yml:3: a is there twice"),
        ("a.yml", "a: 1\nb: !secret x", "a.yml:2: 'x' has the tag '!secret'"),
        ("a.yml", "a: 1\n---\nb: 2", "a.yml:2: the file is no YAML"),
        ("a.yml", "? [a]\n: b", "a.yml:1: a key must be a text"),
        ("a.yml", "a:\n  <<: 1", "a.yml:2: << merges mappings"),
        ("a.yml", "a: &x [*x]", "leads back into itself"),
        ("a.yml", "\0", "a.yml: the file is no YAML"),
        ("a.json", "{", "a.json:1: the file is no JSON"),
        ("a.json", '{"a": 1,\n "a": 2}', "a.json:2: a is there twice"),
        ("a.json", '{"a": {"b": 1},\n "c": [{"b": 1,\n "b": []}]}', "a.json:3: b is there twice"),
        ("a.json", "[NaN]", "NaN is no number"),
        ("a.JSON", "a: 1", "the file is no JSON"),
        ("a.json", "[" * 100_000, "nested too deep"),
        ("a.yml", "[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), "nested over"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, text: str, told: str) -> None:
    with pytest.raises(FixturesError) as caught:
        from_text(name, text)
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) == len(caught.value.faults)


def test_what_is_no_json_is_refused_from_python() -> None:
    endless: list[Any] = []
    endless.append(endless)
    for value in ({"a": object()}, {"a": endless}, {"a": {1, 2}}):
        with pytest.raises(FixturesError, match="not made of JSON values"):
            from_mapping(value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def lines_of(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], int]:
    """A line for each value when `json.dumps` writes it with an indent, by counting."""
    text = json.dumps(value, indent=1)
    found = {path: 0}
    at = 1
    if not isinstance(value, dict | list):
        return found
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        below = lines_of(inner, (*path, key))
        found |= {place: at + line for place, line in below.items()}
        at += json.dumps(inner, indent=1).count("\n") + 1
    assert not value or at == text.count("\n")
    return found


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_the_line_of_every_value_of_any_json(value: dict[str, Any]) -> None:
    source = from_text("a.json", json.dumps(value, indent=1))
    assert source.value == value
    for path, line in lines_of(value).items():
        assert source.line(path) == line + 1
