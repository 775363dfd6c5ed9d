"""Every query parameter of every list is a filter that is tried, or is left out for a reason."""

from __future__ import annotations

import pytest

from contract_tests.checking.documents import the_documents
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.profile import QUICK
from contract_tests.checking.target import MockTarget
from contract_tests.resources.filter_table import FILTERED_LISTS, OTHERWISE, FilteredList, left_out
from contract_tests.resources.filters import furnish, judge, steps

NEVER = {("listWorkflowRecipientRuns", "has_errors")}
"""Filters that this mock cannot have rows for: no run of its own meets an error."""


def _documented() -> list[tuple[str, str]]:
    found = []
    for operation in the_documents().operations:
        parameters = operation.schema.definition.raw.get("parameters", [])
        resolved = [the_documents().resolved(parameter) for parameter in parameters]
        found += [(operation.id, one["name"]) for one in resolved if one["in"] == "query"]
    return found


TRIED = {(one.operation, parameter) for one in FILTERED_LISTS for parameter in one.filters}


@pytest.mark.parametrize(("operation", "parameter"), _documented())
def test_a_documented_parameter_is_tried_or_left_out_for_a_reason(
    operation: str, parameter: str
) -> None:
    tried = (operation, parameter) in TRIED
    base = (operation, parameter) == ("listSchedules", "workflow")
    assert tried or base or left_out(operation, parameter)


def test_no_reason_is_given_for_what_is_not_documented() -> None:
    known = {parameter for _, parameter in _documented()}
    known |= {" ".join(pair) for pair in _documented()}
    assert set(OTHERWISE) <= known


@pytest.mark.parametrize("wanted", FILTERED_LISTS, ids=lambda one: one.operation)
def test_each_filter_lets_something_through_and_leaves_something_out(
    wanted: FilteredList, mock_target: MockTarget
) -> None:
    examiner = Examiner(mock_target, QUICK, 1)
    with examiner.scene() as scene:
        furnish(scene, steps())
        for parameter in wanted.filters:
            counts = judge(scene, wanted, parameter)
            if (wanted.operation, parameter) in NEVER:
                continue
            assert any(let_through for let_through, _ in counts), parameter
            assert any(let_through < every for let_through, every in counts), parameter
