"""The names that bulk operations have, and whether a pattern of names can mean any of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from mock_knock.world.engagement import MARKS

_ANY = "*"
KINDS: tuple[str, ...] = (
    "users.identify",
    "users.delete",
    "users.set_preferences",
    "objects.*.set",
    "objects.*.delete",
    "objects.*.upsert_subscriptions",
    "objects.*.delete_subscriptions",
    "tenants.set",
    "tenants.delete",
    "schedules.create_schedules",
    "messages.delete",
    *(f"messages.{action}" for action in MARKS),
)
"""Every name; `*` stands for the name of a collection."""

_TOKEN = re.compile(r"\[!?\]?[^\]]*\]|.", re.DOTALL)


def can_match(pattern: str) -> bool:
    """Whether there is a kind of bulk operation whose name the pattern (as in a shell) matches."""
    tokens = re.sub(r"\*+", _ANY, pattern)
    return any(_overlap(_TOKEN.findall(tokens), kind) for kind in KINDS)


def _overlap(pattern: Sequence[str], kind: str) -> bool:
    """Whether some text matches both; in `kind` everything but `*` stands for itself."""
    # Each round goes one token of the pattern further: the places in `kind` that are possible then.
    places = _past_stars(kind, {0})
    for token in pattern:
        following: set[int] = set()
        for place in places:
            if token == _ANY:
                following.update(range(place, len(kind) + 1))
            elif place < len(kind):
                if kind[place] == _ANY:
                    following.add(place)
                elif fnmatchcase(kind[place], token):
                    following.add(place + 1)
        places = _past_stars(kind, following)
    return len(kind) in places


def _past_stars(kind: str, places: set[int]) -> set[int]:
    """These places, and those behind a `*` at them, which may stand for nothing more."""
    return places | {place + 1 for place in places if kind[place : place + 1] == _ANY}
