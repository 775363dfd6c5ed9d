"""From path and method to an operation of the documents.

Connexion's routing tries one pattern after another; this one walks a tree of path segments, so its
cost does not grow with the number of operations. A literal segment goes before a parameter.
"""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from connexion.middleware.abstract import ROUTING_CONTEXT, AbstractRoutingAPI, SpecMiddleware
from connexion.operations.abstract import AbstractOperation

from mock_knock.api.errors import ApiError, malformed
from mock_knock.api.exchange import EXCHANGE, Scope

_MOST_KNOWN = 4096


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    # By method: the operation and the names of its path parameters, in order.
    operations: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


class RouteTable(AbstractRoutingAPI[str]):
    """The paths of one specification as a tree. Connexion fills it, operation by operation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.root = _Node()
        super().__init__(*args, **kwargs)
        self.prefix = f"{self.base_path}/".encode()

    def make_operation(self, operation: AbstractOperation) -> str:
        """An operation is known here by its id."""
        return str(operation.operation_id)

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, str(operation.operation_id)

    def _add_operation_internal(
        self, method: str, path: str, operation: str, name: str | None = None
    ) -> None:
        node = self.root
        names = []
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        node.operations[method.upper()] = (operation, tuple(names))

    def find(self, segments: list[str]) -> list[tuple[_Node, tuple[str, ...]]]:
        """The nodes that the path may mean, best first, each with the values on the way."""
        found: list[tuple[_Node, tuple[str, ...]]] = []
        _collect(self.root, segments, 0, (), found)
        return found


def _collect(
    node: _Node,
    segments: list[str],
    at: int,
    values: tuple[str, ...],
    found: list[tuple[_Node, tuple[str, ...]]],
) -> None:
    if at == len(segments):
        if node.operations:
            found.append((node, values))
        return
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        _collect(literal, segments, at + 1, values, found)
    if node.parameter is not None and segment:
        _collect(node.parameter, segments, at + 1, (*values, segment), found)


class _Route(NamedTuple):
    """What a path leads to. Shared between requests, so nobody may change it."""

    operation_id: str
    parameters: dict[str, str]
    extensions: dict[str, Any]


class Routing(SpecMiddleware):
    """Finds the operation, for the stages behind to look up by id. 404 and 405 are said here."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.tables: list[RouteTable] = []
        self._known: dict[tuple[str, bytes], _Route] = {}

    def add_api(self, specification: Any, **kwargs: Any) -> None:
        """Take over the paths of a specification. The longest base path is looked at first."""
        self.tables.append(RouteTable(specification, **kwargs))
        self.tables.sort(key=lambda table: len(table.base_path), reverse=True)

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        key = (scope["method"], scope["raw_path"])
        route = self._known.get(key)
        if route is None:
            route = self._find(scope)
            # Whoever polls asks for the same path again and again.
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = route
        scope[EXCHANGE].operation_id = route.operation_id
        scope["path_params"] = route.parameters
        scope["extensions"] = route.extensions
        awaited: Coroutine[Any, Any, None] = self.app(scope, receive, send)
        return awaited

    def _find(self, scope: Scope) -> _Route:
        raw_path: bytes = scope["raw_path"]
        starts_with = raw_path.startswith
        table = next((t for t in self.tables if starts_with(t.prefix)), self.tables[-1])
        operation_id, parameters = _route(table, _segments(raw_path[len(table.prefix) :]), scope)
        context = {"api_base_path": table.base_path, "operation_id": operation_id}
        return _Route(operation_id, parameters, {ROUTING_CONTEXT: context})


def _route(table: RouteTable, segments: list[str], scope: Scope) -> tuple[str, dict[str, str]]:
    method: str = scope["method"]
    wanted = "GET" if method == "HEAD" else method
    found = table.find(segments)
    for node, values in found:
        operation = node.operations.get(wanted)
        if operation is not None:
            return operation[0], dict(zip(operation[1], values, strict=True))
    path = scope["path"]
    if not found:
        hint = ""
        if table.find(["v1", *segments]):
            hint = f": Knock's paths begin with /v1, try /v1{path}"
        raise ApiError(404, "not_found", f"There is no route {method} {path[:200]}{hint}")
    allowed = set(found[0][0].operations)
    if "GET" in allowed:
        allowed.add("HEAD")
    listed = ", ".join(sorted(allowed))
    message = f"{path[:200]} takes {listed}, not {method[:40]}"
    headers = [(b"allow", listed.encode())]
    raise ApiError(405, "method_not_allowed", message, headers=headers)


def _segments(raw_path: bytes) -> list[str]:
    """The decoded segments of the path. A `%2F` is part of its segment, not a separator."""
    try:
        if b"%" not in raw_path:
            return raw_path.decode("ascii").split("/")
        return [unquote_to_bytes(part).decode() for part in raw_path.split(b"/")]
    except UnicodeDecodeError:
        message = "the path is not percent-encoded UTF-8: encode each of its segments"
        raise malformed(message, "path") from None
