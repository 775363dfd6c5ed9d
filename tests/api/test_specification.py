"""A bundled document as the stages read it: references followed one step, schemas left shared."""

from __future__ import annotations

import copy
from typing import Any

from mock_knock import KnockServer
from mock_knock.api.bundle import bundle
from mock_knock.api.served_document import read_document
from mock_knock.api.specification import BundledSpecification
from mock_knock.documents import openapi_files

OK = {"200": {"description": "Fine."}}


def document(item: dict[str, Any], **components: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "A", "version": "1"},
        "paths": {"/a/{id}": item},
        "components": components,
    }


def parameter(name: str, place: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {}, **more}


def operation(item: dict[str, Any], **components: Any) -> Any:
    """The one operation of a path, as the stages read it."""
    specification = BundledSpecification(document(item, **components))
    return specification["paths"]["/a/{id}"]["get"]


def test_parameters_and_their_schemas_are_followed() -> None:
    read = operation(
        {"get": {"parameters": [{"$ref": "#/components/parameters/A"}], "responses": OK}},
        parameters={"A": parameter("a", schema={"$ref": "#/components/schemas/A"})},
        schemas={"A": {"type": "array", "items": {"$ref": "#/components/schemas/B"}}, "B": {}},
    )
    assert read["parameters"] == [
        parameter("a", schema={"type": "array", "items": {"$ref": "#/components/schemas/B"}})
    ]


def test_an_operation_has_the_parameters_of_its_path_unless_it_has_its_own() -> None:
    own = parameter("a", description="own")
    shared = [parameter("id", "path"), parameter("a", description="shared")]
    read = operation({"parameters": shared, "get": {"parameters": [own], "responses": OK}})
    assert {p["name"]: p.get("description") for p in read["parameters"]} == {"id": None, "a": "own"}


def test_answers_and_examples_are_followed_and_schemas_are_not() -> None:
    schema = {"$ref": "#/components/schemas/A"}
    media = {"schema": schema, "examples": {"x": {"$ref": "#/components/examples/X"}}}
    response = {"description": "A.", "content": {"application/json": media}}
    read = operation(
        {
            "get": {
                "responses": {"200": {"$ref": "#/components/responses/A"}},
                "requestBody": {"$ref": "#/components/requestBodies/A"},
            }
        },
        responses={"A": response},
        requestBodies={"A": {"content": {"application/json": {"schema": schema}}}},
        examples={"X": {"value": 1}},
        schemas={"A": {"type": "integer"}},
    )
    content = read["responses"]["200"]["content"]["application/json"]
    assert content == {"schema": schema, "examples": {"x": {"value": 1}}}
    assert read["requestBody"]["content"]["application/json"]["schema"] == schema


def test_a_server_leaves_the_document_as_it_is() -> None:
    """Servers of one process share it, and GET /v1/openapi answers it."""
    before = copy.deepcopy(read_document(openapi_files()).document)
    KnockServer()
    KnockServer()
    assert read_document(openapi_files()).document == before == bundle(openapi_files())


def test_the_documents_are_read_once_in_a_process() -> None:
    assert read_document(openapi_files()) is read_document(openapi_files())
