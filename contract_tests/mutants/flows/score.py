"""Runs lint and explore over flows, and tells which rules caught which fault."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from contract_tests.arazzo import FlowError, Library, load_document
from contract_tests.explore.exploring import Bounds, explore
from contract_tests.lint import lint
from contract_tests.mutants.flows.catalogue import MUTANTS
from contract_tests.mutants.flows.mutant import Mutant, hardened_document, write

SOUND = "hardened"
_BOUNDS = Bounds(max_histories=200)


@dataclass(frozen=True)
class Caught:
    """The rules that lint and explore found broken, in their order; `refused`: cannot be run."""

    lint: tuple[str, ...]
    explore: tuple[str, ...]

    def by(self, mutant: Mutant) -> bool:
        """Whether every rule that must catch the mutant did."""
        return set(mutant.lint) <= set(self.lint) and set(mutant.explore) <= set(self.explore)


def caught(file: Path, library: Library) -> Caught:
    """What the two tools find in a file, under every reading."""
    found = lint(file, library).findings
    try:
        document = load_document(file)
        explored = [
            finding.rule
            for workflow_id in document.workflows
            for finding in explore(document, library, workflow_id, bounds=_BOUNDS).findings()
        ]
    except FlowError:
        explored = ["refused"]
    return Caught(_once(finding.rule for finding in found), _once(explored))


def _once(rules: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rules))


def results() -> dict[str, Caught]:
    """What is found in each mutant by its id, and in the hardened flow as `hardened`."""
    library = Library()
    with tempfile.TemporaryDirectory() as folder:
        sound = write(hardened_document(), Path(folder) / f"{SOUND}.arazzo.yml")
        found = {SOUND: caught(sound, library)}
        for mutant in MUTANTS:
            found[mutant.id] = caught(mutant.write(Path(folder)), library)
    return found


def score_page(found: Mapping[str, Caught]) -> str:
    """The scores as a page of the docs."""
    rows = [
        f"| {mutant.fault} | {_cell(found[mutant.id].lint)} | {_cell(found[mutant.id].explore)} |"
        for mutant in MUTANTS
    ]
    return _PAGE.format(
        count=len(MUTANTS),
        lint=sum(bool(found[mutant.id].lint) for mutant in MUTANTS),
        explore=sum(bool(found[mutant.id].explore) for mutant in MUTANTS),
        rows="\n".join(rows),
        sound=f"| none | {_cell(found[SOUND].lint)} | {_cell(found[SOUND].explore)} |",
    )


def _cell(rules: tuple[str, ...]) -> str:
    return ", ".join(f"`{rule}`" for rule in rules) or "nothing"


_PAGE = """\
# Broken flows

The hardened flow ([side by side with the published one](flows-hardened.md)) is broken on purpose
in {count} ways, each a small change of the kind that people make. A test demands that each is
caught by the rules that should, and that the flow itself is not accused of anything, nor any of
the sound ones in `tests/mutants/sound.py`. Of the {count}, lint catches {lint} and explore
{explore}; `refused` means that the interpreter says before any request what is wrong. What explore
does not catch leads to the right end in a single run, as the interpreter reads the specification.

This page is made by `python -m contract_tests.mutants.flows` from
`contract_tests/mutants/flows/catalogue.py`, and a test keeps it up to date.

| fault | caught by lint | caught by explore |
|---|---|---|
{sound}
{rows}
"""
