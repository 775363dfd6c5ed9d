"""How thorough a run is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """Named amounts.

    examples: drawn cases of one property.
    histories, steps: histories of bulk operations of each kind, and steps in one.
    generated: cases of one operation that schemathesis makes up.
    sequences: sequences of calls along the links that schemathesis makes up.
    seed: the seed when none is given; None draws one.
    shrink: whether a failing case is made smaller.
    """

    name: str
    examples: int
    histories: int
    steps: int
    generated: int
    sequences: int
    seed: int | None
    shrink: bool = True


PROFILES: Final = {
    profile.name: profile
    for profile in (
        Profile("dev", 6, 6, 12, 3, 5, None),
        Profile("ci", 25, 20, 20, 8, 15, 20260105),
        Profile("nightly", 300, 200, 50, 100, 200, None),
    )
}
QUICK: Final = Profile("quick", 3, 6, 14, 1, 1, 1, shrink=False)
"""For servers with a planted fault, of which there are many."""
