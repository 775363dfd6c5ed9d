"""Documents that cannot be served are refused at start, with the place that is to blame."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from connexion.exceptions import InvalidSpecification, ResolverError

from mock_knock import KnockServer, MockKnock, Settings
from mock_knock.api.bundle import BundleError, bundle
from mock_knock.api.schemas import SchemaError
from mock_knock.documents import documents_root

USERS = "knock-users-api-openapi.yml"
SHARED = "knock-shared.yml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the documents, which servers made in this test serve."""
    folder = tmp_path / "openapi"
    shutil.copytree(documents_root() / "openapi", folder, ignore=shutil.ignore_patterns(".*"))
    files = sorted(folder.glob("knock-*-api-openapi.yml"))
    monkeypatch.setattr("mock_knock.api.pipeline.openapi_files", lambda: files)
    return folder


def change(file: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    edit(document)
    file.write_text(yaml.safe_dump(document), encoding="utf-8")


@pytest.mark.usefixtures("folder")
def test_a_copy_is_served_like_the_original() -> None:
    KnockServer()


def test_an_unknown_keyword_in_a_shared_schema(folder: Path) -> None:
    change(
        folder / SHARED,
        lambda d: d["components"]["schemas"]["PageInfo"]["properties"]["page_size"].update(
            exclusiveMinimum=True
        ),
    )
    with pytest.raises(SchemaError, match=r"PageInfo.*page_size.*exclusiveMinimum"):
        KnockServer()


def test_an_unknown_keyword_in_a_request_body(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        body = document["paths"]["/v1/users/{user_id}"]["put"]["requestBody"]
        body["content"]["application/json"]["schema"] = {"type": "object", "minContains": 1}

    change(folder / USERS, edit)
    with pytest.raises((SchemaError, InvalidSpecification), match=r"minContains|requestBody"):
        KnockServer()


def test_an_unknown_keyword_in_an_answer(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        answer = document["paths"]["/v1/users/{user_id}"]["get"]["responses"]["200"]
        schema = {
            "type": "object",
            "properties": {"id": {"type": "number", "exclusiveMinimum": True}},
        }
        answer["content"]["application/json"] = {"schema": schema}

    change(folder / USERS, edit)
    with pytest.raises(SchemaError, match=r"getUser.*exclusiveMinimum"):
        KnockServer(Settings(check_responses=True))


def test_extensions_mean_nothing_to_validators(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        schema = document["components"]["schemas"]["PageInfo"]
        schema["x-struct"] = "Elixir.Knock.PageInfo"
        schema["properties"]["after"]["x-note"] = {"type": "nonsense"}

    change(folder / SHARED, edit)
    KnockServer()


def test_an_operation_without_a_handler(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        document["paths"]["/v1/users/{user_id}"]["get"]["operationId"] = "getUserByName"

    change(folder / USERS, edit)
    with pytest.raises(ResolverError, match="getUserByName"):
        KnockServer()


def test_an_operation_id_used_twice(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        document["paths"]["/v1/users/{user_id}"]["get"]["operationId"] = "listUsers"

    change(folder / USERS, edit)
    with pytest.raises(BundleError, match="listUsers"):
        KnockServer()


def test_a_reference_that_leads_nowhere(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        schema = document["components"]["schemas"]["ListUsersResponse"]
        schema["properties"]["page_info"] = {"$ref": f"{SHARED}#/components/schemas/Gone"}

    change(folder / USERS, edit)
    with pytest.raises(BundleError, match="Gone"):
        KnockServer()


def test_a_reference_to_a_file_that_is_not_there(folder: Path) -> None:
    (folder / SHARED).unlink()
    with pytest.raises(BundleError, match=SHARED):
        KnockServer()


def test_one_path_in_two_documents(folder: Path) -> None:
    shutil.copy(folder / USERS, folder / "knock-people-api-openapi.yml")
    with pytest.raises(BundleError, match="/v1/users"):
        bundle(sorted(folder.glob("knock-*-api-openapi.yml")))


def test_one_component_with_two_meanings(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["User"] = {"type": "string"}

    change(folder / USERS, edit)
    with pytest.raises(BundleError, match="User"):
        KnockServer()


def test_what_is_no_openapi_document(folder: Path) -> None:
    def edit(document: dict[str, Any]) -> None:
        del document["paths"]["/v1/users/{user_id}"]["get"]["responses"]["200"]["description"]

    change(folder / USERS, edit)
    with pytest.raises(InvalidSpecification, match="user_id"):
        KnockServer()


def test_a_literal_path_wins_whatever_the_order(folder: Path) -> None:
    """Connexion would try them in the order of the document."""

    def edit(document: dict[str, Any]) -> None:
        paths = document["paths"]
        parameterised = {p: paths[p] for p in paths if "{" in p}
        document["paths"] = {**parameterised, **paths}

    change(folder / USERS, edit)
    mock = MockKnock(KnockServer(), "precedence")
    with mock.client() as client:
        client.post("/v1/users/bulk/identify", json={"users": []})
        client.post("/v1/users/bulk/merge", json={"from_user_id": "x"})
    seen = [request.operation_id for request in mock.requests]
    assert seen == ["bulkIdentifyUsers", "mergeUser"]
