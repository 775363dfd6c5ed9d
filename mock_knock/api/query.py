"""Query strings in the forms that Knock's clients write them (Plug's rules, and the SDKs').

Lists come as `include[]=a&include[]=b` or `include=a`, objects as `recipient[id]=x`, and dotted
names (`inserted_at.gt`) also as `inserted_at[gt]`.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from mock_knock.api.errors import invalid, malformed
from mock_knock.api.schemas import Schemas
from mock_knock.api.violations import details
from mock_knock.world.errors import Detail

_BRACKETS = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")
_INTEGER = re.compile(r"-?[0-9]{1,1000}")


class QueryBinder:
    """Reads the query of one operation. Everything is prepared when it is made."""

    def __init__(self, parameters: list[dict[str, Any]], schemas: Schemas, place: str) -> None:
        self._types: dict[str, str] = {}
        properties: dict[str, Any] = {}
        required: list[str] = []
        for parameter in parameters:
            name = parameter["name"]
            schema = parameter.get("schema", {})
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
            for key, text in pairs:
                self._put(values, key, text)
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


def _append(values: dict[str, Any], name: str, text: str) -> None:
    """Add to a list. Raises ApiError when the parameter came as something else before."""
    present = values.setdefault(name, [])
    if not isinstance(present, list):
        raise invalid([Detail(name, f"is given in two ways: write {name}[]=... only", "mixed")])
    present.append(text)


def _converted(text: str, kind: str) -> Any:
    """The value in its declared type; text that is not of it stays, for the validator to refuse."""
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
