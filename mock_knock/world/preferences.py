"""Preference sets of one recipient: `default`, and one for each tenant id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.merging import merged

DEFAULT_SET = "default"
GROUPS = ("categories", "workflows", "channel_types", "channels", "commercial_subscribed")
STRATEGY = "__persistence_strategy__"


class PreferenceSets:
    """Preference sets by id. A set is a mapping of groups; groups never set are absent."""

    __slots__ = ("_sets",)

    def __init__(self) -> None:
        self._sets: dict[str, dict[str, Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._sets)

    def replace(self, set_id: str, body: Mapping[str, Any]) -> None:
        """Put the groups of `body` in place of the whole set, as a bulk set does."""
        self._sets = {**self._sets, set_id: _groups(body)}

    def merge_inline(self, sets: Mapping[str, Any]) -> None:
        """Deep-merge sets given inline with an identify (Knock docs: identifying recipients).

        A set that says `__persistence_strategy__: replace` is replaced instead.
        """
        for set_id, body in sets.items():
            if not isinstance(body, Mapping):
                continue
            if body.get(STRATEGY) == "replace":
                self.replace(set_id, body)
            else:
                present = self._sets.get(set_id, {})
                self._sets = {**self._sets, set_id: merged(present, _groups(body))}

    def add_missing(self, other: PreferenceSets) -> None:
        """Take over the sets that only `other` has (Knock docs: merging users)."""
        self._sets = {**other._sets, **self._sets}

    def to_json(self) -> dict[str, Any]:
        """Every set by id, in Knock's form: groups that were never set are null."""
        return {set_id: self.one(set_id) for set_id in self._sets}

    def one(self, set_id: str) -> dict[str, Any]:
        """One set in Knock's form; an empty one where nothing was ever set."""
        present = self._sets.get(set_id, {})
        return {"id": set_id, **{group: present.get(group) for group in GROUPS}}


def _groups(body: Mapping[str, Any]) -> dict[str, Any]:
    return {group: body[group] for group in GROUPS if group in body}
