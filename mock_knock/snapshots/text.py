"""Snapshots as text: two that differ in one value differ in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from mock_knock.snapshots.faults import SnapshotError, SnapshotFault


def write_text(document: Mapping[str, Any]) -> str:
    """The document with a line for each value."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_text(text: str) -> Any:
    """The document that a text holds. Raises SnapshotError, naming the line, for no JSON."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"is no JSON: line {error.lineno}, {error.msg}"
    except RecursionError:
        problem = "is nested too deep"
    raise SnapshotError([SnapshotFault("", problem)])


def copied(value: Mapping[str, Any]) -> dict[str, Any]:
    """The value as its JSON text would give it back, nothing being shared with the original.

    Raises TypeError, ValueError or RecursionError for what is not made of JSON values.
    """
    try:
        found: dict[str, Any] = orjson.loads(orjson.dumps(value))
    except (orjson.JSONEncodeError, orjson.JSONDecodeError):
        # Rare, and slower: numbers of over 64 bits, half surrogates, deep nesting.
        found = json.loads(json.dumps(value, allow_nan=False))
    return found
