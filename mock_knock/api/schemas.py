"""JSON Schema validators from the OpenAPI document, prepared once.

OpenAPI 3.0 schemas are a dialect; here they become JSON Schema 2020-12 for `jsonschema-rs`, which
also checks formats. `oneOf` is read as `anyOf`: the vendor's alternatives overlap (an object with
a collection is also a user with a custom property), so a strict reading refuses good requests.
"""

from __future__ import annotations

from typing import Any, Final

import jsonschema_rs

_BASE: Final = "urn:mock-knock:openapi"
_AS_IS: Final = frozenset(
    {
        "type", "format", "enum", "required", "pattern", "minLength", "maxLength", "minItems",
        "maxItems", "uniqueItems", "minimum", "maximum", "multipleOf", "minProperties",
        "maxProperties",
    }
)  # fmt: skip
_PROSE: Final = frozenset(
    {"title", "description", "example", "default", "deprecated", "externalDocs", "discriminator"}
)
_ALSO: Final = "x-also-accepted"
"""A schema whose values are taken beside those of the schema that it stands in: what Knock's prose
allows and its document does not."""
_MANY: Final = {"allOf": "allOf", "anyOf": "anyOf", "oneOf": "anyOf"}


class SchemaError(ValueError):
    """Raised for a schema that uses something this server does not understand."""


class Schemas:
    """Validators for the schemas of one OpenAPI document."""

    def __init__(self, document: dict[str, Any]) -> None:
        components = document.get("components", {}).get("schemas", {})
        resource = {
            "components": {
                "schemas": {
                    name: to_json_schema(schema, f"components/schemas/{name}")
                    for name, schema in components.items()
                }
            }
        }
        self._registry = jsonschema_rs.Registry([(_BASE, resource)])

    def validator(self, schema: dict[str, Any], place: str) -> jsonschema_rs.Validator:
        """A validator for a schema that stands at `place` in the document. Raises SchemaError."""
        return jsonschema_rs.Draft202012Validator(
            to_json_schema(schema, place, base=_BASE),
            registry=self._registry,
            validate_formats=True,
        )


def to_json_schema(schema: dict[str, Any], place: str, *, base: str = "") -> dict[str, Any]:
    """The OpenAPI 3.0 schema as JSON Schema 2020-12; local references are put under `base`.

    Raises SchemaError, naming the place, for a keyword that is not understood.
    """
    if "$ref" in schema:
        return {"$ref": f"{base}{schema['$ref']}"}
    result: dict[str, Any] = {}
    for keyword, value in schema.items():
        here = f"{place}/{keyword}"
        if keyword == "type" and not _MANY.keys().isdisjoint(schema.keys() - {"allOf"}):
            # The vendor has `type: object` beside alternatives of which one is a boolean.
            continue
        if keyword in _AS_IS:
            result[keyword] = value
        elif keyword in _MANY:
            branches = [to_json_schema(s, f"{here}/{i}", base=base) for i, s in enumerate(value)]
            result[_MANY[keyword]] = branches
        elif keyword == "properties":
            result["properties"] = {
                name: to_json_schema(s, f"{here}/{name}", base=base) for name, s in value.items()
            }
        elif keyword in ("items", "not"):
            result[keyword] = to_json_schema(value, here, base=base)
        elif keyword == "additionalProperties":
            nested = isinstance(value, dict)
            result[keyword] = to_json_schema(value, here, base=base) if nested else value
        elif keyword not in _PROSE and keyword != "nullable" and not keyword.startswith("x-"):
            raise SchemaError(f"{place}: the keyword {keyword!r} is not understood by this server")
    if schema.get("nullable") is True and result:
        result = _nullable(result)
    if _ALSO in schema:
        result = {"anyOf": [result, to_json_schema(schema[_ALSO], f"{place}/{_ALSO}", base=base)]}
    return result


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    result = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        result["enum"] = [*schema["enum"], None]
    return result
