"""Exchanges as shell lines that can be run: curl, with the key taken from the environment.

What the server made up in an answer and a later request uses (the id of an operation, a cursor) is
taken from the answer by the script as well, so the lines repeat the case on a server that makes up
other ids.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from contract_tests.checking.exchange import Exchange

_SHORTEST = 12
_KEYS = re.compile(r"\\\$(KNOCK_(?:OTHER_API|PUBLIC|API)_KEY)")
_BULK = re.compile(r"/bulk(/|_operations/)")
_ABSOLUTE = re.compile(r"^https?://[^/]+")


def worth_showing(opening: Sequence[Exchange], told: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges, behind those that made the server ready where they rest on these.

    A clock at rest and a plan for bulk operations matter where time is moved, or there are some.
    """
    rests = any(exchange.control or _BULK.search(exchange.target) for exchange in told)
    return [*(opening if rests else ()), *told]


def curl_lines(exchanges: Sequence[Exchange], base: str) -> list[str]:
    """A line for each exchange, and one before them all with the server's URL, `base`."""
    lines = [f"base={shlex.quote(base)}"]
    known: dict[str, str] = {}
    for index, exchange in enumerate(exchanges):
        line = _line(exchange, known)
        captures = _captured(exchange, exchanges[index + 1 :], known, exchanges[: index + 1])
        if captures:
            lines.append(f"answer=$({line})")
            lines.append('printf "%s\\n" "$answer"')
            for value, (name, steps) in captures.items():
                code = f"import json, sys; print(json.load(sys.stdin){steps})"
                lines.append(f'{name}=$(printf "%s" "$answer" | python3 -c {shlex.quote(code)})')
                known[value] = name
        else:
            lines.append(f"{line}   # answered {exchange.status}")
    return lines


def _line(exchange: Exchange, known: dict[str, str]) -> str:
    parts = ["curl -sS" if not re.search(r"[][{}]", exchange.target) else "curl -sSg"]
    if exchange.method != "GET":
        parts.append(f"-X {exchange.method}")
    parts.append(f'"$base{_double_quoted(exchange.target, known)}"')
    if exchange.key:
        parts.append(f'-H "Authorization: Bearer ${exchange.key}"')
    for name, value in exchange.headers.items():
        parts.append(f"-H {_header(name, value)}")
    if exchange.body:
        if not _is_text(exchange.body):  # a shell's words hold no such bytes
            told = "".join(chr(b) if _is_tame(b) else f"\\{b:03o}" for b in exchange.body)
            return " ".join([f"printf '{told}' |", *parts, "--data-binary @-"])
        parts.append(f"--data-binary {_body(exchange.body, known)}")
    return " ".join(parts)


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode() and not body.startswith(b"@")
    except UnicodeDecodeError:
        return False


def _is_tame(byte: int) -> bool:
    return 32 <= byte < 127 and chr(byte) not in "'%\\"


def _header(name: str, value: str) -> str:
    text = f"{name}: {value}" if value else f"{name};"  # curl's way to send an empty one
    return f'"{text}"' if "$KNOCK_" in value else shlex.quote(text)


def _double_quoted(text: str, known: dict[str, str]) -> str:
    escaped = re.sub(r'(["\\$`])', r"\\\1", text)
    for value, name in known.items():
        for form in (value, quote(value, safe="")):
            escaped = escaped.replace(form, f"${{{name}}}")
    return _KEYS.sub(r"$\1", escaped)


def _body(body: bytes, known: dict[str, str]) -> str:
    text = body.decode("utf-8", errors="replace")
    if any(value in text for value in known):
        return f'"{_double_quoted(text, known)}"'
    return shlex.quote(text)


def _captured(
    exchange: Exchange,
    later: Sequence[Exchange],
    known: dict[str, str],
    so_far: Sequence[Exchange],
) -> dict[str, tuple[str, str]]:
    """Texts of the answer that a later request uses and no earlier one had: variable and path."""
    if not later:
        return {}
    try:
        leaves = list(_leaves(exchange.answer, ""))
    except ValueError:
        return {}
    sent = " ".join(_sent(e) for e in so_far)
    to_come = " ".join(_sent(e) for e in later)
    found: dict[str, tuple[str, str]] = {}
    for steps, value in leaves:
        fresh = value not in known and value not in found and value not in sent
        if len(value) >= _SHORTEST and fresh and value in to_come:
            found[value] = (f"value_{len(known) + len(found) + 1}", steps)
    return found


def _sent(exchange: Exchange) -> str:
    from urllib.parse import unquote

    return f"{unquote(exchange.target)} {exchange.body.decode('utf-8', errors='replace')}"


def _leaves(node: Any, steps: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield steps, node
        path = _ABSOLUTE.sub("", node)
        if path != node:  # a URL is followed by its path, on the server's own base
            yield f'{steps}.split("/", 3)[3].join(["/", ""])', path
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _leaves(value, f"{steps}[{json.dumps(name)}]")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, f"{steps}[{index}]")
