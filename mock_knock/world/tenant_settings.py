"""The `settings` of a tenant: its branding, and the preference set that its users default to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mock_knock.world.errors import invalid_field
from mock_knock.world.merging import merged
from mock_knock.world.preferences import DEFAULT_SET, layered, shown_set, written_set

_URLS = frozenset({"icon_url", "logo_url", "dark_icon_url", "dark_logo_url"})
_COLORS = frozenset(
    {"primary_color", "primary_color_contrast", "dark_primary_color", "dark_primary_color_contrast"}
)
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._~:@!$&'()*+,;=-]+"
    r"([/?#]([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
    r"(#([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?)?"
)


def merged_settings(present: object, given: object) -> dict[str, Any] | None:
    """Settings after an upsert: branding is deep-merged, null clears all of it.

    The preference set is merged by default, replaced with `__persistence_strategy__: replace` and
    removed with null (Knock docs: per-tenant preferences). Raises InvalidParamsError, naming the
    field, for settings or a branding that is no object.
    """
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise invalid_field("settings", "must be an object", "type")
    if not isinstance(given.get("branding"), Mapping | None):
        raise invalid_field("settings.branding", "must be an object or null", "type")
    before: Mapping[str, Any] = present if isinstance(present, Mapping) else {}
    rest = {key: value for key, value in given.items() if key != "preference_set"}
    result = merged(before, rest)
    if "preference_set" in given:
        preference_set = given["preference_set"]
        if preference_set is None:
            result["preference_set"] = None
        elif isinstance(preference_set, Mapping):
            result["preference_set"] = written_set(
                before.get("preference_set"), preference_set, "merge"
            )
    return result


def tenant_default(settings: object) -> Mapping[str, Any] | None:
    """The tenant's default preference set, None when it has none."""
    found = settings.get("preference_set") if isinstance(settings, Mapping) else None
    return found if isinstance(found, Mapping) else None


def shown_settings(settings: object, defaults: Mapping[str, Any] | None) -> dict[str, Any]:
    """The settings in Knock's form; `defaults` are laid under the preference set when given."""
    stored: Mapping[str, Any] = settings if isinstance(settings, Mapping) else {}
    branding = stored.get("branding")
    preference_set = tenant_default(stored)
    if defaults is not None:
        preference_set = layered(defaults, preference_set or {})
    return {
        **stored,
        "branding": _shown_branding(branding) if isinstance(branding, Mapping) else None,
        "preference_set": (
            None if preference_set is None else shown_set(DEFAULT_SET, preference_set)
        ),
    }


def _shown_branding(branding: Mapping[str, Any]) -> dict[str, Any]:
    """What was set. Answers promise URIs and texts, requests do not: what is none is null."""
    return {
        key: None
        if (key in _URLS and not (isinstance(value, str) and _URI.fullmatch(value)))
        or (key in _COLORS and not isinstance(value, str))
        else value
        for key, value in branding.items()
    }
