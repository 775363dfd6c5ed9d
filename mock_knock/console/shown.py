"""How values are shown: nothing a client sent may act on the page, or hide in it.

Jinja escapes markup. What is left are characters that a browser obeys or drops without a trace:
controls, those that turn the direction of text, and halves of surrogate pairs.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import orjson
from markupsafe import Markup

from mock_knock.world.instants import SECOND, Instant, to_text

MOST_SHOWN = 100_000
"""Characters of one body that a page shows."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def visible(value: Any) -> Any:
    r"""A text with what cannot be seen written as `\u202e`; other values as they are."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", value)
    return value


def in_query(value: str) -> str:
    """A value for a link's path or query; half a surrogate pair becomes a question mark."""
    return quote(value.encode("utf-8", "replace"), safe="")


def as_json(value: Any) -> str:
    """A value as indented JSON."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()
    except (TypeError, orjson.JSONEncodeError):  # halves of surrogate pairs, keys that are no texts
        return json.dumps(value, indent=2, default=str)


def cut(text: str) -> str:
    """A long text without its end."""
    rest = len(text) - MOST_SHOWN
    return f"{text[:MOST_SHOWN]}\n… {rest:,} more characters" if rest > 0 else text


def instant(at: Instant | None) -> str:
    """An instant for people: `2026-01-05 09:00:01.250`, in UTC."""
    return "" if at is None else to_text(at)[:-4].replace("T", " ")


def clock_time(at: Instant) -> str:
    """The time of day of an instant: `09:00:01.250`."""
    return to_text(at)[11:-4]


def duration(length: Instant) -> str:
    """A length of time for people: `1.25 s`, `3 min 20 s`, `2 d 4 h`."""
    if length < 60 * SECOND:
        seconds = length / SECOND
        return f"{seconds:.3f}".rstrip("0").rstrip(".") + " s"
    rest, words = length // SECOND, []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {unit}")
    if rest:
        words.append(f"{rest} s")
    return " ".join(words[:2])


def short(text: str, most: int = 80) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else f"{text[:most]}…"
