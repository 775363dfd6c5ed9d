"""Every broken flow is caught by the rules that should; what is sound is not accused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contract_tests.arazzo import Library, load_document
from contract_tests.explore.exploring import Bounds, explore
from contract_tests.explore.rules import RULES as EXPLORE_RULES
from contract_tests.lint import RULES as LINT_RULES
from contract_tests.lint import lint
from contract_tests.mutants.flows import MUTANTS, Mutant
from contract_tests.mutants.flows.mutant import Flow, hardened_document, write
from contract_tests.mutants.flows.score import SOUND as SOUND_FLOW
from contract_tests.mutants.flows.score import Caught, results, score_page

from .sound import SOUND

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture(scope="module")
def found() -> dict[str, Caught]:
    return results()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.id)
def test_a_broken_flow_is_caught(mutant: Mutant, found: dict[str, Caught]) -> None:
    result = found[mutant.id]
    assert result.by(mutant), result
    assert result.lint or result.explore


def test_the_mutants_are_many_and_differ_from_each_other() -> None:
    assert len(MUTANTS) >= 15
    assert len({mutant.id for mutant in MUTANTS}) == len(MUTANTS)
    documents = [repr(mutant.document()) for mutant in MUTANTS]
    assert len(set(documents)) == len(MUTANTS)
    assert repr(hardened_document()) not in documents


def test_every_rule_of_explore_is_shown_by_a_mutant_and_every_rule_is_known() -> None:
    shown = {rule for mutant in MUTANTS for rule in mutant.explore} - {"refused"}
    assert shown <= EXPLORE_RULES.keys()
    # The one that is left needs a policy under which a flow with an optional input breaks off.
    assert EXPLORE_RULES.keys() - shown == {"breaks-off"}
    assert {rule for mutant in MUTANTS for rule in mutant.lint} <= LINT_RULES.keys()


def test_the_hardened_flow_is_accused_of_nothing(found: dict[str, Caught]) -> None:
    assert (found[SOUND_FLOW].lint, found[SOUND_FLOW].explore) == ((), ())


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_flow_is_accused_of_nothing(name: str, library: Library, tmp_path: Path) -> None:
    flow = Flow(hardened_document())
    change: Callable[[Flow], None] = SOUND[name]
    change(flow)
    file = write(flow.document, tmp_path / f"{name}.arazzo.yml")
    report = lint(file, library)
    assert [f for f in report.findings if f.level != "note"] == []
    document = load_document(file)
    for workflow_id in document.workflows:
        explored = explore(document, library, workflow_id, bounds=Bounds(max_histories=400))
        assert explored.findings() == []
        assert explored.histories > 5


def test_the_page_of_scores_is_up_to_date(found: dict[str, Caught]) -> None:
    page = (ROOT / "docs" / "flow-mutants.md").read_text(encoding="utf-8")
    assert page == score_page(found), (
        "python -m contract_tests.mutants.flows > docs/flow-mutants.md"
    )
