"""Deep merge, the rule by which Knock upserts users, objects and tenants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `patch` laid over it; neither is changed.

    Mappings are merged key by key, everything else (lists too) is replaced. Keys that the patch
    does not name stay; a key cannot be removed, only set to null (Knock docs: concepts, users).
    """
    result = dict(base)
    for key, value in patch.items():
        present = result.get(key)
        if isinstance(value, Mapping) and isinstance(present, Mapping):
            result[key] = merged(present, value)
        else:
            result[key] = value
    return result
