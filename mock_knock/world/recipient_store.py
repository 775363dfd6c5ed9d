"""Users and objects by one key, for what both kinds of recipient have."""

from __future__ import annotations

from typing import Any

from mock_knock.world.instants import Instant
from mock_knock.world.objects import Objects
from mock_knock.world.recipients import Recipient
from mock_knock.world.references import RecipientKey
from mock_knock.world.users import Users


class RecipientStore:
    """Every recipient of one environment. Errors name the parameters of the API's paths."""

    __slots__ = ("_objects", "_users")

    def __init__(self, users: Users, objects: Objects) -> None:
        self._users = users
        self._objects = objects

    def find(self, key: RecipientKey) -> Recipient | None:
        """The recipient, or None when it was never identified or is deleted."""
        id, collection = key
        return self._users.find(id) if collection is None else self._objects.find(collection, id)

    def get(self, key: RecipientKey) -> Recipient:
        """The recipient. Raises MissingError when there is none."""
        id, collection = key
        if collection is None:
            return self._users.get(id)
        return self._objects.get(collection, id, "object_id")

    def ensure(self, key: RecipientKey, now: Instant) -> Recipient:
        """The recipient, created empty when there is none yet.

        Raises MissingError for an id that nothing can have.
        """
        found = self.find(key)
        if found is not None:
            return found
        id, collection = key
        if collection is None:
            return self._users.identify(id, {}, now)
        return self._objects.set(collection, id, {}, now, "object_id")

    def shown(self, key: RecipientKey, *, with_preferences: bool = False) -> dict[str, Any]:
        """The recipient in Knock's form, a user's or an object's. Raises MissingError."""
        id, collection = key
        if collection is None:
            return self._users.get(id).to_json(with_preferences=with_preferences)
        found = self._objects.get(collection, id, "object_id")
        return found.to_json(with_preferences=with_preferences)
