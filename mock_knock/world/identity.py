"""Seeded ids: the same seed and the same sequence of commands give the same ids.

Ids are hashes of a seed and a counter, so nothing has to be remembered but the counter, and the
ids of two environments never meet.
"""

from __future__ import annotations

from hashlib import blake2b

from mock_knock.world.instants import Instant
from mock_knock.world.ksuid import ksuid


class Identity:
    """The source of ids of one environment."""

    __slots__ = ("_issued", "_key", "name", "seed")

    def __init__(self, seed: str, name: str) -> None:
        self.seed = seed
        self.name = name
        self._key = blake2b(_joined(seed, name), digest_size=32).digest()
        self._issued = 0

    @property
    def issued(self) -> int:
        """How many ids it has given away: with seed and name all that the next ones depend on."""
        return self._issued

    def skip(self, issued: int) -> None:
        """Go on behind the first `issued` ids, as a snapshot says."""
        self._issued = issued

    def uuid(self) -> str:
        """The next id, in the form of a version 4 UUID."""
        self._issued += 1
        return self._as_uuid(b"issued" + self._issued.to_bytes(8, "big"))

    def ksuid(self, instant: Instant) -> str:
        """The next id, in the form of a KSUID; those of one second sort in the order of issue."""
        self._issued += 1
        count = self._issued.to_bytes(8, "big")
        # The count goes first, moved by a constant, so that it orders ids without showing.
        first = int.from_bytes(self._digest(b"ksuid")[:6], "big") // 2 + self._issued
        return ksuid(instant, first.to_bytes(6, "big") + self._digest(b"ksuid" + count)[:10])

    def derived_uuid(self, *parts: str) -> str:
        """The id that follows from `parts`: always the same one for the same parts."""
        return self._as_uuid(b"derived" + _joined(*parts))

    def sample(self, size: int, count: int, salt: str) -> frozenset[int]:
        """`count` of the positions 0 to size - 1, the same ones for the same salt."""
        prefix = salt.encode()

        def weight(position: int) -> bytes:
            return self._digest(prefix + position.to_bytes(8, "big"))

        return frozenset(sorted(range(size), key=weight)[:count])

    def _digest(self, data: bytes) -> bytes:
        return blake2b(data, key=self._key, digest_size=16).digest()

    def _as_uuid(self, data: bytes) -> str:
        number = self._digest(data).hex()
        variant = "89ab"[int(number[16], 16) & 3]
        return (
            f"{number[:8]}-{number[8:12]}-4{number[13:16]}-{variant}{number[17:20]}-{number[20:]}"
        )


def _joined(*parts: str) -> bytes:
    """The parts as one text, such that no other parts give the same."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(b"%d:%b" % (len(part), part) for part in encoded)
