"""Recipients as answers show them: whole, as they are at that moment."""

from __future__ import annotations

from typing import Any

from mock_knock.world.objects import Objects
from mock_knock.world.references import RecipientKey
from mock_knock.world.users import Users


def shown(key: RecipientKey | None, users: Users, objects: Objects) -> dict[str, Any] | None:
    """The user or object in Knock's form; None when there is none (any more)."""
    if key is None:
        return None
    id, collection = key
    if collection is None:
        user = users.find(id)
        return None if user is None else user.to_json()
    found = objects.find(collection, id)
    return None if found is None else found.to_json()
