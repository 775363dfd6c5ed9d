"""The page as text: made from the documents and the handlers, read for what it says of tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mock_knock.api.bundle import bundle
from mock_knock.api.handlers import HANDLERS
from mock_knock.documents import openapi_files
from tests.docs.samples import ROOT

PAGE = ROOT / "docs" / "coverage.md"

_INTRODUCTION = """\
# Coverage

Every operation that is served, with the function that answers it (in
[`mock_knock/api/handlers/`](../mock_knock/api/handlers)) and the test files, under
[`tests/`](../tests), of which a test reaches it: a request that is answered with 2xx (and not
with an example), in the process of the tests. This page is generated from the documents, the
handlers, and a run of all tests:

    pytest -n auto --operations-reached=reached.json
    python -m tests.coverage reached.json

"""
_ROW = re.compile(r"^\| \w+ \| `[^`]*` \| `(\w+)` \| `[^`]*` \| (.*) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """One operation, and where it is answered."""

    method: str
    path: str
    operation_id: str
    handler: str


def rows() -> list[Row]:
    """Every operation of the documents, by path."""
    return [
        Row(method.upper(), path, operation["operationId"], _handler(operation["operationId"]))
        for path, item in sorted(bundle(openapi_files())["paths"].items())
        for method, operation in item.items()
    ]


def _handler(operation_id: str) -> str:
    """`module.function`. Raises ValueError for an operation that has none."""
    module = HANDLERS.module_of(operation_id).__name__
    return f"{module.rpartition('.')[2]}.{operation_id}"


def render(found: Iterable[Row], tests: Mapping[str, Iterable[str]]) -> str:
    """The page; `tests` has the files that reach each operation, by its id."""
    found = list(found)
    lines = [
        f"{len(found)} operations.",
        "",
        "| method | path | operation | handler | tests |",
        "|---|---|---|---|---|",
    ]
    for row in found:
        files = ", ".join(f"`{name}`" for name in sorted(tests.get(row.operation_id, ())))
        cells = (row.method, f"`{row.path}`", f"`{row.operation_id}`", f"`{row.handler}`", files)
        lines.append(f"| {' | '.join(cells)} |")
    return _INTRODUCTION + "\n".join(lines) + "\n"


def files_by_operation(page: str) -> dict[str, list[str]]:
    """The test files that a page names, by operation id."""
    return {id: re.findall(r"`([^`]+)`", files) for id, files in _ROW.findall(page)}
