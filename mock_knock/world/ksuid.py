"""Ids in the form of a KSUID: 27 letters and digits that sort by the instant of their making.

(Knock's samples of messages and their events have such ids.)
"""

from __future__ import annotations

from hashlib import blake2b

from mock_knock.world.instants import SECOND, Instant

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_EPOCH = 1_400_000_000
_LAST_SECOND = 2**32 - 1
LENGTH = 27
PAYLOAD = 16
"""Bytes behind the four of the time."""


def ksuid(instant: Instant, payload: bytes) -> str:
    """The id of an instant (whole seconds from 2014 to 2150) and 16 bytes of payload."""
    seconds = min(max(instant // SECOND - _EPOCH, 0), _LAST_SECOND)
    number = int.from_bytes(seconds.to_bytes(4, "big") + payload, "big")
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def derived_ksuid(instant: Instant, *parts: str) -> str:
    """The id that follows from `parts`: always the same one for the same instant and parts."""
    return ksuid(instant, blake2b("\x1f".join(parts).encode(), digest_size=PAYLOAD).digest())
