"""Request bodies that break the documents, made of a good one, and lists that are too long."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jsonschema_rs

from contract_tests.checking.documents import the_documents

Path = tuple[str | int, ...]
_ABSENT: Final = object()
_DEEPEST: Final = 4
_AT_MOST: Final = re.compile(r"\b[Aa]t most (\d[\d,]*)|\b(\d[\d,]*) at most\b")
_WRONG: Final[dict[str, tuple[Any, ...]]] = {
    "string": (7, True, ["x"], {"x": 1}),
    "integer": ("7", True, [7], 1.5),
    "number": ("7", True, [7]),
    "boolean": ("true", 1, "yes", [True]),
    "array": ("x", {"0": "x"}, 7, True),
    "object": ("x", ["x"], 7, True),
    "": ("no such thing", 7, True, ["x"], {"x": 1}),
}
"""What is sent where another kind is documented; first what a lax server would convert."""


@dataclass(frozen=True)
class BadBody:
    """A body, what is wrong with it, and the member that is."""

    body: Any
    wrong: str
    member: str


def bad_bodies(operation: str, good: Any) -> list[BadBody]:
    """Bodies of the operation that its schema refuses, each wrong in one place."""
    schema = _request_schema(operation)
    if schema is None:
        return []
    refuses = _validator(operation)
    found = []
    whole: tuple[Any, ...] = ([], "text", 7, True, None)
    for body in whole:
        if not refuses.is_valid(body):
            found.append(BadBody(body, f"the body {body!r}", ""))
    for path, inner in _members(schema, good, ()):
        member = str(next((p for p in reversed(path) if isinstance(p, str)), ""))
        name = ".".join(map(str, path))
        around = with_value(good, path[:-1], {}) if _at(good, path[:-1]) is None else good
        if around is None or not refuses.is_valid(around):
            continue  # whatever stands around it is as documented
        rows = _at(good, path)
        bare_row = rows[:1] if isinstance(rows, list) else []  # a lax server makes a list of it
        for value in (_ABSENT, *_wrong_values(inner), *bare_row):
            body = with_value(good, path, value)
            if body is not None and not refuses.is_valid(body):
                told = f"no {name}" if value is _ABSENT else f"{name}: {value!r}"
                found.append(BadBody(body, told, member))
    return found


def lists_with_a_bad_row(operation: str, good: Any) -> list[BadBody]:
    """Each list of the body with a row, before or behind the good ones, that breaks the schema."""
    schema = _request_schema(operation)
    if schema is None:
        return []
    refuses = _validator(operation)
    found = []
    for path, _ in _members(schema, good, ()):
        rows = _at(good, path)
        if not isinstance(rows, list):
            continue
        name = ".".join(map(str, path))
        for row in ({"name": "no id"}, {"id": 7}, 7, None):
            for changed in ([*rows, row], [row, *rows]):
                body = with_value(good, path, changed)
                if not refuses.is_valid(body):
                    found.append(BadBody(body, f"{name} with the row {row!r}", str(path[-1])))
    return found


@dataclass(frozen=True)
class Limit:
    """A list of a call that takes so many rows."""

    operation: str
    path: Path
    most: int


@cache
def limits() -> tuple[Limit, ...]:
    """Every list in a request for which the documents say `at most`, in bodies and queries."""
    found = []
    for operation in the_documents().operations:
        schema = _request_schema(operation.id)
        for path, inner in _declared(schema or {}, ()):
            if inner.get("type") == "array" and (most := _most(inner)):
                found.append(Limit(operation.id, path, most))
        for parameter in operation.schema.definition.raw.get("parameters", []):
            told = _resolved(parameter)
            array = _resolved(told.get("schema", {})).get("type") == "array"
            if array and told["in"] == "query" and (most := _most(told)):
                found.append(Limit(operation.id, (f"?{told['name']}",), most))
    return tuple(found)


def _most(schema: dict[str, Any]) -> int:
    told = _AT_MOST.search(str(schema.get("description", "")))
    return int((told[1] or told[2]).replace(",", "")) if told else 0


def _wrong_values(schema: dict[str, Any]) -> tuple[Any, ...]:
    if "enum" in schema:
        return ("no-such-value", 7, ["x"])
    return _WRONG.get(str(schema.get("type", "")), _WRONG[""])


def _members(
    schema: dict[str, Any], good: Any, path: Path
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Members that the schema declares, at their paths in a good body; rows at 0."""
    for part in _parts(schema):
        for name, raw in (part.get("properties") or {}).items():
            inner = _resolved(raw)
            here = (*path, name)
            yield here, inner
            there = good.get(name) if isinstance(good, dict) else None
            if len(here) < _DEEPEST:
                yield from _members(inner, there, here)
        if "items" in part and isinstance(good, list) and good and len(path) < _DEEPEST:
            row = _resolved(part["items"])
            yield (*path, 0), row
            yield from _members(row, good[0], (*path, 0))


def _declared(schema: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Members that the schema declares, rows at 0, without a body."""
    for name, raw in (schema.get("properties") or {}).items():
        inner = _resolved(raw)
        yield (*path, name), inner
        if inner.get("type") == "array":
            yield from _declared(_resolved(inner.get("items", {})), (*path, name, 0))


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for name in ("allOf", "anyOf"):
        for each in schema.get(name) or ():
            yield from _parts(_resolved(each))


def _at(body: Any, path: Path) -> Any:
    for step in path:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def with_value(body: Any, path: Path, value: Any) -> Any:
    """A copy with another value at the path, or without it; None where nothing leads there."""
    changed = copy.deepcopy(body)
    node = changed
    for step in path[:-1]:
        if isinstance(node, dict) and isinstance(step, str) and value is not _ABSENT:
            node.setdefault(step, {})
        node = _at(node, (step,))
    step = path[-1]
    if isinstance(node, dict) and isinstance(step, str):
        if value is _ABSENT:
            return None if step not in node else (node.pop(step), changed)[1]
        node[step] = value
        return changed
    if isinstance(node, list) and isinstance(step, int) and value is not _ABSENT:
        node[step] = value
        return changed
    return None


@cache
def _request_schema(operation: str) -> dict[str, Any] | None:
    for one in the_documents().operations:
        if one.id == operation:
            body = _resolved(one.schema.definition.raw.get("requestBody") or {})
            media = (body.get("content") or {}).get("application/json")
            return _resolved(media["schema"]) if media else None
    return None


def _resolved(node: Any) -> dict[str, Any]:
    while isinstance(node, dict) and "$ref" in node:
        found: Any = the_documents().document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node if isinstance(node, dict) else {}


@cache
def _components() -> Any:
    return _modern(the_documents().document["components"])


@cache
def _validator(operation: str) -> Any:
    schema = _request_schema(operation) or {}
    return jsonschema_rs.Draft4Validator({**_modern(schema), "components": _components()})


def _modern(node: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema: `nullable` is a type of its own there."""
    if isinstance(node, list):
        return [_modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {name: _modern(value) for name, value in node.items() if name != "nullable"}
    if node.get("nullable") is True and "type" in node:
        copied["type"] = [node["type"], "null"]
        if "enum" in node:
            copied["enum"] = [*node["enum"], None]
    elif node.get("nullable") is True and ("anyOf" in node or "$ref" in node):
        return {"anyOf": [copied, {"type": "null"}]}
    return copied
