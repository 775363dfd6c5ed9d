"""The OpenAPI documents: they load, their examples are valid, and they say all that is promised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_knock.api.bundle import bundle
from mock_knock.api.schemas import Schemas
from mock_knock.documents import documents_root, openapi_files

DOCUMENT = bundle(openapi_files())
SCHEMAS = Schemas(DOCUMENT)
OPERATIONS = {
    operation["operationId"]: operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
}
EXTENSIONS = {
    "x-knock-public-key",
    "x-idempotent",
    "x-ratelimit-tier",
    "x-retention-policy",
    "x-mock-knock-request-body",  # what may be sent where the vendor declares no body
}
ERRORS = {"400": 400, "401": 401, "403": 403, "404": 404, "409": 409, "413": 413, "415": 415}
ERRORS |= {"422": 422, "429": 429, "500": 500}


def resolved(node: Any) -> Any:
    """The node, or what it refers to in the bundle."""
    while isinstance(node, dict) and "$ref" in node:
        target = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def examples(holder: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The examples of a media type, a parameter or a header."""
    if "example" in holder:
        yield "example", holder["example"]
    for name, example in holder.get("examples", {}).items():
        yield name, resolved(example)["value"]


def every_example() -> Iterator[Any]:
    """Each example of the documents with its schema."""
    for id, operation in OPERATIONS.items():
        holders = [
            (f"{id}/{resolved(p)['name']}", resolved(p)) for p in operation.get("parameters", [])
        ]
        body = operation.get("requestBody")
        if body:
            holders.append((f"{id}/body", body["content"]["application/json"]))
        for status, stated in operation["responses"].items():
            response = resolved(stated)
            for name, header in response.get("headers", {}).items():
                holders.append((f"{id}/{status}/{name}", resolved(header)))
            for media in response.get("content", {}).values():
                holders.append((f"{id}/{status}", media))
        for place, holder in holders:
            for name, value in examples(holder):
                yield pytest.param(holder["schema"], value, id=f"{place}/{name}")


@pytest.mark.parametrize(("schema", "value"), list(every_example()))
def test_every_example_is_valid(schema: dict[str, Any], value: Any) -> None:
    validator = SCHEMAS.validator(schema, "example")
    faults = [f"{list(e.instance_path)}: {e.message}" for e in validator.iter_errors(value)]
    assert not faults


@pytest.mark.parametrize("id", OPERATIONS)
def test_every_body_has_an_example(id: str) -> None:
    operation = OPERATIONS[id]
    medias = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    medias += [resolved(r).get("content", {}) for r in operation["responses"].values()]
    for media in medias:
        for content in media.values():
            assert list(examples(content))


@pytest.mark.parametrize("file", openapi_files(), ids=lambda file: file.name)
def test_every_document_can_be_served_on_its_own(file: Path) -> None:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.0")
    assert document["security"] == [{"BearerAuth": []}]
    # The file that others refer to for polling comes along.
    polling = documents_root() / "openapi" / "knock-bulk-operations-api-openapi.yml"
    assert document["paths"].keys() <= bundle({file, polling})["paths"].keys()


def test_the_operations_of_the_flow_are_there() -> None:
    assert OPERATIONS.keys() >= {
        "getBulkOperation", "identifyUser", "getUser", "listUsers", "deleteUser", "mergeUser",
        "bulkIdentifyUsers", "bulkDeleteUsers", "bulkSetUserPreferences", "triggerWorkflow",
        "cancelWorkflow", "listWorkflowRecipientRuns", "getWorkflowRecipientRun",
    }  # fmt: skip


@pytest.mark.parametrize("id", OPERATIONS)
def test_every_operation_documents_its_errors(id: str) -> None:
    operation = OPERATIONS[id]
    statuses = operation["responses"].keys()
    assert {"400", "401", "403", "422", "429", "500"} <= statuses
    if "requestBody" in operation:
        assert {"413", "415"} <= statuses
    for status in statuses & ERRORS.keys():
        response = resolved(operation["responses"][status])
        [(media_type, media)] = response["content"].items()
        assert media_type == "application/json"
        assert media["schema"] == {"$ref": "#/components/schemas/Error"}
        assert "x-request-id" in response["headers"]
        for _, value in examples(media):
            assert value["status"] == ERRORS[status]


@pytest.mark.parametrize("id", OPERATIONS)
def test_every_operation_has_words_and_a_tier(id: str) -> None:
    operation = OPERATIONS[id]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert operation["x-ratelimit-tier"] in range(1, 6)
    known = {name for name in operation if name.startswith("x-")}
    assert known <= EXTENSIONS


@pytest.mark.parametrize("id", [id for id in OPERATIONS if id.startswith("bulk")])
def test_every_bulk_call_links_to_the_reading_of_its_operation(id: str) -> None:
    links = map(resolved, OPERATIONS[id]["responses"]["200"]["links"].values())
    [link] = [link for link in links if link["operationId"] == "getBulkOperation"]
    assert link["parameters"] == {"id": "$response.body#/id"}


def test_every_link_leads_somewhere() -> None:
    for operation in OPERATIONS.values():
        for response in operation["responses"].values():
            for link in resolved(response).get("links", {}).values():
                target = OPERATIONS[resolved(link)["operationId"]]
                names = {resolved(p)["name"] for p in target.get("parameters", [])}
                assert resolved(link).get("parameters", {}).keys() <= names


def test_the_documents_lie_beside_the_flows() -> None:
    assert (documents_root() / "openapi" / "knock-shared.yml").is_file()
    assert (documents_root() / "arazzo").is_dir()
