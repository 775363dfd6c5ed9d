"""The operations of OpenAPI documents: what a step needs to know to call one, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from contract_tests.arazzo import pointers
from contract_tests.arazzo.errors import DocumentError, LinkError
from contract_tests.arazzo.library import Library
from contract_tests.arazzo.missing import MISSING

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MAX_REFS = 32
_DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


@dataclass(frozen=True, slots=True)
class OperationParameter:
    """OpenAPI 3.0.3, Parameter Object: how a value is written. `json` is a JSON `content`."""

    name: str
    location: str
    style: str
    explode: bool
    json: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one source.

    path: the template, `/v1/users/{id}`. servers: URLs, variables filled in, best first.
    content_types: of the request body, in the document's order. secured: False where the
    operation says that it needs no security at all.
    """

    source: str
    method: str
    path: str
    operation_id: str | None
    parameters: Mapping[tuple[str, str], OperationParameter]
    servers: tuple[str, ...]
    content_types: tuple[str, ...]
    secured: bool

    @property
    def label(self) -> str:
        """`POST /v1/users/{id}`."""
        return f"{self.method} {self.path}"


class OpenApiDocument:
    """An OpenAPI document that is a source of a flow. Raises DocumentError where it is unusable."""

    def __init__(self, name: str, file: Path, library: Library) -> None:
        self.name = name
        self.file = file
        self._library = library
        self._root = library.load(file)
        paths = self._root.get("paths") if isinstance(self._root, dict) else None
        if not isinstance(paths, dict) or "openapi" not in self._root:
            raise DocumentError("this is no OpenAPI 3 document", str(file))
        self._paths = paths
        self._ids: dict[str, list[tuple[str, str]]] = {}
        for path, method, operation in self._operations():
            operation_id = operation.get("operationId")
            if isinstance(operation_id, str):
                self._ids.setdefault(operation_id, []).append((path, method))

    @property
    def version(self) -> str:
        """The version of OpenAPI that the document is written in."""
        return str(self._root["openapi"])

    @property
    def operation_ids(self) -> list[str]:
        """Every operationId, in the document's order."""
        return list(self._ids)

    def by_id(self, operation_id: str) -> list[Operation]:
        """The operations with that id: none, one, or in a faulty document several."""
        return [self._operation(*found) for found in self._ids.get(operation_id, [])]

    def by_path(self, path: str, method: str) -> Operation | None:
        """The operation at that path template and method, if there is one."""
        item, _ = self.follow(self._paths.get(path, MISSING), self.file)
        if not isinstance(item, dict) or method not in METHODS:
            return None
        return self._operation(path, method) if isinstance(item.get(method), dict) else None

    def item(self, operation: Operation) -> tuple[dict[str, Any], Path]:
        """The Path Item Object that an operation stands in, and the file of it."""
        item, file = self.follow(self._paths[operation.path], self.file)
        return item, file

    def _operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, value in self._paths.items():
            item, _ = self.follow(value, self.file)
            if isinstance(item, dict):
                for method in METHODS:
                    if isinstance(item.get(method), dict):
                        yield path, method, item[method]

    def _operation(self, path: str, method: str) -> Operation:
        item, file = self.follow(self._paths[path], self.file)
        operation = item[method]
        parameters = {
            (parameter.location, parameter.name): parameter
            for value in (*_list(item.get("parameters")), *_list(operation.get("parameters")))
            for parameter in self._parameter(value, file)
        }
        body, _ = self.follow(operation.get("requestBody"), file)
        content = body.get("content") if isinstance(body, dict) else None
        security = operation.get("security", self._root.get("security"))
        servers = next(
            (s for o in (operation, item, self._root) if (s := _list(o.get("servers")))), []
        )
        return Operation(
            source=self.name,
            method=method.upper(),
            path=path,
            operation_id=operation.get("operationId"),
            parameters=parameters,
            servers=tuple(url for server in servers if (url := _server_url(server))),
            content_types=tuple(content) if isinstance(content, dict) else (),
            secured=security != [],
        )

    def _parameter(self, value: Any, file: Path) -> Iterator[OperationParameter]:
        parameter, _ = self.follow(value, file)
        if not isinstance(parameter, dict):
            return
        name, location = parameter.get("name"), parameter.get("in")
        if isinstance(name, str) and isinstance(location, str) and location in _DEFAULT_STYLES:
            style = parameter.get("style", _DEFAULT_STYLES[location])
            explode = parameter.get("explode", style == "form")
            json = any("json" in kind for kind in parameter.get("content") or ())
            yield OperationParameter(name, location, str(style), bool(explode), json)

    def follow(self, value: Any, file: Path) -> tuple[Any, Path]:
        """Follow `$ref`s, into other files too; gives the value and the file it stands in."""
        for _ in range(_MAX_REFS):
            if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
                return value, file
            reference = value["$ref"]
            target, _, fragment = reference.partition("#")
            if target:
                file = self._library.locate(unquote(target), str(file.parent)).file
            try:
                tokens = pointers.parse(unquote(fragment))
            except pointers.PointerError as error:
                raise LinkError(f"$ref {reference!r}: {error}", str(file)) from None
            value = pointers.follow(self._library.load(file), tokens)
            if value is MISSING:
                raise LinkError(f"$ref {reference!r} leads to nothing", str(file))
        raise LinkError("these $refs lead round in a circle", str(file))


def _server_url(server: Any) -> str | None:
    """A Server Object's URL, its variables at their defaults (OpenAPI 3.0.3, Server Object)."""
    if not isinstance(server, dict) or not isinstance(server.get("url"), str):
        return None
    url: str = server["url"]
    for name, variable in (server.get("variables") or {}).items():
        if isinstance(variable, dict) and "default" in variable:
            url = url.replace(f"{{{name}}}", str(variable["default"]))
    return url


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
