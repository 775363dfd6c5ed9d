"""Whatever is in a document, lint says what is wrong and explore refuses it: neither breaks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.arazzo import FlowError, Library, load_document
from contract_tests.explore.exploring import Bounds, explore
from contract_tests.lint import lint
from contract_tests.lint.sarif import to_sarif
from contract_tests.mutants.flows.mutant import hardened_document, write

HARDENED = hardened_document()
LIBRARY = Library()
_ODD: list[Any] = [
    None, 0, -1, 1.5, True, "", [], {}, [[]], [None], {"a": 1}, "x", "$", "{$}", "$steps",
    "$inputs.", "$steps.a.outputs.b", "$response.body#/a~2", "$statusCode >", "$[?(",
    "$components.x.y", {"reference": "x"}, {"reference": 5}, "$sourceDescriptions.x.y", "\u0000",
    "é" * 300,
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, (dict, list)):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in members:
            yield from places(item, (*path, key))


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """The hardened flow with one to three parts taken out, replaced or doubled."""
    document = copy.deepcopy(HARDENED)
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(list(places(document))))
        holder: Any = document
        for key in above:
            holder = holder[key]
        match draw(st.sampled_from(["drop", "replace", "double"])):
            case "drop":
                del holder[last]
            case "double" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[last]))
            case _:
                holder[last] = copy.deepcopy(draw(st.sampled_from(_ODD)))
    return document


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents())
def test_nothing_in_a_document_breaks_the_tools(document: Any, tmp_path: Path) -> None:
    file = write(document, tmp_path / "odd.arazzo.yml")
    report = lint(file, LIBRARY)
    lines = file.read_text(encoding="utf-8").count("\n") + 1
    for finding in report.findings:
        assert 1 <= finding.line <= lines
        assert finding.message
        assert finding.mend
    assert len(to_sarif([report], "1")["runs"][0]["results"]) == len(report.findings)
    refused = False
    try:
        parsed = load_document(file)
        for workflow_id in parsed.workflows:
            explore(parsed, LIBRARY, workflow_id, bounds=Bounds(max_histories=15))
    except FlowError:
        refused = True
    assert not refused or report.count("error"), "lint finds what the interpreter refuses"
