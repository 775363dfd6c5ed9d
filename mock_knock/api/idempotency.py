"""Idempotent triggers: the same `Idempotency-Key` within 24 hours brings back the first answer.

Knock docs, idempotent requests: only the trigger call honours the key; only 2xx answers are kept;
a replay carries `idempotent-replayed` and `original-x-request-id`; other parameters are an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from mock_knock.api.errors import ApiError, invalid
from mock_knock.api.exchange import Answer
from mock_knock.world.errors import Detail
from mock_knock.world.instants import DAY, Instant

MAX_KEY_LENGTH = 255
WINDOW = DAY
FIELD = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that may be asked for again, `until` then. `fingerprint` is that of the body."""

    fingerprint: bytes
    request_id: str
    answer: Answer
    until: Instant


class ReplayStore:
    """The answers of one environment that may be asked for again, on the environment's clock."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Kept] = {}

    @property
    def kept(self) -> Mapping[tuple[str, str], Kept]:
        """What is kept, by path and key, in the order of its expiry."""
        return self._kept

    def put_back(self, kept: Mapping[tuple[str, str], Kept]) -> None:
        """Take over what a snapshot had."""
        self._kept = dict(kept)

    def find(self, path: str, key: str, body: bytes, now: Instant) -> Answer | None:
        """The kept answer with its replay headers; None when this call is the first.

        Raises ApiError: 409 when the key came with another body, 422 when it is too long.
        """
        if len(key) > MAX_KEY_LENGTH:
            raise invalid([Detail(FIELD, f"has over {MAX_KEY_LENGTH} characters", "max_length")])
        self._expire(now)
        kept = self._kept.get((path, key))
        if kept is None:
            return None
        if kept.fingerprint != _fingerprint(body):
            raise ApiError(
                409,
                "idempotency_key_mismatch",
                f"The Idempotency-Key {key[:80]!r} was used within 24 hours for a call with "
                "another body: use a new key for a new call. Nothing was done",
                details=(Detail(FIELD, "was used with another body", "conflict"),),
                headers=[(b"x-should-retry", b"false")],
            )
        headers = [
            *kept.answer.headers,
            (b"idempotent-replayed", b"true"),
            (b"original-x-request-id", kept.request_id.encode()),
        ]
        return Answer(kept.answer.status, kept.answer.body, headers)

    def keep(
        self, path: str, key: str, body: bytes, request_id: str, answer: Answer, now: Instant
    ) -> None:
        """Keep a 2xx answer for 24 hours."""
        if 200 <= answer.status < 300:
            kept = Kept(_fingerprint(body), request_id, answer, now + WINDOW)
            self._kept[path, key] = kept

    def _expire(self, now: Instant) -> None:
        # Kept in the order of their expiry, since time never goes back.
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest].until > now:
                return
            del self._kept[oldest]


def _fingerprint(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()
