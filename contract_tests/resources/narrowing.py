"""A long case made short: as few of its pieces as still show the rule broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from contract_tests.checking.breach import RuleBroken
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene

Piece = TypeVar("Piece")
_TRIES = 100


def narrow(
    examiner: Examiner,
    pieces: Sequence[Piece],
    attempt: Callable[[Scene, Sequence[Piece]], None],
) -> None:
    """Attempt all pieces in a fresh scene; where a rule breaks, again and again with fewer.

    The attempt must make sense of any selection of them. Raises RuleBroken: the smallest case.
    """
    kept = list(pieces)
    broken = _broken(examiner, kept, attempt)
    if broken is None:
        return
    rule = broken.breaches[0].rule
    size, tries = len(kept) // 2, 0
    while size and tries < _TRIES:
        start = 0
        while start < len(kept) and tries < _TRIES:
            tries += 1
            fewer = kept[:start] + kept[start + size :]
            again = _broken(examiner, fewer, attempt)
            if again is not None and again.breaches[0].rule == rule:
                kept, broken = fewer, again
            else:
                start += size
        size //= 2
    raise broken


def _broken(
    examiner: Examiner,
    pieces: Sequence[Piece],
    attempt: Callable[[Scene, Sequence[Piece]], None],
) -> RuleBroken | None:
    try:
        with examiner.scene() as scene:
            attempt(scene, pieces)
    except RuleBroken as broken:
        return broken
    return None
