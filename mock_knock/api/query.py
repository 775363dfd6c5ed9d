"""Query strings in the forms that Knock's clients write them (Plug's rules, and the SDKs').

Lists come as `include[]=a&include[]=b` or `include=a`, objects as `recipient[id]=x`, lists of
objects as `objects[][id]=x` or `objects[0][id]=x`, and dotted names (`inserted_at.gt`) also as
`inserted_at[gt]`. A parameter that the documents call `objects[]` is known as `objects`.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
import orjson

from mock_knock.api.errors import invalid, malformed
from mock_knock.api.schemas import Schemas
from mock_knock.api.violations import details
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

    def bind(self, query_string: bytes) -> dict[str, Any]:
        """The declared parameters by name, converted and valid; others are ignored.

        Raises ApiError: 400 for a query that cannot be decoded, 422 for one that is not valid.
        """
        values: dict[str, Any] = {}
        if query_string:
            try:
                pairs = parse_qsl(
                    query_string.decode("ascii"), keep_blank_values=True, errors="strict"
                )
            except UnicodeDecodeError:
                message = "the query is not percent-encoded UTF-8: encode each name and value"
                raise malformed(message, "query") from None
            items: dict[tuple[str, str], dict[str, str]] = {}
            for key, text in pairs:
                match = _OBJECT_IN_LIST.fullmatch(key)
                if match is None:
                    self._put(values, key, text)
                elif self._types.get(match[1]) == "array":
                    _put_object(values, items, match, text)
        for name, value in values.items():
            if isinstance(value, dict) and self._types[name] == "string":
                # An object in brackets stands for its JSON text (Knock's browser client).
                values[name] = orjson.dumps(value).decode()
        if not self._validator.is_valid(values):
            raise invalid(details(self._validator, values, "query"))
        return values

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
    match: re.Match[str],
    text: str,
) -> None:
    """Put one field of an object in a list; without an index a field seen before begins the next.

    `items` holds the objects under way, by the name of the list and their index.
    """
    name, index, field = match.groups()
    item = items.get((name, index))
    if item is None or (not index and field in item):
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
