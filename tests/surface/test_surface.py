"""Operations as the project's own OpenAPI documents describe them, all 118."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from contract_tests.arazzo import Library
from contract_tests.arazzo.openapi import OpenApiDocument
from contract_tests.surface import Described, Role, Schema
from contract_tests.surface.validation import problems

OPENAPI = Path(__file__).parents[2] / "openapi"


@cache
def operations() -> dict[str, Described]:
    library = Library()
    found = {}
    for file in sorted(OPENAPI.glob("knock-*-api-openapi.yml")):
        document = OpenApiDocument(file.stem, file, library)
        for id in document.operation_ids:
            (operation,) = document.by_id(id)
            found[id] = Described(operation, document)
    return found


def test_roles_are_read_off_answers() -> None:
    by_role: dict[Role, list[str]] = {}
    for id, described in operations().items():
        by_role.setdefault(described.role, []).append(id)
    assert len(operations()) == 118
    assert by_role[Role.POLL] == ["getBulkOperation"]
    assert by_role[Role.TRIGGER] == ["triggerWorkflow"]
    assert len(by_role[Role.SUBMIT]) == 11
    assert all("bulk" in operations()[id].operation.path for id in by_role[Role.SUBMIT])


@pytest.mark.parametrize("id", operations())
def test_the_answer_that_is_given_fits_its_schema(id: str) -> None:
    described = operations()[id]
    schema = described.answer_schema
    if schema is None:
        assert described.answer() is None
        return
    assert problems(schema, described.answer()) == []


def test_requests_are_known_by_their_schemas() -> None:
    identify = operations()["bulkIdentifyUsers"]
    assert identify.body_required
    assert identify.body_schema is not None
    assert problems(identify.body_schema, {"users": [{"id": "a", "anything": 1}]}) == []
    (error,) = problems(identify.body_schema, {"users": [{"id": 5}]})
    assert list(error.absolute_path) == ["users", 0, "id"]
    poll = operations()["getBulkOperation"]
    assert [p.name for p in poll.parameters.values() if p.required] == ["id"]


@pytest.mark.parametrize(
    ("tokens", "answer"),
    [
        ((), "there"),
        (("status",), "there"),
        (("error_items", "0", "id"), "there"),
        (("error_items", "first"), "absent"),
        (("state",), "absent"),
        (("status", "length"), "absent"),
    ],
)
def test_whether_an_answer_has_a_field(tokens: tuple[str, ...], answer: str) -> None:
    schema = operations()["getBulkOperation"].answer_schema
    assert schema is not None
    assert schema.look_up(tokens)[0] == answer


def test_what_may_have_any_member_is_not_judged() -> None:
    schema = operations()["getUser"].answer_schema
    assert schema is not None
    assert schema.look_up(("favourite_colour",))[0] == "unknown"


@pytest.mark.parametrize(
    "value",
    [{"type": "strong"}, {"$ref": "#/nowhere"}, {"$ref": "none.yml#/a"}, {"pattern": "("}, 5],
)
def test_a_schema_that_cannot_be_used_finds_nothing(value: object) -> None:
    schema = operations()["getUser"].answer_schema
    assert schema is not None
    assert problems(replace(schema, value=value), "text") == []


def test_openapi_3_1_has_types_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "new.yml"
    file.write_text("{openapi: 3.1.0, paths: {}}", encoding="utf-8")
    schema = Schema({"type": ["string", "null"]}, file, OpenApiDocument("new", file, Library()))
    assert problems(schema, None) == []
    assert len(problems(schema, 5)) == 1
