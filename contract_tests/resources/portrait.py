"""What the API shows of some things at one moment, so that two moments can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from contract_tests.checking.scene import Scene

Portrait = dict[str, Any]
"""By path: the JSON that was read there, or the status of another answer."""
_ROWS = ("entries", "items")
_LEFT_OUT = frozenset({"__cursor", "page_info", "updated_at"})
"""Of the page and not of its rows, or moved by what hangs on a thing too."""
_LONGEST = 160


def portray(scene: Scene, paths: Iterable[str], *, key: str = "KNOCK_API_KEY") -> Portrait:
    """Read each path once."""
    portrait: Portrait = {}
    for path in dict.fromkeys(paths):
        bare, _, query = path.partition("?")
        parameters = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair]
        answer = scene.get(bare, [(name, value) for name, value in parameters], key=key)
        portrait[path] = _plain(answer.json) if answer.status == 200 else answer.status
    return portrait


def rows_of(node: Any) -> list[Any]:
    """The rows of a list that was read; none of anything else."""
    if isinstance(node, dict):
        node = next((node[name] for name in _ROWS if isinstance(node.get(name), list)), [])
    return node if isinstance(node, list) else []


def without(portrait: Portrait, drop: Callable[[Any], bool]) -> Portrait:
    """The portrait with these rows taken out of its lists."""

    def cut(node: Any) -> Any:
        if isinstance(node, list):
            return [row for row in node if not drop(row)]
        if isinstance(node, dict):
            return {
                name: cut(value) if name in _ROWS and isinstance(value, list) else value
                for name, value in node.items()
            }
        return node

    return {path: cut(node) for path, node in portrait.items()}


def difference(before: Portrait, after: Portrait) -> str:
    """Where the second is not as the first, in words; empty where they are alike."""
    for path, was in before.items():
        now = after.get(path)
        if now != was:
            return f"GET {path}: {_first_difference(was, now)}"
    return ""


def _first_difference(was: Any, now: Any) -> str:
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted(was.keys() | now.keys()):
            if was.get(name) != now.get(name):
                return f"{name}: {_first_difference(was.get(name), now.get(name))}"
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for one, other in zip(was, now, strict=True):
            if one != other:
                return _first_difference(one, other)
    if isinstance(was, list) and isinstance(now, list):
        return f"{len(was)} rows before, {len(now)} after"
    return f"{_short(was)} before, {_short(now)} after"


def _short(node: Any) -> str:
    text = repr(node)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {n: _plain(value) for n, value in node.items() if n not in _LEFT_OUT}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node
