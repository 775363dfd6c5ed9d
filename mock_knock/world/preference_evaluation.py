"""Whether a recipient wants a message: one preference set, one message, a yes or a no.

Knock docs, preferences overview, evaluation rules: what is not set is a yes; every setting that
applies must be a yes; a setting for the channel goes before one for its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_knock.world.conditions import Scope, all_hold

__all__ = ["Occasion", "Scope", "wants"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """The message in question: what sends it, and on which channel.

    `commercial` marks messages of a workflow that is declared commercial.
    """

    workflow: str
    categories: tuple[str, ...] = ()
    channel_type: str | None = None
    channel_id: str | None = None
    commercial: bool = False


def wants(preferences: Mapping[str, Any], occasion: Occasion, scope: Scope) -> bool:
    """Whether a recipient with these preferences (defaults merged in) wants the message.

    Whatever a set holds beside booleans and settings asks for nothing.
    """
    if occasion.commercial and not _agrees(
        preferences.get("commercial_subscribed"), occasion, scope
    ):
        return False
    workflows, categories = preferences.get("workflows"), preferences.get("categories")
    settings = [_entry(workflows, occasion.workflow)]
    settings += [_entry(categories, category) for category in occasion.categories]
    return _agrees_on_channel(preferences, occasion, scope) and all(
        _agrees(setting, occasion, scope) for setting in settings
    )


def _agrees(setting: object, occasion: Occasion, scope: Scope) -> bool:
    """A setting of a workflow or category: a boolean, or conditions and channels, all of them."""
    if isinstance(setting, bool):
        return setting
    if not isinstance(setting, Mapping):
        return True
    return all_hold(setting.get("conditions"), scope) and _agrees_on_channel(
        setting, occasion, scope
    )


def _agrees_on_channel(group: Mapping[str, Any], occasion: Occasion, scope: Scope) -> bool:
    """`channels` and `channel_types` side by side: the channel's own entry decides if there is one.

    At the top level of a set, as within one setting.
    """
    setting = _entry(group.get("channels"), occasion.channel_id)
    if setting is None:
        setting = _entry(group.get("channel_types"), occasion.channel_type)
    if isinstance(setting, bool):
        return setting
    return not isinstance(setting, Mapping) or all_hold(setting.get("conditions"), scope)


def _entry(group: object, key: str | None) -> object:
    return group.get(key) if isinstance(group, Mapping) and key is not None else None
