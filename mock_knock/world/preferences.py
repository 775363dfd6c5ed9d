"""Preference sets of one recipient: `default`, and one for each tenant id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from mock_knock.world.merging import merged

DEFAULT_SET = "default"
GROUPS = ("categories", "workflows", "channel_types", "channels", "commercial_subscribed")
STRATEGY = "__persistence_strategy__"
OVERRIDE = "__strategy__"

Strategy = Literal["merge", "replace"]


class PreferenceSets:
    """Preference sets by id. A set is a mapping of groups; groups never set are absent."""

    __slots__ = ("_sets",)

    def __init__(self) -> None:
        self._sets: dict[str, dict[str, Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._sets)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    @property
    def written(self) -> Mapping[str, Mapping[str, Any]]:
        """Every set as it was written, by id."""
        return self._sets

    def put_back(self, sets: Mapping[str, dict[str, Any]]) -> None:
        """Take over what a snapshot had."""
        self._sets = dict(sets)

    def find(self, set_id: str) -> Mapping[str, Any] | None:
        """The groups of a set as they were written; None when it never was."""
        return self._sets.get(set_id)

    def replace(self, set_id: str, body: Mapping[str, Any]) -> None:
        """Put the groups of `body` in place of the whole set, as a bulk set does."""
        self._put(set_id, _groups(body))

    def write(self, set_id: str, body: Mapping[str, Any], by_default: Strategy) -> None:
        """Replace the set or merge into it: `__persistence_strategy__` says, or the default."""
        self._put(set_id, written_set(self._sets.get(set_id), body, by_default))

    def write_group(self, set_id: str, group: str, settings: Mapping[str, Any]) -> None:
        """Put `settings` in place of one group, leaving the others."""
        self._put(set_id, {**self._sets.get(set_id, {}), group: dict(settings)})

    def write_setting(self, set_id: str, group: str, key: str, setting: object) -> None:
        """Put one setting of one group in place, leaving all others."""
        present = self._sets.get(set_id, {}).get(group)
        settings = present if isinstance(present, Mapping) else {}
        self.write_group(set_id, group, {**settings, key: setting})

    def merge_inline(self, sets: Mapping[str, Any]) -> None:
        """Deep-merge sets given inline with an identify (Knock docs: identifying recipients).

        A set that says `__persistence_strategy__: replace` is replaced instead.
        """
        for set_id, body in sets.items():
            if isinstance(body, Mapping):
                self.write(set_id, body, "merge")

    def delete(self, set_id: str) -> bool:
        """Forget a set; says whether there was one."""
        if set_id not in self._sets:
            return False
        self._sets = {id: groups for id, groups in self._sets.items() if id != set_id}
        return True

    def add_missing(self, other: PreferenceSets) -> None:
        """Take over the sets that only `other` has (Knock docs: merging users)."""
        self._sets = {**other._sets, **self._sets}

    def to_json(self) -> dict[str, Any]:
        """Every set by id, in Knock's form: groups that were never set are null."""
        return {set_id: self.one(set_id) for set_id in self._sets}

    def one(self, set_id: str) -> dict[str, Any]:
        """One set in Knock's form; an empty one where nothing was ever set."""
        return shown_set(set_id, self._sets.get(set_id, {}))

    def _put(self, set_id: str, groups: dict[str, Any]) -> None:
        self._sets = {**self._sets, set_id: groups}


def written_set(present: object, body: Mapping[str, Any], by_default: Strategy) -> dict[str, Any]:
    """The groups of a set after `body` is written to it (Knock docs: preferences overview)."""
    groups = _groups(body)
    strategy = body.get(STRATEGY, by_default)
    if strategy != "merge" or not isinstance(present, Mapping):
        return groups
    return merged(present, groups)


def layered(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Two sets as one: what `upper` has goes first, null being nothing.

    A preference of `lower` with `__strategy__: replace` stands, whatever `upper` has (Knock docs:
    merging preferences). Neither is changed.
    """
    result = dict(lower)
    for key, value in upper.items():
        present = result.get(key)
        if isinstance(present, Mapping):
            if present.get(OVERRIDE) == "replace":
                continue
            if isinstance(value, Mapping):
                result[key] = layered(present, value)
                continue
        if value is not None or key not in result:
            result[key] = value
    return result


def shown_set(set_id: str, groups: Mapping[str, Any]) -> dict[str, Any]:
    """A set in Knock's form."""
    return {"id": set_id, **{group: groups.get(group) for group in GROUPS}}


def _groups(body: Mapping[str, Any]) -> dict[str, Any]:
    return {group: body[group] for group in GROUPS if group in body}
