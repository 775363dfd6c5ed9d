"""Simple conditions: `$statusCode == 200 && $response.body#/status == 'completed'`.

Arazzo 1.0.1, Criterion Object, Literals and Operators. A tokenizer and a recursive descent parser;
nothing is ever handed to Python to evaluate.

    or         = and *( "||" and )
    and        = comparison *( "&&" comparison )
    comparison = unary [ ( "<" / "<=" / ">" / ">=" / "==" / "!=" ) unary ]
    unary      = "!" unary / postfix
    postfix    = primary *( "[" digits / string "]" / "." name )
    primary    = literal / expression / "(" or ")" / "{" or "}"

Braces group: the specification writes `{$statusCode == 401}` in one of its own examples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contract_tests.arazzo.errors import CriterionError, ExpressionError
from contract_tests.arazzo.expressions import Expression, parse_expression

_MAX_NESTING = 64
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^']|'')*')
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<operator>==|!=|<=|>=|&&|\|\||[<>!()\[\]{}])
    | (?P<expression>\$(?:(?!==|!=|&&|\|\|)[^\s()\[\]{}<>])*)
    | (?P<member>\.[^\s()\[\]{}<>=!&|.'#]+)
    | (?P<word>[A-Za-z_]\w*)
    )""",
    re.VERBOSE,
)
_LITERALS = {"true": True, "false": False, "null": None}
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean or null."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A runtime expression."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Access:
    """`base[key]` or `base.key`."""

    base: Condition
    key: str | int


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class Compare:
    """`left operator right`."""

    operator: str
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Logical:
    """`left && right` or `left || right`."""

    operator: str
    left: Condition
    right: Condition


Condition = Literal | Reference | Access | Not | Compare | Logical


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@lru_cache(maxsize=1024)
def parse_condition(text: str) -> Condition:
    """Parse a simple condition. Raises CriterionError with the column that is wrong."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._tokenize(text)
        self._next = 0
        self._nesting = 0

    def parse(self) -> Condition:
        condition = self._or()
        if self._kind != "end":
            raise self._error(f"{self._peek.text!r} is not expected here")
        return condition

    def _tokenize(self, text: str) -> list[_Token]:
        tokens: list[_Token] = []
        at = 0
        end = len(text.rstrip())
        while at < end:
            match = _TOKEN.match(text, at)
            if not match:
                start = at + len(text[at:]) - len(text[at:].lstrip())
                raise self._error_at(start, _hint(text[start:]))
            kind = match.lastgroup or ""
            tokens.append(_Token(kind, match[kind], match.start(kind)))
            at = match.end()
        tokens.append(_Token("end", "the end", end))
        return tokens

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    @property
    def _kind(self) -> str:
        return self._peek.kind

    def _take(self) -> _Token:
        token = self._peek
        self._next += 1
        return token

    def _operator(self, *texts: str) -> str | None:
        if self._kind == "operator" and self._peek.text in texts:
            return self._take().text
        return None

    def _or(self) -> Condition:
        left = self._and()
        while self._operator("||"):
            left = Logical("||", left, self._and())
        return left

    def _and(self) -> Condition:
        left = self._comparison()
        while self._operator("&&"):
            left = Logical("&&", left, self._comparison())
        return left

    def _comparison(self) -> Condition:
        left = self._unary()
        operator = self._operator(*_COMPARISONS)
        if operator is None:
            return left
        condition = Compare(operator, left, self._unary())
        if self._kind == "operator" and self._peek.text in _COMPARISONS:
            raise self._error("comparisons cannot be chained; join them with &&")
        return condition

    def _unary(self) -> Condition:
        self._nesting += 1
        if self._nesting > _MAX_NESTING:
            raise self._error("the condition is nested too deeply")
        try:
            return Not(self._unary()) if self._operator("!") else self._postfix()
        finally:
            self._nesting -= 1

    def _postfix(self) -> Condition:
        base = self._primary()
        while True:
            if self._kind == "member":
                base = Access(base, self._take().text[1:])
            elif self._operator("["):
                base = Access(base, self._index())
            else:
                return base

    def _index(self) -> str | int:
        token = self._take()
        if token.kind == "number" and token.text.isdecimal():
            key: str | int = int(token.text)
        elif token.kind == "string":
            key = _unquote(token.text)
        else:
            raise self._error_at(token.at, "an index is a whole number, from 0, or a quoted name")
        if not self._operator("]"):
            raise self._error("a ']' is missing")
        return key

    def _primary(self) -> Condition:
        token = self._take()
        match token.kind:
            case "string":
                return Literal(_unquote(token.text))
            case "number":
                return Literal(_number(token.text))
            case "word" if token.text in _LITERALS:
                return Literal(_LITERALS[token.text])
            case "word":
                raise self._error_at(
                    token.at, f"{token.text!r} is no literal; strings stand in single quotes"
                )
            case "expression":
                try:
                    return Reference(parse_expression(token.text))
                except ExpressionError as error:
                    raise self._error_at(token.at, error.message) from None
            case "operator" if token.text in "({":
                closing = ")" if token.text == "(" else "}"
                inner = self._or()
                if not self._operator(closing):
                    raise self._error(f"a {closing!r} is missing")
                return inner
        raise self._error_at(token.at, f"a value is expected, not {token.text!r}")

    def _error(self, message: str) -> CriterionError:
        return self._error_at(self._peek.at, message)

    def _error_at(self, at: int, message: str) -> CriterionError:
        return CriterionError(f"the condition {self._text!r}, column {at + 1}: {message}")


def _hint(rest: str) -> str:
    if rest.startswith("="):
        return "equality is written '=='"
    if rest.startswith('"'):
        return "strings stand in single quotes"
    if rest.startswith("'"):
        return "the string is not closed"
    return f"{rest[0]!r} is not expected here"


def _unquote(text: str) -> str:
    return text[1:-1].replace("''", "'")


def _number(text: str) -> Any:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 400 else float(text)
