"""The sources of an Arazzo document, and the operations that its steps name.

Arazzo 1.0.1, Source Description Object; Step Object, operationId and operationPath.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from contract_tests.arazzo import pointers
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.document import parse_document
from contract_tests.arazzo.errors import LinkError
from contract_tests.arazzo.library import Library
from contract_tests.arazzo.model import Document, SourceDescription, Step
from contract_tests.arazzo.openapi import OpenApiDocument, Operation

_QUALIFIED = re.compile(r"\$sourceDescriptions\.([A-Za-z0-9_\-]+)\.(.+)", re.DOTALL)
# The braces may be left out; what comes after `#` is plain text, whatever braces it holds.
OPERATION_PATH = re.compile(
    r"(?:\{\$sourceDescriptions\.([A-Za-z0-9_\-]+)(?:\.url)?\}"
    r"|\$sourceDescriptions\.([A-Za-z0-9_\-]+)(?:\.url)?)#(/.*)",
    re.DOTALL,
)


def split_qualified(reference: str) -> tuple[str, str] | None:
    """`$sourceDescriptions.<name>.<id>` as (name, id); None for a bare id."""
    match = _QUALIFIED.fullmatch(reference)
    return (match[1], match[2]) if match else None


class Sources:
    """The sources of one document, read when first needed. Raises LinkError and DocumentError."""

    def __init__(self, document: Document, library: Library, remarks: Diagnostics) -> None:
        self._document = document
        self._library = library
        self._remarks = remarks
        self._openapi: dict[str, OpenApiDocument] = {}
        self._arazzo: dict[str, Document] = {}

    def operation(self, step: Step) -> Operation:
        """The operation that a step calls: exactly one, or an error."""
        if step.operation_path is not None:
            return self._by_path(step.operation_path, f"{step.place}/operationPath")
        place = f"{step.place}/operationId"
        reference = step.operation_id or ""
        qualified = split_qualified(reference)
        if qualified:
            name, operation_id = qualified
            return self._one(operation_id, [self._openapi_source(name, place)], place)
        if reference.startswith("$"):
            raise LinkError(f"{reference!r} is not $sourceDescriptions.<name>.<operationId>", place)
        names = [s.name for s in self._document.sources.values() if s.type == "openapi"]
        operation = self._one(reference, [self._openapi_source(n, place) for n in names], place)
        if len(names) > 1:
            self._remarks.add(
                "bare-operation-id",
                "Arazzo 1.0.1, Step Object, operationId",
                place,
                f"with several sources an operationId MUST be qualified; {reference!r} is only in "
                f"{operation.source!r} and was taken for "
                f"$sourceDescriptions.{operation.source}.{reference}",
            )
        return operation

    def arazzo(self, name: str, place: str) -> Document:
        """The Arazzo document that is the source `name`."""
        if name not in self._arazzo:
            source = self._described(name, "arazzo", place)
            file = self._file(source)
            self._arazzo[name] = parse_document(
                self._library.load(file), name=file.name, folder=str(file.parent)
            )
        return self._arazzo[name]

    def _by_path(self, reference: str, place: str) -> Operation:
        match = OPERATION_PATH.fullmatch(reference)
        if not match:
            raise LinkError(
                f"{reference!r} is not {{$sourceDescriptions.<name>.url}}#/paths/<path>/<method>",
                place,
            )
        source = self._openapi_source(match[1] or match[2], place)
        for text in (match[3], unquote(match[3])):
            try:
                tokens = pointers.parse(text)
            except pointers.PointerError as error:
                raise LinkError(str(error), place) from None
            if len(tokens) == 3 and tokens[0] == "paths":
                operation = source.by_path(tokens[1], tokens[2])
                if operation:
                    return operation
        raise LinkError(f"{match[3]!r} leads to no operation of {source.file.name}", place)

    def _one(self, operation_id: str, sources: list[OpenApiDocument], place: str) -> Operation:
        found = [operation for source in sources for operation in source.by_id(operation_id)]
        if len(found) == 1:
            return found[0]
        where = ", ".join(source.name for source in sources) or "no source of type openapi"
        if found:
            owners = ", ".join(f"{operation.source} ({operation.label})" for operation in found)
            raise LinkError(f"the operation {operation_id!r} is ambiguous: {owners}", place)
        known = [name for source in sources for name in source.operation_ids]
        near = get_close_matches(operation_id, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise LinkError(f"there is no operation {operation_id!r} in {where}{hint}", place)

    def _openapi_source(self, name: str, place: str) -> OpenApiDocument:
        if name not in self._openapi:
            source = self._described(name, "openapi", place)
            self._openapi[name] = OpenApiDocument(name, self._file(source), self._library)
        return self._openapi[name]

    def _described(self, name: str, kind: str, place: str) -> SourceDescription:
        source = self._document.sources.get(name)
        if source is None:
            known = ", ".join(self._document.sources)
            raise LinkError(f"there is no source {name!r}, only {known}", place)
        if source.type != kind:
            raise LinkError(f"the source {name!r} is of type {source.type}, not {kind}", place)
        return source

    def _file(self, source: SourceDescription) -> Path:
        try:
            located = self._library.locate(source.url, self._document.folder)
        except LinkError as error:
            raise LinkError(error.message, f"{source.place}/url") from None
        if located.substitute:
            self._remarks.add(
                "source-substituted",
                "Arazzo 1.0.1, Source Description Object, url",
                f"{source.place}/url",
                f"{source.url} is not there; {located.file} of the same name was read",
            )
        return located.file
