"""Recipients as a request names them: a user's id, an object's reference, or either one inline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Reference = str | Mapping[str, Any]
"""A user id, `{"id", "collection"}` of an object, or either with properties, to be stored first."""

RecipientKey = tuple[str, str | None]
"""An id and its collection, which is None for a user."""


def recipient_key(given: Reference) -> RecipientKey:
    """The id and the collection that a reference names; an empty id, which nothing has, if none."""
    if isinstance(given, str):
        return given, None
    id, collection = given.get("id"), given.get("collection")
    return id if isinstance(id, str) else "", collection if isinstance(collection, str) else None


def reference(key: RecipientKey) -> str | dict[str, str]:
    """The key in Knock's form: an id for a user, `{"id", "collection"}` for an object."""
    id, collection = key
    return id if collection is None else {"id": id, "collection": collection}
