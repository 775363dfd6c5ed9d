"""Strings of a document with expressions in them, and values made of such strings.

`$inputs.users` as a whole string takes the value's type; `{$inputs.key}` inside text is replaced by
the value's text. A text is cut into pieces once, before any value is known: what is put in is
never looked at again, so data that happens to hold `$` or `{$...}` stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contract_tests.arazzo.context import Context
from contract_tests.arazzo.errors import ExpressionError
from contract_tests.arazzo.expressions import (
    MESSAGE_ROOTS,
    NAMED_ROOTS,
    PLAIN_ROOTS,
    Expression,
    parse_expression,
    resolve,
    text_of,
)
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.policies import Policies

_PLAIN = "|".join(PLAIN_ROOTS)
_NAMED = "|".join((*NAMED_ROOTS, *MESSAGE_ROOTS))
# A name in a whole-string expression may hold anything but what separates things in URLs and text;
# `$inputs.host/path` is therefore text with an expression in it, and not one odd name.
_WHOLE = re.compile(rf"\$(?:{_PLAIN})|\$(?:{_NAMED})(?:\.[^\s{{}}#$/?&,;\"]+)?(?:#.*)?", re.DOTALL)
_BRACED = rf"\{{(?P<braced>\$(?:{_PLAIN}|{_NAMED})(?![\w-])[^{{}}]*)\}}"
_WORD = r"[A-Za-z0-9_]+(?:-+[A-Za-z0-9_]+)*"
_BARE = (
    rf"(?P<bare>\$(?:{_PLAIN})(?![\w-])"
    rf"|\$(?:{_NAMED})(?:\.{_WORD})+(?:#(?:/[^\s\"'{{}},;&?/]*)+)?)"
)
_WITH_BARE, _WITHOUT_BARE = re.compile(f"{_BRACED}|{_BARE}"), re.compile(_BRACED)

Render = Callable[[Any], str]
Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Template:
    """A string cut into text and expressions.

    whole: the string is one expression and keeps its type. bare: the expressions that stand in
    text without braces (substituted or not, by policy).
    """

    parts: tuple[str | Expression, ...]
    whole: bool
    bare: tuple[str, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions, in order."""
        return tuple(part for part in self.parts if isinstance(part, Expression))


@lru_cache(maxsize=1024)
def parse_template(text: str, bare: bool) -> Template:
    """Cut a string up. Raises ExpressionError for a malformed expression in it."""
    if _WHOLE.fullmatch(text):
        return Template((parse_expression(text),), True, ())
    parts: list[str | Expression] = []
    bare_found = tuple(m["bare"] for m in _WITH_BARE.finditer(text) if m["bare"])
    end = 0
    for match in (_WITH_BARE if bare else _WITHOUT_BARE).finditer(text):
        parts.append(text[end : match.start()])
        parts.append(parse_expression(match["braced"] or match["bare"]))
        end = match.end()
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != ""), False, bare_found)


def evaluate(text: str, context: Context, *, bare: bool, render: Render = text_of) -> Any:
    """The value of a string: of any type, or MISSING, if it is one whole expression.

    `render` writes a value inside text. Raises ExpressionError where an embedded expression leads
    to nothing: there is no text for "no value", and "None" or "" would be a lie.
    """
    template = parse_template(text, bare)
    if template.whole:
        return resolve(template.expressions[0], context)
    pieces: list[str] = []
    for part in template.parts:
        if isinstance(part, str):
            pieces.append(part)
            continue
        value = resolve(part, context)
        if value is MISSING:
            raise ExpressionError(f"{part.text} has no value to put into the text")
        pieces.append(render(value))
    return "".join(pieces)


def fill(value: Any, context: Context, policies: Policies, note: Note) -> Any:
    """A JSON value with every string in it evaluated, at any depth.

    What leads to nothing is omitted from its mapping or list, null, or an error, by the policy
    `absent_input`; `note` is told of each. Gives MISSING when that befalls the value itself.
    """
    if isinstance(value, dict):
        filled = {key: fill(item, context, policies, note) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item is not MISSING}
    if isinstance(value, list):
        items = [fill(item, context, policies, note) for item in value]
        return [item for item in items if item is not MISSING]
    if not isinstance(value, str):
        return value
    result = evaluate(value, context, bare=policies.bare)
    if result is not MISSING:
        return result
    if policies.absent_input == "error":
        raise ExpressionError(f"{value} has no value (policy absent_input: error)")
    if policies.absent_input == "null":
        note(f"{value} has no value and was sent as null")
        return None
    note(f"{value} has no value and was left out")
    return MISSING


def strings_in(value: Any) -> Iterator[str]:
    """Every string in a JSON value that `fill` would evaluate."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
