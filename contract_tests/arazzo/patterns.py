"""Regular expressions that come to an end, whoever wrote them.

A pattern of a document is foreign text. Python's own engine can take ages over `(a+)+$`; the one
used here takes a time limit, and patterns that are too large to be made ready are refused.
"""

from __future__ import annotations

from collections.abc import Callable

import regex  # type: ignore[import-untyped, unused-ignore]

from contract_tests.arazzo.errors import CriterionError

LIMIT = 0.5
"""Seconds for one search: ten thousand times what one takes that does not run wild."""
_LARGEST = 20_000


class Pattern:
    """A regular expression. Once it has taken too long it is not tried again."""

    def __init__(self, text: str) -> None:
        """Raises CriterionError for text that is none, or too large a one."""
        self.text = text
        self._hopeless = False
        if _size(text) > _LARGEST:
            raise CriterionError(f"{text[:80]!r}: its counts multiply to more than {_LARGEST}")
        try:
            self._compiled = regex.compile(text)
        except (regex.error, RecursionError, OverflowError) as error:
            raise CriterionError(f"{text!r} is no regular expression: {error}") from None

    def found_in(self, value: str) -> bool:
        """Whether it is found anywhere. Raises CriterionError where that takes too long."""
        return self._bounded(self._compiled.search, value)

    def is_all_of(self, value: str) -> bool:
        """Whether it is the whole text. Raises CriterionError where that takes too long."""
        return self._bounded(self._compiled.fullmatch, value)

    def _bounded(self, search: Callable[..., object], value: str) -> bool:
        try:
            if not self._hopeless:
                return search(value, timeout=LIMIT) is not None
        except TimeoutError:
            self._hopeless = True
        raise CriterionError(f"{self.text!r} takes too long: more than {LIMIT:g} s for one search")


def _size(text: str) -> int:
    """How large the pattern becomes when every counted repetition is written out, about."""
    groups: list[int] = [0]
    last = at = 0
    while at < len(text):
        char, width, atom = text[at], 1, 1
        if char == "\\":
            width = 2
        elif char == "[":
            width = _class_width(text, at)
        elif char == "(":
            groups.append(0)
            at, last = at + 1, 0
            continue
        elif char == ")" and len(groups) > 1:
            atom = groups.pop()
        elif char == "{" and (count := _count(text, at)) is not None:
            times, width = count
            atom = last * (times - 1)
        groups[-1] += max(atom, 0)
        last, at = max(atom, 1), at + width
        if groups[-1] > _LARGEST:
            break
    return sum(groups)


def _count(text: str, at: int) -> tuple[int, int] | None:
    """How often `{n}` or `{n,m}` repeats at most, and how wide it is written."""
    end = text.find("}", at)
    figures = [each.strip() for each in text[at + 1 : end].split(",")] if end > at else []
    if not figures or len(figures) > 2 or not all(f.isdigit() or not f for f in figures):
        return None
    return min(max(int(f[:9] or 0) for f in figures), _LARGEST + 1), end - at + 1


def _class_width(text: str, at: int) -> int:
    """How wide a character class is written; a `]` that comes first is one of its characters."""
    end = at + (3 if text[at + 1 : at + 2] == "^" else 2)
    while end < len(text) and text[end] != "]":
        end += 2 if text[end] == "\\" else 1
    return end - at + 1
