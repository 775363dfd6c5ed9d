"""Which of the steps before a case it rests on, so that a finding shows these and no others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from contract_tests.checking.exchange import Exchange

Step = tuple[frozenset[str], tuple[Exchange, ...]]
"""Texts by which later requests mention what was made, and the requests that made it."""


def needed(
    steps: Sequence[Step], before: Sequence[Exchange], case: Sequence[Exchange]
) -> list[Exchange]:
    """What came before the case, without the steps that neither it nor what it needs mentions."""
    stepped = {id(exchange) for _, exchanges in steps for exchange in exchanges}
    kept = {id(exchange) for exchange in before} - stepped
    mentioned = _mentions([*case, *(exchange for exchange in before if id(exchange) in kept)])
    for texts, exchanges in reversed(steps):
        if texts & mentioned:
            kept.update(map(id, exchanges))
            mentioned |= _mentions(exchanges)
    return [exchange for exchange in before if id(exchange) in kept]


def _mentions(exchanges: Iterable[Exchange]) -> set[str]:
    found: set[str] = set()
    for exchange in exchanges:
        parts = urlsplit(exchange.target)
        found.update(unquote(segment) for segment in parts.path.split("/"))
        found.update(value for _, value in parse_qsl(parts.query))
        try:
            found.update(_texts(json.loads(exchange.body)) if exchange.body else ())
        except ValueError:
            continue
    return found


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from _texts(inner)
