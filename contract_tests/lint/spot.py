"""A value in a document with its place: for reading what may be broken anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.arazzo import pointers
from contract_tests.arazzo.missing import MISSING


@dataclass(frozen=True)
class Spot:
    """A value, or MISSING, and the tokens of its JSON Pointer. Never raises."""

    value: Any
    tokens: tuple[str, ...] = ()

    @property
    def pointer(self) -> str:
        """The JSON Pointer."""
        return pointers.build(self.tokens)

    @property
    def present(self) -> bool:
        """Whether the document has it."""
        return self.value is not MISSING

    def at(self, key: str) -> Spot:
        """A member."""
        value = self.value.get(key, MISSING) if isinstance(self.value, dict) else MISSING
        return Spot(value, (*self.tokens, key))

    def text(self, key: str) -> str | None:
        """A member that is text and not empty, else None."""
        value = self.at(key).value
        return value if isinstance(value, str) and value else None

    def items(self, key: str) -> list[Spot]:
        """The elements of a list member that are mappings; none where it is no list."""
        child = self.at(key)
        listed = child.value if isinstance(child.value, list) else []
        spots = [Spot(value, (*child.tokens, str(n))) for n, value in enumerate(listed)]
        return [spot for spot in spots if isinstance(spot.value, dict)]

    def members(self, key: str) -> dict[str, Spot]:
        """The members of a mapping member."""
        child = self.at(key)
        return (
            {name: child.at(name) for name in child.value} if isinstance(child.value, dict) else {}
        )

    def strings(self) -> Iterator[Spot]:
        """Every text in this value, at any depth, with its place."""
        if isinstance(self.value, str):
            yield self
        elif isinstance(self.value, dict):
            for key in self.value:
                yield from self.at(key).strings()
        elif isinstance(self.value, list):
            for n, item in enumerate(self.value):
                yield from Spot(item, (*self.tokens, str(n))).strings()
