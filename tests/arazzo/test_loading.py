from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.arazzo.errors import DocumentError
from contract_tests.arazzo.loading import load_file, load_value
from contract_tests.arazzo.positions import position_map, position_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("1:30", "1:30"),
        ("2024-05-22T12:00:00Z", "2024-05-22T12:00:00Z"),
        ("2024-05-22", "2024-05-22"),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("1.5e3", 1500.0),
        ("true", True),
        ("~", None),
        ("", None),
        (".nan", ".nan"),
        ("{200: ok, true: yes}", {"200": "ok", "true": "yes"}),
        ("$response.body#/status", "$response.body#/status"),
    ],
)
def test_scalars_are_json_values(text: str, expected: Any) -> None:
    loaded = load_value(text, "x")
    assert loaded == expected
    assert type(loaded) is type(expected)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(codec="ascii")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="abc{}$: "), inner),
        max_leaves=8,
    )
)
def test_json_is_read_as_json(value: Any) -> None:
    assert load_value(json.dumps(value), "x") == value


def test_merges_and_aliases() -> None:
    text = "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {y: 4, <<: [*a, {z: 5, x: 6}]}\nd: *a"
    assert load_value(text, "x") == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 4, "z": 5},
        "d": {"x": 1, "y": 2},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "the key 'a' is given twice, line 2, column 1"),
        ("a: [", "neither YAML nor JSON: .*, line 2, column 1"),
        ("? [a]\n: b", "a key must be plain text"),
        ("a: !!python/object:os.system {}", "neither YAML nor JSON"),
        ("[" * 5000, "nested more than 256 deep"),
        ("a: \x00", "neither YAML nor JSON"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        load_value(text, "flow.yml")
    assert str(caught.value).startswith("flow.yml: ")
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"\xe4\xff")
    with pytest.raises(DocumentError, match="no such file"):
        load_file(tmp_path / "absent")
    with pytest.raises(DocumentError, match="not a UTF-8 text file"):
        load_file(tmp_path / "latin")
    with pytest.raises(DocumentError, match="cannot be read"):
        load_file(tmp_path)


def test_line_numbers_of_places() -> None:
    positions = position_map("a: 1\nb:\n- x: 1\n  y/z: 2\n- 3\n")
    assert {p: (at.line, at.column) for p, at in positions.items()} == {
        "": (1, 1),
        "/a": (1, 1),
        "/b": (2, 1),
        "/b/0": (3, 3),
        "/b/0/x": (3, 3),
        "/b/0/y~1z": (4, 3),
        "/b/1": (5, 3),
    }
    found = position_of(positions, "flow.yml#/b/0/y~1z/deeper")
    assert found is not None
    assert found.line == 4
