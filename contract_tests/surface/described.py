"""One operation as its OpenAPI document describes it, and all the operations of a flow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from contract_tests.arazzo.library import Library
from contract_tests.arazzo.model import Document
from contract_tests.arazzo.openapi import OpenApiDocument, Operation
from contract_tests.arazzo.serialization import is_json
from contract_tests.surface.roles import Role, role_of
from contract_tests.surface.schemas import Schema


@dataclass(frozen=True)
class DescribedParameter:
    """A parameter that an operation declares."""

    name: str
    location: str
    required: bool
    schema: Schema | None


class Described:
    """An operation with its parameters, bodies and answers."""

    def __init__(self, operation: Operation, document: OpenApiDocument) -> None:
        self.operation = operation
        self._document = document
        item, self._file = document.item(operation)
        self._item = item
        self.raw: dict[str, Any] = item[operation.method.lower()]

    @property
    def name(self) -> str:
        """The operationId, or method and path where it has none."""
        return self.operation.operation_id or self.operation.label

    @cached_property
    def role(self) -> Role:
        """What part it plays in a bulk import."""
        return role_of(self.operation.method, self.answer_schema, self.body_schema)

    @cached_property
    def parameters(self) -> dict[tuple[str, str], DescribedParameter]:
        """(location, name) -> parameter. Header names are in lower case."""
        found: dict[tuple[str, str], DescribedParameter] = {}
        for listed in (self._item.get("parameters") or (), self.raw.get("parameters") or ()):
            for value in listed:
                parameter, file = self._follow(value)
                name, location = str(parameter.get("name")), str(parameter.get("in"))
                schema = parameter.get("schema")
                key = (location, name.lower() if location == "header" else name)
                found[key] = DescribedParameter(
                    name,
                    location,
                    parameter.get("required") is True,
                    Schema(schema, file, self._document) if schema is not None else None,
                )
        return found

    @cached_property
    def body(self) -> dict[str, Any]:
        """The Request Body Object; empty where the operation takes none."""
        body, _ = self._follow(self.raw.get("requestBody") or {})
        return body

    @cached_property
    def body_schema(self) -> Schema | None:
        """The schema of a JSON request body."""
        body, file = self._follow(self.raw.get("requestBody") or {})
        return self._json_schema(body, file)

    @property
    def body_required(self) -> bool:
        """Whether a request must have a body."""
        return self.body.get("required") is True

    @cached_property
    def success(self) -> tuple[int, dict[str, Any], Path]:
        """The status of the first documented success, its Response Object and that one's file."""
        responses = self.raw.get("responses") or {}
        for status in sorted(map(str, responses)):
            if status.startswith("2"):
                value, file = self._follow(responses[status])
                return (int(status) if status.isdigit() else 200), value, file
        return 200, {}, self._file

    @cached_property
    def statuses(self) -> frozenset[str]:
        """The statuses that the document lists."""
        return frozenset(map(str, self.raw.get("responses") or ()))

    @cached_property
    def answer_schema(self) -> Schema | None:
        """The schema of a successful answer."""
        _, response, file = self.success
        return self._json_schema(response, file)

    def answer_schemas(self) -> list[Schema]:
        """The schemas of every documented answer, the refusals too."""
        found = [self.answer_schema]
        for status, value in (self.raw.get("responses") or {}).items():
            if not str(status).startswith("2"):
                found.append(self._json_schema(*self._follow(value)))
        return [schema for schema in found if schema is not None]

    @cached_property
    def answer_headers(self) -> frozenset[str]:
        """The headers that some documented answer has, in lower case."""
        return frozenset(
            name.lower()
            for value in (self.raw.get("responses") or {}).values()
            for name in self._follow(value)[0].get("headers") or ()
        )

    def answer(self) -> Any:
        """A successful answer's body: the document's example, else one made of the schema."""
        _, response, file = self.success
        for kind, media in (response.get("content") or {}).items():
            if is_json(kind) and isinstance(media, dict):
                if "example" in media:
                    return media["example"]
                for example in (media.get("examples") or {}).values():
                    found, _ = self._document.follow(example, file)
                    if "value" in found:
                        return found["value"]
        return self.answer_schema.sample() if self.answer_schema is not None else None

    def _json_schema(self, holder: dict[str, Any], file: Path) -> Schema | None:
        for kind, media in (holder.get("content") or {}).items():
            if is_json(kind) and isinstance(media, dict) and "schema" in media:
                return Schema(media["schema"], file, self._document)
        return None

    def _follow(self, value: Any) -> tuple[dict[str, Any], Path]:
        found, file = self._document.follow(value, self._file)
        return (found if isinstance(found, dict) else {}), file


class Surface:
    """The operations of an Arazzo document's sources, described. Raises FlowError as they do."""

    def __init__(self, document: Document, library: Library) -> None:
        self._document = document
        self._library = library
        self._sources: dict[str, OpenApiDocument] = {}
        self._described: dict[tuple[str, str], Described] = {}

    def describe(self, operation: Operation) -> Described:
        """What the operation's document says of it."""
        key = (operation.source, operation.label)
        if key not in self._described:
            self._described[key] = Described(operation, self.source(operation.source))
        return self._described[key]

    def source(self, name: str) -> OpenApiDocument:
        """The OpenAPI document of that name."""
        if name not in self._sources:
            description = self._document.sources[name]
            file = self._library.locate(description.url, self._document.folder).file
            self._sources[name] = OpenApiDocument(name, file, self._library)
        return self._sources[name]
