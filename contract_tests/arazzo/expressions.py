"""Runtime expressions: `$inputs.users`, `$response.body#/status`, `$steps.poll.outputs.state`.

Arazzo 1.0.1, Runtime Expressions. The grammar's `name` takes any characters, dots too, so what
stands after a root is matched against the names that are there, the longest first; what is left
over is read as members (`.name`) and indexes (`[0]`) of the value found.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contract_tests.arazzo import pointers
from contract_tests.arazzo.context import Context, Exchange
from contract_tests.arazzo.errors import ExpressionError
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.transport import Headers, find_header

NAMED_ROOTS = ("inputs", "outputs", "steps", "workflows", "sourceDescriptions", "components")
MESSAGE_ROOTS = ("request", "response")
PLAIN_ROOTS = ("url", "method", "statusCode")

_HEAD = re.compile(rf"\$({'|'.join((*NAMED_ROOTS, *MESSAGE_ROOTS, *PLAIN_ROOTS))})(?![\w-])")
_SOURCE = re.compile(r"\.(header|query|path|body)(?![\w-])")
_INDEX = re.compile(r"\[(\d{1,9})\]")


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    root: `inputs`, `statusCode`, `response.body`, ... name: what stands after it, without the
    first dot. pointer: the tokens after `#`, or None where there is no `#`.
    """

    text: str
    root: str
    name: str = ""
    pointer: tuple[str, ...] | None = None


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Expression:
    """Parse a whole expression. Raises ExpressionError."""
    head = _HEAD.match(text)
    if not head:
        raise ExpressionError(f"{text!r} is no runtime expression")
    root, rest = head[1], text[head.end() :]
    rest, hash_mark, fragment = rest.partition("#")
    pointer = _pointer(text, fragment) if hash_mark else None
    if root in PLAIN_ROOTS:
        if rest or pointer is not None:
            raise ExpressionError(f"{text!r}: nothing can stand after ${root}")
        return Expression(text, root)
    if root in NAMED_ROOTS:
        if rest and (not rest.startswith(".") or len(rest) == 1):
            raise ExpressionError(f"{text!r}: a name must follow ${root}.")
        if not rest and root != "inputs":
            raise ExpressionError(f"{text!r}: a name must follow ${root}.")
        return Expression(text, root, rest[1:], pointer)
    source = _SOURCE.match(rest)
    if not source:
        raise ExpressionError(f"{text!r}: after ${root} comes .header, .query, .path or .body")
    part, rest = source[1], rest[source.end() :]
    if part == "body":
        if rest and rest[0] not in ".[":
            raise ExpressionError(f"{text!r}: only '#' and a JSON Pointer can follow the body")
        return Expression(text, f"{root}.body", rest, pointer)
    if len(rest) < 2 or rest[0] != "." or pointer is not None:
        raise ExpressionError(f"{text!r}: one name must follow ${root}.{part}.")
    return Expression(text, f"{root}.{part}", rest[1:])


def resolve(expression: Expression, context: Context) -> Any:
    """The value of an expression, in its own type; MISSING where it leads to nothing."""
    if expression.root in NAMED_ROOTS:
        value = walk(_named(expression.root, context), expression.name)
    else:
        value = _message(expression, context.exchange)
    if expression.pointer is not None and value is not MISSING:
        value = pointers.follow(value, expression.pointer)
    return value


def walk(value: Any, path: str) -> Any:
    """Follow `name.member[0]` into a value; a key that holds dots is preferred to its parts."""
    if not path:
        return value
    index = _INDEX.match(path)
    if index and isinstance(value, list):
        position = int(index[1])
        if position >= len(value):
            return MISSING
        return walk(value[position], path[index.end() :].removeprefix("."))
    if not isinstance(value, dict):
        return MISSING
    for head, rest in _divisions(path):
        if head in value:
            return walk(value[head], rest)
    return MISSING


@lru_cache(maxsize=1024)
def _divisions(path: str) -> tuple[tuple[str, str], ...]:
    """A path as (first key, what is left), for every key that it may begin with, longest first."""
    ends = (len(path), *(m.start() for m in reversed(list(re.finditer(r"[.\[]", path)))))
    return tuple((path[:end], path[end:].removeprefix(".")) for end in ends)


def text_of(value: Any) -> str:
    """How a value reads inside text: strings as they are, all else as compact JSON.

    Arazzo 1.0.1 does not say; 1.1.0 does, in the same way. Raises ExpressionError for MISSING.
    """
    if value is MISSING:
        raise ExpressionError("there is no value to write")
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pointer(text: str, fragment: str) -> tuple[str, ...]:
    try:
        return pointers.parse(fragment)
    except pointers.PointerError as error:
        raise ExpressionError(f"{text!r}: {error}") from None


def _named(root: str, context: Context) -> Any:
    return {
        "inputs": context.inputs,
        "outputs": context.outputs,
        "steps": context.steps,
        "workflows": context.workflows,
        "sourceDescriptions": context.sources,
        "components": context.components,
    }[root]


def _message(expression: Expression, exchange: Exchange | None) -> Any:
    if exchange is None:
        return MISSING
    match expression.root:
        case "url":
            return exchange.request.url
        case "method":
            return exchange.request.method
        case "request.header":
            return _header(exchange.request.headers, expression.name)
        case "request.path":
            return exchange.path.get(expression.name, MISSING)
        case "request.query":
            return exchange.query.get(expression.name, MISSING)
        case "request.body":
            return walk(exchange.payload, expression.name.removeprefix("."))
    if exchange.response is None:
        return MISSING
    match expression.root:
        case "statusCode":
            return exchange.response.status
        case "response.header":
            return _header(exchange.response.headers, expression.name)
        case "response.body":
            return walk(exchange.body, expression.name.removeprefix("."))
    # $response.query and $response.path are in the grammar, but a response has neither.
    return MISSING


def _header(headers: Headers, name: str) -> Any:
    value = find_header(headers, name)
    return MISSING if value is None else value
