"""A bundled document as Connexion's specification, made without what every start would repeat.

Connexion copies a document twice and writes out every schema wherever it is referred to, and so
each validator was made of the whole of what it refers to. Here the document is taken as it is:
references to parameters, bodies, responses and examples are followed one step, for the stages to
read, and those to schemas stay, for the validators to share.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from connexion.exceptions import InvalidSpecification
from connexion.spec import OpenAPISpecification

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


class BundledSpecification(OpenAPISpecification):
    """Connexion's specification over a document that nobody changes.

    It is checked against Connexion's own meta-schema by a faster validator: Connexion's check
    takes a quarter of a second for the whole API. Raises InvalidSpecification.
    """

    def __init__(self, document: dict[str, Any], *, base_uri: str = "") -> None:
        self._validate_spec(document)
        self._raw_spec = document
        self._spec = {"components": {}, **document, "paths": _paths(document)}
        self._base_uri = base_uri

    @classmethod
    def _validate_spec(cls, spec: dict[str, Any]) -> None:
        validator = jsonschema_rs.Draft4Validator(cls.openapi_schema)
        for error in validator.iter_errors(spec):
            place = "/".join(map(str, error.instance_path))
            raise InvalidSpecification(f"{place}: {error.message[:300]}")


def _paths(document: dict[str, Any]) -> dict[str, Any]:
    """The paths of the document with each operation as the stages read it."""
    return {
        url: {
            method: _operation(document, operation, item.get("parameters", []))
            for method, operation in item.items()
            if method in _METHODS
        }
        for url, item in document["paths"].items()
    }


def _operation(
    document: dict[str, Any], node: dict[str, Any], shared: list[dict[str, Any]]
) -> dict[str, Any]:
    """One operation; `shared` are the parameters of its path, which it may have in its own way."""
    parameters = {
        (found["in"], found["name"]): found
        for found in (_followed(document, p) for p in (*shared, *node.get("parameters", [])))
    }
    result = {
        **node,
        "parameters": [
            {**p, "schema": _followed(document, p.get("schema", {}))} for p in parameters.values()
        ],
        "responses": {
            status: _with_examples(document, _followed(document, response))
            for status, response in node["responses"].items()
        },
    }
    if "requestBody" in node:
        result["requestBody"] = _followed(document, node["requestBody"])
    return result


def _with_examples(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    if not any("examples" in media for media in response.get("content", {}).values()):
        return response
    content = {
        media_type: {
            **media,
            "examples": {
                name: _followed(document, example)
                for name, example in media.get("examples", {}).items()
            },
        }
        for media_type, media in response["content"].items()
    }
    return {**response, "content": content}


def _followed(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """The node, or what it refers to. Bundling has made sure that it is there."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node
