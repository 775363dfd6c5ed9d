"""The documents under one roof, as any fair reader has to take them.

Three places of the vendor's own schemas say, by the letter, what they cannot mean. Read by the
letter they would accuse Knock itself.
"""

from __future__ import annotations

import copy
from typing import Any

from mock_knock import openapi_document

_REFERENCES = ("recipients[]", "objects[]", "recipients")


def readable_document() -> dict[str, Any]:
    """A copy of all surfaces in one OpenAPI document."""
    return _plain_queries(_any_of(copy.deepcopy(openapi_document())))


def _any_of(node: Any) -> Any:
    """Each `oneOf` as an `anyOf`: the vendor's alternatives overlap.

    A Slack connection is also one of MS Teams, an object with a collection also a user with a
    custom property.
    """
    if isinstance(node, list):
        return [_any_of(item) for item in node]
    if not isinstance(node, dict):
        return node
    alternatives = "oneOf" in node or "anyOf" in node
    return {
        "anyOf" if name == "oneOf" else name: _any_of(value)
        for name, value in node.items()
        # `type: object` beside alternatives of which one is a text.
        if not (name == "type" and alternatives)
    }


def _plain_queries(document: Any) -> dict[str, Any]:
    """References in queries as ids alone.

    `recipient` is an id or an object, and has no style: by the letter the members of the object
    would stand in the query under names of their own, which nobody looks for. Nor can a number in a
    list of references be told from an id that looks like one.
    """
    for parameter in document["paths"]["/v1/workflow_recipient_runs"]["get"]["parameters"]:
        if parameter.get("name") == "recipient":
            parameter["schema"] = {"type": "string"}
            parameter.get("examples", {}).pop("object", None)
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter.get("name") in _REFERENCES:
                    parameter["schema"] = {"type": "array", "items": {"type": "string"}}
    result: dict[str, Any] = document
    return result
