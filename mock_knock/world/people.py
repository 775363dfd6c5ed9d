"""Recipients as whole resources, where messages show them: activities, actors of feed items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.errors import MissingError
from mock_knock.world.instants import Instant, to_millisecond_text
from mock_knock.world.objects import TENANTS, Objects
from mock_knock.world.recipients import Recipient, check_id
from mock_knock.world.references import RecipientKey
from mock_knock.world.users import Users

MISSING_NAME = "Missing user"
"""The name of someone who is deleted, where messages mention them (Knock docs: deleting users)."""


class People:
    """Looks recipients up, whether they are users or objects."""

    __slots__ = ("_objects", "_users")

    def __init__(self, users: Users, objects: Objects) -> None:
        self._users = users
        self._objects = objects

    def find(self, key: RecipientKey) -> Recipient | None:
        """The recipient, None when it is not known (any more)."""
        id, collection = key
        return self._users.find(id) if collection is None else self._objects.find(collection, id)

    def check_object(self, collection: str, id: str) -> None:
        """Raise MissingError when there is no such object."""
        if self._objects.find(collection, id) is None:
            check_id(collection, "collection", "collection")
            check_id(id, "id", "object")
            raise MissingError(
                f"There is no object {id!r} in the collection {collection!r} of this environment: "
                "set it first, or check that the API key is of the environment that has it"
            )

    def properties(self, key: RecipientKey | None) -> Mapping[str, Any]:
        """What templates may say of a recipient; nothing of an unknown one."""
        found = None if key is None else self.find(key)
        return {} if found is None or key is None else {**found.properties, "id": key[0]}

    def tenant_properties(self, tenant: str | None) -> Mapping[str, Any]:
        """What templates may say of a tenant."""
        return {} if tenant is None else self.properties((tenant, TENANTS))

    def full(self, key: RecipientKey, since: Instant) -> dict[str, Any]:
        """The recipient in Knock's form; for a deleted one a stand-in, last changed at `since`."""
        id, collection = key
        if collection is None:
            user = self._users.find(id)
            if user is not None:
                return user.to_json()
            changed = to_millisecond_text(since)
            name = MISSING_NAME
            return {
                "__typename": "User",
                "id": id,
                "name": name,
                "created_at": None,
                "updated_at": changed,
            }
        found = self._objects.find(collection, id)
        if found is not None:
            return found.to_json()
        return {
            "__typename": "Object",
            "id": id,
            "collection": collection,
            "properties": {},
            "created_at": None,
            "updated_at": to_millisecond_text(since),
        }
