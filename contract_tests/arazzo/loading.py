"""Reads YAML or JSON files as JSON values: string keys, no dates, no YAML 1.1 surprises.

YAML's default types would turn `2024-05-22T12:00:00Z` into a datetime, `on` into true and `1:30`
into 90. An Arazzo document's data model is JSON, so scalars are read by YAML 1.2's core schema.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from contract_tests.arazzo.depth import MAX_DEPTH, too_deep
from contract_tests.arazzo.errors import DocumentError

# The C loader reads the whole API in a fifth of the time, but some builds of PyYAML lack it.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _JsonLoader(_Base):  # type: ignore[misc]  # one of two classes, known only at run time
    """A safe loader that yields JSON values only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_core_int(self, node: yaml.ScalarNode) -> int:
        text = node.value
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text[2:] if base != 10 else text, base)

    def construct_core_float(self, node: yaml.ScalarNode) -> float:
        return float(node.value)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Take in `<<` merges, once; own keys come last and so overrule. Refuses double keys."""
        if getattr(node, "flat", False):
            return
        node.flat = True  # type: ignore[attr-defined]  # our own mark on the node
        own: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                problem = "a key must be plain text"
            elif key.value in own:
                problem = f"the key {key.value!r} is given twice"
            else:
                own.add(key.value)
                continue
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
            super().flatten_mapping(node)


def _construct_map(loader: _JsonLoader, node: yaml.MappingNode) -> Any:
    mapping: dict[str, Any] = {}
    yield mapping
    mapping.update(loader.construct_mapping(node))


_JsonLoader.add_constructor("tag:yaml.org,2002:map", _construct_map)
_JsonLoader.add_constructor("tag:yaml.org,2002:int", _JsonLoader.construct_core_int)
_JsonLoader.add_constructor("tag:yaml.org,2002:float", _JsonLoader.construct_core_float)
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("merge", r"<<", ["<"]),
):
    _JsonLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first
    )


_SAFE_DEPTH = 2_000


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises DocumentError in a person's words when that fails."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DocumentError("there is no such file", str(path)) from None
    except UnicodeDecodeError:
        raise DocumentError("this is not a UTF-8 text file", str(path)) from None
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror or error}", str(path)) from None


def load_value(text: str, name: str) -> Any:
    """The JSON value of YAML or JSON text; `name` is what to call it in a DocumentError."""
    check_depth(text, name)
    try:
        value = yaml.load(text, Loader=_JsonLoader)  # noqa: S506 - a SafeLoader, see above
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise DocumentError(f"is neither YAML nor JSON: {error.problem}{where}", name) from None
    except yaml.YAMLError as error:
        raise DocumentError(f"is neither YAML nor JSON: {_first_line(error)}", name) from None
    except (ValueError, OverflowError) as error:
        raise DocumentError(f"has a value that cannot be read: {error}", name) from None
    except RecursionError:
        raise DocumentError("is nested too deeply to be read", name) from None
    if too_deep(value):
        raise DocumentError(f"is nested more than {MAX_DEPTH} deep", name)
    return value


def check_depth(text: str, name: str) -> None:
    """Raises DocumentError for text nested so deep that the parser's stack would end the process.

    Each level takes a bracket, or a column of its line; so most texts need no closer look.
    """
    lines = max(map(len, text.splitlines()), default=0)
    if max(text.count("[") + text.count("{"), lines) < _SAFE_DEPTH:
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_JsonLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _SAFE_DEPTH:
                raise DocumentError(f"is nested more than {MAX_DEPTH} deep", name)
    except (yaml.YAMLError, RecursionError):
        return  # whoever reads it says what is wrong


def load_file(path: Path) -> Any:
    """The JSON value of a YAML or JSON file. Raises DocumentError."""
    return load_value(read_text(path), str(path))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
