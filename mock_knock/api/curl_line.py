"""A request of the journal as a line for a POSIX shell that sends it again."""

from __future__ import annotations

import re
from base64 import b64encode
from shlex import quote

import orjson

from mock_knock.api.journal import JournalEntry
from mock_knock.api.masking import masked_json, read_json

_KEPT = frozenset({b"accept", b"content-type", b"idempotency-key", b"x-knock-branch"})
"""Headers that have a say in the answer; others belong to the client or to its connection."""

_OWN = re.compile(rb"x-mock-knock-[a-z-]+")
_UNPRINTABLE = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_TOO_LONG = 64 * 1024
"""Bytes of a body that a command line may hold; more goes in by a pipe."""


def curl_line(entry: JournalEntry, base_url: str) -> str:
    """The line. It takes the API key from `KNOCK_API_KEY`, a user token from `KNOCK_USER_TOKEN`."""
    words = ["curl", "-sS", "-g"]
    if entry.method == "HEAD":
        words.append("--head")
    elif entry.method != ("POST" if entry.body else "GET"):
        words += ["-X", quote(entry.method)]
    query = b"?" + entry.query_string if entry.query_string else b""
    words.append(quote(base_url + (entry.raw_path + query).decode("latin-1")))
    for name, value in entry.headers:
        if name == b"authorization":
            words += ["-H", '"Authorization: Bearer $KNOCK_API_KEY"']
        elif name == b"x-knock-user-token":
            words += ["-H", '"X-Knock-User-Token: $KNOCK_USER_TOKEN"']
        elif name in _KEPT or _OWN.fullmatch(name):
            words += ["-H", quote(f"{name.decode('latin-1')}: {value.decode('latin-1')}")]
    if not entry.body:
        return " ".join(words)
    body = _masked(entry.body)
    if len(body) <= _TOO_LONG and not _UNPRINTABLE.search(body):
        try:
            return " ".join([*words, "--data-raw", quote(body.decode())])
        except UnicodeDecodeError:
            pass
    piped = f"printf %s {b64encode(body).decode()} | base64 -d | "
    return piped + " ".join([*words, "--data-binary", "@-"])


def _masked(body: bytes) -> bytes:
    """The body as it came, unless there is a secret in it."""
    try:
        value = read_json(body)
    except ValueError:
        return body
    masked = masked_json(value)
    return body if masked == value else orjson.dumps(masked)
