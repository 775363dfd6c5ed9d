"""The control plane's own document, for tests that go through all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mock_knock.api.bundle import bundle
from mock_knock.documents import control_file

DOCUMENT = bundle([control_file()])
PREFIX = "/_mock_knock"
_METHODS = ("get", "post", "put", "patch", "delete")


def resolved(node: Any) -> Any:
    """The node, or what it refers to in the document."""
    while isinstance(node, dict) and "$ref" in node:
        target = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


@dataclass(frozen=True)
class Described:
    """One operation of the document."""

    id: str
    method: str
    path: str
    node: dict[str, Any]

    @property
    def for_server(self) -> bool:
        """Whether it is for the server as a whole."""
        return self.node.get("security") == []

    @property
    def success(self) -> int:
        """The status of a call that is carried out."""
        return int(next(status for status in self.node["responses"] if status.startswith("2")))

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is for this operation."""
        pattern = re.sub(r"\{\w+\}", "[^/]+", self.path)
        return method.lower() == self.method and re.fullmatch(PREFIX + pattern, path) is not None

    def bodies(self) -> Iterator[tuple[str, Any]]:
        """The examples of its JSON body by name; one None when it takes no body."""
        if "requestBody" not in self.node:
            yield "none", None
            return
        media = resolved(self.node["requestBody"])["content"]["application/json"]
        if "example" in media:
            yield "example", media["example"]
        for name, example in media.get("examples", {}).items():
            yield name, resolved(example)["value"]


OPERATIONS = [
    Described(item[method]["operationId"], method, path, item[method])
    for path, item in DOCUMENT["paths"].items()
    for method in _METHODS
    if method in item
]


def operation_of(method: str, path: str) -> Described:
    """The operation that a request is for: the one with the fewest parameters that fits."""
    found = [operation for operation in OPERATIONS if operation.matches(method, path)]
    return min(found, key=lambda operation: operation.path.count("{"))
