"""Inputs are made up so that they fit, and differ from run to run where they may."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_tests.arazzo import Library, link, load_document
from contract_tests.arazzo.runner import choose_workflow
from contract_tests.explore.drawing import text_like
from contract_tests.explore.inputs import sample_inputs
from contract_tests.explore.knock import API_KEY
from contract_tests.mutants.flows.mutant import Flow, hardened_document, write
from contract_tests.surface import Surface

LIBRARY = Library()


def inputs(folder: Path, properties: dict[str, Any], *, other: bool = False) -> dict[str, Any]:
    """Inputs for the hardened flow, some of them declared otherwise and all required."""
    flow = Flow(hardened_document())
    declared = flow.workflow["inputs"]["properties"]
    declared.update(properties)
    flow.workflow["inputs"]["required"] = list(declared)
    document = load_document(write(flow.document, folder / "x.arazzo.yml"))
    program = link(document, LIBRARY)
    linked = program.workflows[choose_workflow(program, None)]
    return sample_inputs(program, linked, Surface(document, LIBRARY), other=other)


def test_another_run_has_other_users_and_the_same_workflow(tmp_path: Path) -> None:
    properties = {"note": {"type": "string"}, "figure": {"type": "integer"}}
    one, two = inputs(tmp_path, properties), inputs(tmp_path, properties, other=True)
    same = {name for name in one if one[name] == two[name]}
    assert same == {"apiKey", "workflowKey", "data"}
    assert one["apiKey"] == API_KEY


def test_a_list_without_bounds_of_sense_is_cut_short(tmp_path: Path) -> None:
    made = inputs(tmp_path, {"recipientIds": {"type": "array", "minItems": 100_000_000}})
    assert len(made["recipientIds"]) == 1000


def test_schemas_are_followed_within_the_document(tmp_path: Path) -> None:
    reference = {"$ref": "#/workflows/0/inputs/properties/note"}
    made = inputs(tmp_path, {"note": {"enum": ["b", "a"]}, "again": reference})
    assert made["again"] == made["note"] == "b"


def test_a_secret_that_is_no_key_to_the_api_is_another_one(tmp_path: Path) -> None:
    assert inputs(tmp_path, {"deviceToken": {"type": "string"}})["deviceToken"] != API_KEY


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"pattern": "^[a-z]{3}-[0-9]{2}$"}, "aaa-00"),
        ({"minLength": 8}, "wishxxxx"),
        ({"maxLength": 2}, "wi"),
        ({"pattern": "(a"}, "wish"),
        ({"minLength": 200_000_000}, "wish"),
        ({"minLength": 5, "maxLength": 2}, "wish"),
    ],
)
def test_text_that_fits_is_found_where_there_is_any(schema: dict[str, Any], text: str) -> None:
    assert text_like(schema, "wish") == text


def test_another_text_is_another_one() -> None:
    schema = {"pattern": "^[a-z]{3}-[0-9]{2}$"}
    other = text_like(schema, "wish", other=True)
    assert other not in ("wish", text_like(schema, "wish"))
