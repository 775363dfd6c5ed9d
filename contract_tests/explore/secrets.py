"""Credentials where they do not belong: in a URL, a body, another header, an output."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.arazzo import Request
from contract_tests.arazzo.linking import LinkedWorkflow
from contract_tests.explore.record import Record, Verdict

_SHORTEST = 6
_ALLOWED = frozenset({"authorization", "proxy-authorization"})
_MOST_KEPT = 10_000


@dataclass
class Leaks:
    """Finds the key of the requests wherever it turns up besides their Authorization header.

    told: values that must not be told to the caller either; they may be sent.
    """

    linked: LinkedWorkflow
    told: frozenset[str]
    _seen: dict[int, tuple[Request, str, str | None]] = field(default_factory=dict)

    def verdicts(self, record: Record) -> Iterator[Verdict]:
        """Every leak of a history."""
        keys = set(self.told)
        for n, event in enumerate(record.events):
            _, key, place = self._look(event.request)
            if key:
                keys.add(key)
            if place is not None:
                message = f"the key that authorizes the requests is sent in {place}"
                yield Verdict("secret-leaked", "error", message, record.places[n])
        if not _holds(record.outputs, keys):
            return
        for name, value in record.outputs.items():
            if _holds(value, keys):
                yield Verdict(
                    "secret-leaked",
                    "error",
                    f"the output {name!r} tells a secret",
                    f"{self.linked.workflow.place}/outputs/{name}",
                )

    def _look(self, request: Request) -> tuple[Request, str, str | None]:
        """The request, its key and where else that is; requests are remembered by identity."""
        known = self._seen.get(id(request))
        if known is None:
            if len(self._seen) > _MOST_KEPT:
                self._seen.clear()
            key = _credential(request)
            known = request, key, _place_in(request, key) if key else None
            self._seen[id(request)] = known
        return known


def _credential(request: Request) -> str:
    """The key in an Authorization header; empty where there is none to speak of."""
    key = (request.header("Authorization") or "").rpartition(" ")[2]
    return key if len(key) >= _SHORTEST else ""


def _place_in(request: Request, key: str) -> str | None:
    if key in request.url:
        return "the URL"
    if request.content is not None and key.encode() in request.content:
        return "the body"
    for name, value in request.headers:
        if key in value and name.lower() not in _ALLOWED:
            return f"the header {name}"
    return None


def _holds(value: Any, secrets: set[str]) -> bool:
    text = repr(value)
    return any(secret in text for secret in secrets)
