"""Recipients as a request names them: a user's id, an object's reference, or either one inline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.instants import Instant
from mock_knock.world.objects import TENANTS, Objects, object_properties
from mock_knock.world.recipients import check_id, check_reserved, merged_properties
from mock_knock.world.users import RESERVED, Users

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


def is_known(key: RecipientKey, users: Users, objects: Objects) -> bool:
    """Whether the recipient is stored in the environment."""
    id, collection = key
    return id in users if collection is None else objects.find(collection, id) is not None


class InlineRecipients:
    """What one request gives inline, checked as a whole before any of it is stored."""

    def __init__(self, users: Users, objects: Objects) -> None:
        self._users = users
        self._objects = objects
        self._given: list[tuple[RecipientKey, Mapping[str, Any]]] = []
        self._properties: dict[RecipientKey, dict[str, Any]] = {}

    def add(self, given: Reference, field: str) -> None:
        """Check one recipient that came in `field`, and remember it when it is inline.

        Raises MissingError for an id that cannot exist, InvalidParamsError for properties that
        would grow too large.
        """
        key = id, collection = recipient_key(given)
        if isinstance(given, str):
            return
        if collection is not None and given.keys() <= {"id", "collection"}:
            return
        check_id(id, f"{field}.id", "user" if collection is None else "object")
        check_reserved(given, field)
        present = self._properties.get(key)
        if collection is None:
            user = self._users.find(id)
            stored = user.properties if user else {}
            properties = merged_properties(present or stored, given, RESERVED)
        else:
            check_id(collection, f"{field}.collection", "collection")
            found = self._objects.find(collection, id)
            stored = found.properties if found else {}
            properties = object_properties(collection, present or stored, given)
        self._properties[key] = properties
        self._given.append((key, given))

    def add_actor(self, given: object) -> None:
        """Check an actor: stored already, or given inline. Raises MissingError otherwise."""
        inline = isinstance(given, Mapping) and isinstance(given.get("id"), str)
        if isinstance(given, str | Mapping) and (inline or isinstance(given, str)):
            self.add(given, "actor")
            key = recipient_key(given)
            if key in self._properties or is_known(key, self._users, self._objects):
                return
        message = (
            f"The actor {_shown(given)} is not identified in this environment: identify it first, "
            "or give it inline, as an object with its id and properties"
        )
        detail = Detail("actor", "is not an identified user or object", "missing")
        raise MissingError(message, code="actor_missing", details=(detail,))

    def add_tenant(self, given: object) -> None:
        """Check a tenant: its id, or an object with its id and properties."""
        if isinstance(given, str):
            check_id(given, "tenant", "tenant")
        elif isinstance(given, Mapping) and isinstance(given.get("id"), str):
            check_id(given["id"], "tenant.id", "tenant")
            self.add({**given, "collection": TENANTS}, "tenant")
        else:
            message = f"There is no tenant {_shown(given)}: give its id, or an object with an id"
            raise MissingError(message, details=(Detail("tenant", "is no tenant", "invalid"),))

    def stores(self, key: RecipientKey) -> bool:
        """Whether `store` will store this recipient."""
        return key in self._properties

    def store(self, now: Instant) -> None:
        """Store everything that was given inline."""
        for (id, collection), given in self._given:
            if collection is None:
                self._users.identify(id, given, now)
            else:
                self._objects.set(collection, id, given, now)


def _shown(value: object) -> str:
    return repr(value)[:80]
