"""Values that careless stores change, and names and ids that they confuse."""

from __future__ import annotations

from typing import Any, Final

_DEEP: Any = {"end": True}
for _ in range(12):
    _DEEP = {"in": [_DEEP, None]}

VALUES: Final[dict[str, Any]] = {
    "a fraction": 0.1, "a sum of fractions": 0.30000000000000004, "a small fraction": 1.5e-7,
    "many digits": 123456789.12345679, "a great number": 1.7976931348623157e308,
    "a negative number": -273.15, "zero": 0, "one": 1, "minus one": -1,
    "over 2^31": 2**31 + 1, "over 2^53": 2**53 + 1, "the most of 64 bits": 2**63 - 1,
    "the least of 64 bits": -(2**63),
    "true": True, "false": False, "null": None, "the text true": "true", "the text 1": "1",
    "the text null": "null", "the text 0.10": "0.10", "a date as text": "2026-01-05",
    "a time as text": "2026-01-05T09:00:00+02:00", "JSON as text": '{"a": [1]}',
    "an empty text": "", "a space": " ", "spaces around": "  x  ", "lines": "a\nb\r\n\tc",
    "an apostrophe": "O'Hara", "quotes": '"a" \\ b', "markup": "<b>a</b> &amp; b",
    "a template": "{{ name }} ${name} %s", "in capitals": "ABC@Example.COM",
    "decomposed": "e\u0301 A\u030a", "composed": "\u00e9 \u00c5", "a ligature": "\ufb01",
    "beyond 16 bits": "\U0001f995\U0001d11e", "joined": "\U0001f469\u200d\U0001f680",
    "right to left": "\u0634\u0643\u0631\u0627", "invisible": "a\u200bb\u00adc\ufeffd",
    "a control character": "a\u0001b", "long": "x" * 5_000, "longer than a short text": "y" * 256,
    "an empty list": [], "an empty map": {}, "empty things in a list": [[], {}, "", None],
    "a list in order": [3, 1, 2, 1], "numbers and texts": [1, "1", True, "true", 1.5, None],
    "lists in lists": [[1, [2, [3]]], []], "maps in a list": [{"b": 1, "a": None}, {}],
    "nested deep": _DEEP, "a map": {"x": {"y": {"z": 0.1}}, "n": None, "l": [{"k": []}]},
}  # fmt: skip
"""By what is hard about them."""

NAMES: Final[dict[str, Any]] = {
    "with.dots": 1, "$dollar": 2, "two words": 3, "gr\u00f6\u00dfe": 4, "Case": 5, "case": 6,
    "CASE": 7, "42": 8, "_under": 9, "dash-ed": 10, "\U0001f995": 11, "camelCase": 12,
    "snake_case": 13, "a/b": 14, "a:b": 15, "true": 16, "null": 17, "items": 18, "entries": 19,
    "n" * 200: 20, "type": 21, "user_id": 22, "data": 23, "status": 24,
}  # fmt: skip
"""Names of properties, each with a value of its own."""

IDS: Final = (
    "ann", "Ann", "ANN", "a nn", "ann.", "a.nn", "ann+x", "ann%2Bx", "ann@example.com",
    "Ann@example.com", "1", "01", "1.0", "ann:1", "ann-1", "ann_1", "\u00e5nn", "ann\U0001f995",
    "true", "null", "default", "ann" * 40, "ann" * 40 + "x",
)  # fmt: skip
"""Ids that are each another's than its neighbour's. Knock forbids nothing in them but / and #."""


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; `true` is no 1, unlike in Python."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def unlike(shown: Any, expected: dict[str, Any]) -> str:
    """What is missing or different of the expected members; empty when nothing is."""
    if not isinstance(shown, dict):
        return f"{shown!r} is shown instead of {len(expected)} members"
    for name, value in expected.items():
        if name not in shown:
            return f"{name} is missing; {_short(value)} was written"
        if not same(shown[name], value):
            return f"{name} is {_short(shown[name])}; {_short(value)} was written"
    return ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 120 else f"{text[:120]}..."
