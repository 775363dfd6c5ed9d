"""A JSON value that knows its place in a file, so that what is wrong with it can be said well."""

from __future__ import annotations

from typing import Any, Self

from contract_tests.arazzo import pointers
from contract_tests.arazzo.errors import DocumentError
from contract_tests.arazzo.missing import MISSING


class Node:
    """One value of a document under reading. All methods raise DocumentError with its place."""

    __slots__ = ("_file", "_tokens", "value")

    def __init__(self, value: Any, file: str, tokens: tuple[str, ...]) -> None:
        self.value = value
        self._file = file
        self._tokens = tokens

    @property
    def place(self) -> str:
        """File name, `#`, JSON Pointer."""
        return self._file + pointers.build(self._tokens)

    @property
    def present(self) -> bool:
        """Whether the document has this value at all."""
        return self.value is not MISSING

    def error(self, message: str) -> DocumentError:
        """An error at this place, to be raised by the caller."""
        return DocumentError(message, self.place)

    def object(self, what: str) -> Self:
        """Demand a mapping; gives the node itself."""
        if not isinstance(self.value, dict):
            raise self.error(f"must be {what}, a mapping, not {_kind(self.value)}")
        return self

    def child(self, key: str, *, optional: bool = False) -> Node:
        """A member; a missing one is an error, unless optional."""
        node = Node(self.value.get(key, MISSING), self._file, (*self._tokens, key))
        if not node.present and not optional:
            raise self.error(f"the field {key!r} is missing")
        return node

    def items(self, key: str, *, at_least: int = 0) -> list[Node]:
        """The elements of a list member; none when the member is missing."""
        child = self.child(key, optional=at_least == 0)
        if not child.present:
            return []
        if not isinstance(child.value, list):
            raise child.error(f"must be a list, not {_kind(child.value)}")
        if len(child.value) < at_least:
            raise child.error("must not be empty")
        return [
            Node(item, self._file, (*child._tokens, str(n))) for n, item in enumerate(child.value)
        ]

    def as_text(self) -> str:
        """This value, which must be a string that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.error(f"must be a string that is not empty, not {_kind(self.value)}")
        return self.value

    def text(self, key: str, *, default: str | None = None) -> str:
        """A string member; `default` for a missing one, or an error."""
        child = self.child(key, optional=default is not None)
        if not child.present and default is not None:
            return default
        return child.value if child.value == "" and default == "" else child.as_text()

    def optional_text(self, key: str) -> str | None:
        """A string member, or None where it is missing."""
        return self.text(key) if key in self.value else None

    def choice(self, key: str, choices: tuple[str, ...], *, default: str | None = None) -> str:
        """A string member that must be one of `choices`."""
        text = self.text(key, default=default)
        if text not in choices:
            raise self.child(key).error(f"must be {' or '.join(choices)}, not {text!r}")
        return text


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "a mapping") if value != "" else "empty text"
