"""Which rules of the documents a request breaks, with where each stands.

Found by looking at a request of the journal once more, so that a request costs nothing for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from mock_knock.api.errors import ApiError
from mock_knock.api.journal import JournalEntry
from mock_knock.api.service import Described, Service
from mock_knock.api.violations import MOST, escaped, field_name


class BrokenRule(NamedTuple):
    """A rule that a request breaks.

    part: `path`, `query` or `body`. field: what breaks it. problem: a sentence that goes on after
    the field. pointer: where the rule stands in the document that `GET /v1/openapi` answers.
    """

    part: str
    field: str
    problem: str
    pointer: str


def broken_rules(entry: JournalEntry, service: Service) -> list[BrokenRule]:
    """The first rules that the request breaks; none for one that cannot be read at all."""
    described = service.operations.get(entry.operation_id or "")
    if described is None:
        return []
    parameters = _path_parameters(described.path, entry.raw_path)
    checked = described.checking.violations(parameters, entry.query_string, entry.body)
    found = []
    try:
        for part, violation in islice(checked, MOST):
            pointer = _pointer(service.document, described, part, violation.rule)
            field = field_name(violation.path, part)
            found.append(BrokenRule(part, field, violation.message, pointer))
    except ApiError:
        pass  # what cannot be read breaks no schema: the answer's own message says what is wrong
    return list(dict.fromkeys(found))


def _path_parameters(template: str, raw_path: bytes) -> dict[str, str]:
    segments = [unquote_to_bytes(part).decode(errors="replace") for part in raw_path.split(b"/")]
    return {
        name[1:-1]: value
        for name, value in zip(template.split("/"), segments, strict=False)
        if name.startswith("{")
    }


def _pointer(document: Mapping[str, Any], described: Described, part: str, rule: str) -> str:
    """The rule's place in the document, as far as the document has it in the same form."""
    if rule.startswith("#"):
        return _existing(document, rule.removeprefix("#/").split("/"))
    base = ["paths", escaped(described.path), described.method]
    names = rule.split("/")
    if part == "body":
        place = ["requestBody", "content", "application~1json", "schema"]
        return _existing(document, [*base, *place, *names])
    # Parameters are checked as the members of one object: properties, then the name.
    name = names[1] if names[0] == "properties" and len(names) > 1 else ""
    parameters = _node(document, base).get("parameters", [])
    for index, parameter in enumerate(parameters):
        home = [*base, "parameters", str(index)]
        if "$ref" in parameter:
            home = parameter["$ref"].removeprefix("#/").split("/")
        if _node(document, home).get("name", "").removesuffix("[]") == name:
            return _existing(document, [*home, "schema", *names[2:]])
    return _existing(document, [*base, "parameters"])


def _node(document: Any, parts: list[str]) -> Any:
    for part in parts:
        name = part.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def _existing(document: Mapping[str, Any], parts: list[str]) -> str:
    """The pointer, cut where the validator's form of a schema departs from the document's."""
    kept: list[str] = []
    node: Any = document
    for part in parts:
        if isinstance(node, dict) and "$ref" in node:
            kept = node["$ref"].removeprefix("#/").split("/")
            node = _node(document, kept)
        # Alternatives are all read as `anyOf`; see schemas.py.
        meant = "oneOf" if part == "anyOf" and isinstance(node, dict) and "oneOf" in node else part
        try:
            node = _node(node, [meant])
        except (LookupError, TypeError, ValueError):
            break
        kept.append(meant)
    return "#/" + "/".join(kept)
