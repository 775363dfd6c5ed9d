"""Query strings in the forms that Knock's clients write them (Plug's rules, and the SDKs').

Lists come as `include[]=a&include[]=b` or `include=a`, objects as `recipient[id]=x`, lists of
objects as `objects[][id]=x` or `objects[0][id]=x`, and dotted names (`inserted_at.gt`) also as
`inserted_at[gt]`. A parameter that the documents call `objects[]` is known as `objects`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
import orjson

from mock_knock.api.errors import invalid, malformed
from mock_knock.api.schemas import Schemas
from mock_knock.api.violations import Violation, details, violations
from mock_knock.world.errors import Detail

_OBJECT_IN_LIST = re.compile(r"([^\[\]]+)\[([0-9]*)\]\[([^\[\]]+)\]")
_BRACKETS = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")
_INTEGER = re.compile(r"-?[0-9]{1,1000}")


class QueryBinder:
    """Reads the query of one operation. Everything is prepared when it is made."""

    def __init__(self, parameters: list[dict[str, Any]], schemas: Schemas, place: str) -> None:
        self._types: dict[str, str] = {}
        properties: dict[str, Any] = {}
        required: list[str] = []
        for parameter in parameters:
            name = parameter["name"].removesuffix("[]")
            schema = parameter.get("schema", {})
            if name != parameter["name"]:
                # References in a query are whatever a client makes of them: Ruby's SDK writes a
                # hash as its inspect text, which then names nothing.
                schema = {"type": "array"}
            self._types[name] = schema.get("type", "")
            properties[name] = schema
            if parameter.get("required"):
                required.append(name)
        self.required = bool(required)
        schema = {"type": "object", "properties": properties, "required": required}
        self._validator: jsonschema_rs.Validator = schemas.validator(schema, place)

    def bind(self, query_string: bytes, *, strict: bool = False) -> dict[str, Any]:
        """The declared parameters by name, converted and valid; others are ignored.

        Raises ApiError: 400 for a query that cannot be decoded, 422 for one that is not valid, or,
        when `strict`, has others.
        """
        values = self._read(query_string, strict=strict)
        if not self._validator.is_valid(values):
            raise invalid(details(self._validator, values, "query"))
        return values

    def violations(self, query_string: bytes) -> list[Violation]:
        """What is not valid in a query. Raises ApiError for one that cannot be read."""
        return list(violations(self._validator, self._read(query_string)))

    def _read(self, query_string: bytes, *, strict: bool = False) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if query_string:
            try:
                pairs = parse_qsl(
                    query_string.decode("ascii"), keep_blank_values=True, errors="strict"
                )
            except UnicodeDecodeError:
                message = "the query is not percent-encoded UTF-8: encode each name and value"
                raise malformed(message, "query") from None
            if strict:
                self._refuse_others(key for key, _ in pairs)
            items: dict[tuple[str, str], dict[str, str]] = {}
            seen: Counter[tuple[str, str]] = Counter()
            for key, text in pairs:
                match = _OBJECT_IN_LIST.fullmatch(key)
                if match is None:
                    self._put(values, key, text)
                elif self._types.get(match[1]) == "array":
                    _put_object(values, items, seen, match, text)
        for name, value in values.items():
            if isinstance(value, dict) and self._types[name] == "string":
                # An object in brackets stands for its JSON text (Knock's browser client).
                values[name] = orjson.dumps(value).decode()
        return values

    def _refuse_others(self, keys: Iterable[str]) -> None:
        known = ", ".join(self._types) or "none"
        problem = f"is no parameter of this call; there are: {known}"
        others = dict.fromkeys(key for key in keys if key.partition("[")[0] not in self._types)
        if others:
            raise invalid([Detail(key[:100] or "query", problem, "unknown") for key in others])

    def _put(self, values: dict[str, Any], key: str, text: str) -> None:
        kind = self._types.get(key)
        if kind is not None:
            if kind == "array":
                _append(values, key, text)
            else:
                values[key] = _converted(text, kind)
            return
        match = _BRACKETS.fullmatch(key)
        if match is None:
            return
        name, inner = match.groups()
        dotted = f"{name}.{inner}"
        if dotted in self._types:
            values[dotted] = _converted(text, self._types[dotted])
        elif name in self._types:
            if not inner:
                _append(values, name, text)
            elif inner.isdigit() and self._types[name] == "array":
                problem = f"is a list of texts and takes no index: write {name}[]={text[:40]}"
                raise invalid([Detail(key, problem, "indexed_list")])
            else:
                present = values.get(name)
                values[name] = {**(present if isinstance(present, dict) else {}), inner: text}


def _append(values: dict[str, Any], name: str, item: Any) -> None:
    """Add to a list. Raises ApiError when the parameter came as something else before."""
    present = values.setdefault(name, [])
    if not isinstance(present, list):
        raise invalid([Detail(name, f"is given in two ways: write {name}[]=... only", "mixed")])
    present.append(item)


def _put_object(
    values: dict[str, Any],
    items: dict[tuple[str, str], dict[str, str]],
    seen: Counter[tuple[str, str]],
    match: re.Match[str],
    text: str,
) -> None:
    """Put one field of an object in a list; without an index the n-th of each go together.

    So they do whether a client writes object by object, as Go's SDK does, or field by field, as
    Python's does. `items` holds the objects under way, by the name of the list and their index;
    `seen` counts the fields without an index, by the names of the list and the field.
    """
    name, index, field = match.groups()
    if not index:
        index = f"n-th {seen[name, field]}"
        seen[name, field] += 1
    item = items.get((name, index))
    if item is None:
        item = items[name, index] = {}
        _append(values, name, item)
    item[field] = text


def _converted(text: str, kind: str) -> Any:
    """The value in its declared type; text that is not of it stays, for the validator to refuse."""
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
