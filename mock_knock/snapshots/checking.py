"""Whether a document has the shape of a snapshot: its format, and its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import jsonschema_rs

from mock_knock.api.violations import violations
from mock_knock.snapshots.faults import Path, SnapshotError, SnapshotFault, pointer, refused

FORMAT = 1
"""The version of the format. It changes whenever an older snapshot could not be read any more."""

MOST = 20
"""How many faults of one document are told."""


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a snapshot."""
    text = (files("mock_knock.snapshots") / "schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(definition: str | None = None) -> jsonschema_rs.Validator:
    whole = schema()
    wanted = whole
    if definition is not None:
        wanted = {"$defs": whole["$defs"], "$ref": f"#/$defs/{definition}"}
    return jsonschema_rs.Draft202012Validator(wanted, validate_formats=True)


def check_document(document: object) -> None:
    """Raise SnapshotError for what is no snapshot of this format."""
    if not isinstance(document, Mapping) or "format" not in document:
        raise refused((), "must be an object that has a format: this is none")
    if document["format"] != FORMAT or isinstance(document["format"], bool):
        raise refused(
            ("format",),
            f"is {json.dumps(document['format'])[:40]}, and this version of mock-knock reads "
            f"{FORMAT}: take the snapshot with the version that is to restore it",
        )
    _check(_validator(), document, ())


def check_part(definition: str, value: object, path: Path) -> None:
    """Raise SnapshotError when the value at `path` is not as the schema's definition says."""
    _check(_validator(definition), value, path)


def _check(validator: jsonschema_rs.Validator, value: object, path: Path) -> None:
    if validator.is_valid(value):
        return
    found: dict[SnapshotFault, None] = {}
    for violation in islice(violations(validator, value), MOST):
        unknown = violation.type == "unknown"
        message = "is no field of a snapshot" if unknown else violation.message
        found[SnapshotFault(pointer((*path, *violation.path)), message)] = None
    raise SnapshotError(list(found))
