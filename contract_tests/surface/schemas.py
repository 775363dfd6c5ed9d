"""Schema Objects of OpenAPI 3.0: their members, and a value that fits them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from contract_tests.arazzo.openapi import OpenApiDocument

Found = Literal["there", "absent", "unknown"]
_DEEPEST = 8
SAMPLES_BY_FORMAT = {
    "uuid": "00000000-0000-4000-8000-0000000000aa",
    "date-time": "2026-01-05T09:00:00.000000Z",
    "date": "2026-01-05",
    "email": "ellie@example.com",
    "uri": "https://example.com/",
}


@dataclass(frozen=True)
class Schema:
    """A schema and the file it stands in, which relative references start from."""

    value: Any
    file: Path
    document: OpenApiDocument

    @property
    def resolved(self) -> Schema:
        """The schema that a `$ref` leads to; itself where it is none."""
        value, file = self.document.follow(self.value, self.file)
        return Schema(value, file, self.document)

    @property
    def type(self) -> str | None:
        """The declared type, also where only a part of an `allOf` declares it."""
        for part in self.parts():
            if isinstance(part.value.get("type"), str):
                return str(part.value["type"])
        return None

    @property
    def enum(self) -> list[Any]:
        """The values that an `enum` allows; none where there is no enum."""
        for part in self.parts():
            if isinstance(part.value.get("enum"), list):
                return list(part.value["enum"])
        return []

    def parts(self) -> Iterator[Schema]:
        """The schema and everything that its `allOf`s hold, references followed."""
        waiting, seen = [self], 0
        while waiting and seen < _DEEPEST * _DEEPEST:
            seen += 1
            part = waiting.pop(0).resolved
            if isinstance(part.value, dict):
                yield part
                waiting += [part._inner(each) for each in part.value.get("allOf") or ()]

    def choices(self) -> list[Schema]:
        """The alternatives of a `oneOf` or `anyOf`."""
        return [
            part._inner(each)
            for part in self.parts()
            for key in ("oneOf", "anyOf")
            for each in part.value.get(key) or ()
        ]

    def properties(self) -> dict[str, Schema]:
        """The members that an object declares, by name."""
        return {
            name: part._inner(each)
            for part in self.parts()
            for name, each in (part.value.get("properties") or {}).items()
        }

    def required(self) -> list[str]:
        """The members that an object must have."""
        return [name for part in self.parts() for name in part.value.get("required") or ()]

    def items(self) -> Schema | None:
        """The schema of an array's elements."""
        for part in self.parts():
            if "items" in part.value:
                return part._inner(part.value["items"])
        return None

    def look_up(self, tokens: tuple[str, ...]) -> tuple[Found, Schema | None]:
        """Whether a value of this schema can have a member at these pointer tokens.

        A schema that lists `properties` and does not say `additionalProperties` is taken at its
        word: a member that it does not list is absent.
        """
        if not tokens:
            return "there", self
        choices = self.choices()
        if choices:
            answers = [choice.look_up(tokens) for choice in choices]
            there = next((a for a in answers if a[0] == "there"), None)
            return there or (
                ("absent", None) if all(a[0] == "absent" for a in answers) else ("unknown", None)
            )
        properties, items = self.properties(), self.items()
        if tokens[0] in properties:
            return properties[tokens[0]].look_up(tokens[1:])
        if items is not None and tokens[0].isdigit():
            return items.look_up(tokens[1:])
        if any(
            part.value.get("additionalProperties") not in (None, False) for part in self.parts()
        ):
            return "unknown", None
        closed = bool(properties) or items is not None or self.type in _SCALARS
        return ("absent" if closed else "unknown"), None

    def sample(self, depth: int = 0) -> Any:
        """A value that fits the schema, the same each time: its example where it has one."""
        for part in self.parts():
            for key in ("example", "default"):
                if key in part.value:
                    return part.value[key]
        if self.enum:
            return self.enum[0]
        if choices := self.choices():
            return choices[0].sample(depth + 1)
        kind, properties = self.type, self.properties()
        if kind == "object" or properties:
            names = properties if depth < 2 else self.required()
            return {
                name: properties[name].sample(depth + 1)
                for name in names
                if name in properties and depth < _DEEPEST
            }
        if kind == "array":
            items = self.items()
            return [items.sample(depth + 1)] if items is not None and depth < _DEEPEST else []
        return self._scalar(kind)

    def _scalar(self, kind: str | None) -> Any:
        declared = next(iter(self.parts()), None)
        limits = declared.value if declared is not None else {}
        if kind == "boolean":
            return False
        if kind in ("integer", "number"):
            return limits.get("minimum", 1)
        if kind == "string":
            return SAMPLES_BY_FORMAT.get(str(limits.get("format")), "text")
        return {}

    def _inner(self, value: Any) -> Schema:
        return Schema(value, self.file, self.document)


_SCALARS = frozenset({"string", "integer", "number", "boolean"})
