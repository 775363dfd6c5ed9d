"""The document that a server serves: bundled when the wheel was built, or now from the YAML files.

Reading the YAML of the whole API takes several times as long as everything else that a start has
to do, so the wheel brings the bundle as JSON (`mock_knock/build_hook.py`). A checkout has none, so
that a change to a document shows at the next start; within one process it is read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from mock_knock.api.bundle import bundle
from mock_knock.documents import bundled_file, openapi_files


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """A bundled document, and its text as JSON. Servers share it: nobody may change it."""

    document: dict[str, Any]
    text: bytes


def openapi_document() -> dict[str, Any]:
    """Every surface of Knock's runtime API in one document. It is shared: nobody may change it.

    Raises FileNotFoundError when the installation lacks the documents.
    """
    return read_document(openapi_files()).document


def read_document(files: list[Path]) -> ServedDocument:
    """The bundle of these files. Raises BundleError, or OSError for a file that is not there."""
    # A reference may lead to any file of their folder.
    folder = sorted(files[0].parent.glob("*.yml")) if files else []
    states = tuple((file, file.stat().st_mtime_ns, file.stat().st_size) for file in folder)
    return _read(tuple(files), states)


@lru_cache(maxsize=8)
def _read(files: tuple[Path, ...], _: object) -> ServedDocument:
    prepared = bundled_file(files) if files else None
    if prepared is not None:
        text = prepared.read_bytes()
        return ServedDocument(orjson.loads(text), text)
    document = bundle(files)
    return ServedDocument(document, orjson.dumps(document))
