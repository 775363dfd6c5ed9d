"""Keeps secrets out of results: keys, tokens and passwords become `***`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import quote

MASK = "***"
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS = frozenset(
    {"token", "tokens", "secret", "secrets", "password", "passwd", "passphrase", "credential",
     "credentials", "authorization", "cookie", "bearer", "apikey", "jwt"}
)  # fmt: skip
_KEY_OWNERS = frozenset({"api", "private", "access", "signing", "auth", "encryption", "public"})
_SHORTEST_INSIDE = 6


def is_secret_name(name: str) -> bool:
    """Whether a field's name says that its value is secret.

    `apiKey`, `access-token`, `client_secret`, `key`; but not `workflowKey`, which is a name.
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    if _SECRET_WORDS.intersection(words) or words in (["key"], ["keys"]):
        return True
    return any(a in _KEY_OWNERS and b in ("key", "keys") for a, b in pairwise(words))


def secret_inputs(inputs: Mapping[str, Any], properties: Mapping[str, Any]) -> list[str]:
    """The values of inputs that are secret by name, or by `format: password` in their schema."""
    found: list[str] = []
    for name, value in inputs.items():
        schema = properties.get(name)
        marked = isinstance(schema, dict) and schema.get("format") == "password"
        if isinstance(value, str) and (marked or is_secret_name(name)):
            found.append(value)
    return found


def marked_inputs(inputs: Mapping[str, Any], properties: Mapping[str, Any]) -> list[str]:
    """The values of inputs that their schema calls passwords."""
    schemas = {name: properties.get(name) for name in inputs}
    return [
        value
        for name, value in inputs.items()
        if isinstance(value, str)
        and isinstance(schema := schemas[name], dict)
        and schema.get("format") == "password"
    ]


class Masks:
    """Replaces known secrets wherever they appear in a value.

    A secret of six characters or more is replaced inside longer text too; a shorter one only where
    it is the whole text, or half the result would be asterisks.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._whole: frozenset[str] = frozenset()
        self._inside: re.Pattern[str] | None = None
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Add secrets."""
        plain = {secret for secret in secrets if secret}
        self._whole |= plain | {quote(s, safe="", errors="replace") for s in plain}
        inside = sorted((s for s in self._whole if len(s) >= _SHORTEST_INSIDE), key=len)
        if inside:
            self._inside = re.compile("|".join(re.escape(s) for s in reversed(inside)))

    def text(self, text: str) -> str:
        """Text without secrets."""
        if text in self._whole:
            return MASK
        return self._inside.sub(MASK, text) if self._inside else text

    def value(self, value: Any) -> Any:
        """A copy of a JSON value without secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in value.items()}
        return value

    def headers(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Headers as a mapping, values of secret headers hidden; a repeated one is joined."""
        shown: dict[str, str] = {}
        for name, value in headers:
            hidden = self._header(name, value)
            shown[name] = f"{shown[name]}, {hidden}" if name in shown else hidden
        return shown

    def _header(self, name: str, value: str) -> str:
        if not is_secret_name(name):
            return self.text(value)
        scheme, space, _ = value.partition(" ")
        return f"{scheme} {MASK}" if space and name.lower() == "authorization" else MASK
