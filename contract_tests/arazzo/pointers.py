"""JSON Pointers (RFC 6901): read, write, follow, set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from contract_tests.arazzo.missing import MISSING

_BAD_ESCAPE = re.compile(r"~(?![01])")
_INDEX = re.compile(r"0|[1-9][0-9]*")


class PointerError(ValueError):
    """Raised for text that is no JSON Pointer, or a place that cannot be set."""


def parse(pointer: str) -> tuple[str, ...]:
    """The unescaped reference tokens of a pointer; none for `""`, the whole document."""
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise PointerError(f"{pointer!r} is no JSON Pointer: it must be empty or start with '/'")
    if _BAD_ESCAPE.search(pointer):
        raise PointerError(f"{pointer!r} is no JSON Pointer: '~' must be written ~0 (and '/' ~1)")
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in pointer[1:].split("/"))


def build(tokens: Iterable[object]) -> str:
    """The pointer of these tokens, escaped; the inverse of `parse`."""
    return "".join("/" + str(t).replace("~", "~0").replace("/", "~1") for t in tokens)


def follow(value: Any, tokens: Iterable[str]) -> Any:
    """What the tokens lead to in `value`, or MISSING."""
    for token in tokens:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _INDEX.fullmatch(token) and _fits(token, len(value)):
            value = value[int(token)]
        else:
            return MISSING
    return value


def put(root: Any, tokens: tuple[str, ...], new: Any) -> Any:
    """Set a place in `root` (changed in place) and return the root, which is `new` for no tokens.

    A member may be new, an array place must exist or be `-` (append). Raises PointerError when
    the place's parent does not exist.
    """
    if not tokens:
        return new
    parent = follow(root, tokens[:-1])
    last = tokens[-1]
    if isinstance(parent, dict):
        parent[last] = new
    elif isinstance(parent, list) and last == "-":
        parent.append(new)
    elif isinstance(parent, list) and _INDEX.fullmatch(last) and _fits(last, len(parent)):
        parent[int(last)] = new
    else:
        raise PointerError(f"there is no place {build(tokens)!r} to set")
    return root


def _fits(token: str, length: int) -> bool:
    # The length check comes first: int() of a very long digit string is refused by Python.
    return len(token) <= len(str(length)) and int(token) < length
