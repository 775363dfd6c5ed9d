"""Engines for tests: the packaged flows, linked and given inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contract_tests.arazzo import Library, Policies, link, load_document
from contract_tests.arazzo.runner import choose_workflow
from contract_tests.explore.engine import Engine
from contract_tests.explore.inputs import sample_inputs
from contract_tests.surface import Surface

ARAZZO = Path(__file__).parents[2] / "arazzo"
PUBLISHED = ARAZZO / "knock-bulk-identify-users-notify.arazzo.yml"
HARDENED = ARAZZO / "knock-bulk-identify-users-notify.hardened.arazzo.yml"
LIBRARY = Library()


def engine(file: Path, depth: int = 6, **policies: Any) -> Engine:
    """An engine for the only workflow of a file."""
    document = load_document(file)
    program = link(document, LIBRARY, Policies(**policies))
    entry = choose_workflow(program, None)
    surface = Surface(document, LIBRARY)
    inputs = sample_inputs(program, program.workflows[entry], surface)
    return Engine(program, entry, surface, inputs, depth=depth)
