"""What a schema validator found, as field names and sentences for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import jsonschema_rs

from mock_knock.world.errors import Detail

MOST = 20
"""How many violations one answer names."""

_EXAMPLES = {
    "date-time": "a date-time such as 2026-01-05T09:00:00Z",
    "uuid": "a UUID such as 3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10",
    "uri": "a URI such as https://example.com/a",
}
_ARTICLES = {
    "array": "a list",
    "integer": "a whole number",
    "object": "an object",
    "null": "null",
    "boolean": "true or false",
}


_Errors = Sequence[jsonschema_rs.ValidationError]
_Kinds = jsonschema_rs.ValidationErrorKind


def details(
    validator: jsonschema_rs.Validator, value: Any, root: str = "body"
) -> tuple[Detail, ...]:
    """The first violations, at most 20; `root` names the whole value where no field can be."""
    found = (
        Detail(field_name(v.path, root), v.message, v.type) for v in violations(validator, value)
    )
    return tuple(dict.fromkeys(islice(found, MOST)))


class Violation(NamedTuple):
    """One fault: the way to the field, a sentence that goes on after its name, and a kind.

    `rule` is where the broken keyword stands: `#/components/schemas/...`, or the way to it from the
    validator's own schema.
    """

    path: tuple[str | int, ...]
    message: str
    type: str
    rule: str


def violations(validator: jsonschema_rs.Validator, value: Any) -> Iterator[Violation]:
    """Every violation, as it is found."""
    for error in validator.iter_errors(value):
        yield from _explain(error)


def _explain(error: jsonschema_rs.ValidationError) -> list[Violation]:
    kind = error.kind
    path, rule = tuple(error.instance_path), _rule(error)
    if isinstance(kind, _Kinds.Required):
        return [Violation((*path, kind.property), "is required", "required", rule)]
    if isinstance(kind, _Kinds.AnyOf):
        meant = _meant_branch(kind.context, len(path))
        if meant:
            return [v for inner in meant for v in _explain(inner)]
        types = {t for branch in kind.context for t in _types(branch[0])}
        return [Violation(path, f"must be {_either(sorted(types))}", "type", rule)]
    if isinstance(kind, _Kinds.AdditionalProperties):
        known = "is no field of this request"
        return [Violation((*path, name), known, "unknown", rule) for name in kind.unexpected]
    text, type = _describe(error)
    return [Violation(path, text, type, rule)]


def _rule(error: jsonschema_rs.ValidationError) -> str:
    location = error.absolute_keyword_location
    if location is not None and "#" in location:
        return f"#{location.partition('#')[2]}"
    return "/".join(escaped(str(part)) for part in error.schema_path)


def escaped(part: str) -> str:
    """A member's name as a JSON pointer writes it (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")


def _meant_branch(branches: Sequence[_Errors], depth: int) -> _Errors:
    """Of several alternatives the one that the client most likely meant: right type, fewest faults.

    Empty when the value has the type of none of them.
    """
    of_right_type = [
        branch
        for branch in branches
        if not any(
            isinstance(e.kind, _Kinds.Type) and len(list(e.instance_path)) == depth for e in branch
        )
    ]
    return min(of_right_type, key=len, default=())


def _types(error: jsonschema_rs.ValidationError) -> list[str]:
    return list(error.kind.types) if isinstance(error.kind, _Kinds.Type) else []


def _describe(error: jsonschema_rs.ValidationError) -> tuple[str, str]:
    kind = error.kind
    if isinstance(kind, _Kinds.Type):
        return f"must be {_either(kind.types)}", "type"
    if isinstance(kind, _Kinds.Enum):
        return f"must be one of {', '.join(map(_shown, kind.options))}", "enum"
    if isinstance(kind, _Kinds.Format):
        return f"must be {_EXAMPLES.get(kind.format, kind.format)}", "format"
    if isinstance(kind, _Kinds.MaxLength):
        return f"must have at most {kind.limit} characters", "max_length"
    if isinstance(kind, _Kinds.Minimum):
        return f"must be at least {kind.limit}", "minimum"
    if isinstance(kind, _Kinds.Maximum):
        return f"must be at most {kind.limit}", "maximum"
    keyword = str(list(error.schema_path)[-1])
    return f"breaks the documented rule {keyword!r}", keyword


def field_name(path: Iterable[str | int], root: str) -> str:
    """`["users", 3, "id"]` as a client would write it: `users[3].id`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += f".{part}" if name else part
    return name or root


def _either(types: Iterable[str]) -> str:
    return " or ".join(_ARTICLES.get(t, f"a {t}") for t in types)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
