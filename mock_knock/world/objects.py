"""Objects of one environment, by collection. Tenants are the objects of `$tenants`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.instants import Instant
from mock_knock.world.recipients import NOT_PROPERTIES, Recipient, check_id, merged_properties

TENANTS = "$tenants"
"""The system collection that holds tenants (Knock docs: multi-tenancy)."""

RESERVED = frozenset({"name", "created_at", "locale", "timezone", "settings"})


class Object(Recipient):
    """One object of a collection."""

    __slots__ = ("collection",)

    def __init__(self, collection: str, id: str, place: int) -> None:
        super().__init__(id, place)
        self.collection = collection


class Objects:
    """Every object of one environment."""

    __slots__ = ("_by_key", "_created")

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], Object] = {}
        self._created = 0

    def find(self, collection: str, id: str) -> Object | None:
        """The object, or None when it was never set."""
        return self._by_key.get((collection, id))

    def set(self, collection: str, id: str, body: Mapping[str, Any], now: Instant) -> Object:
        """Create the object or merge `body` into it.

        Raises MissingError for an id that no object can have, InvalidParamsError when the custom
        properties grow over 256 kB; then nothing has changed.
        """
        present = self._by_key.get((collection, id))
        if present is None:
            check_id(collection, "collection", "collection")
            check_id(id, "id", "object")
        properties = object_properties(present.properties if present else {}, body)
        if present is None:
            self._created += 1
            present = Object(collection, id, self._created)
            self._by_key[collection, id] = present
        present.identify(properties, body, now)
        return present

    def ensure_tenant(self, tenant_id: str, now: Instant) -> None:
        """Let the tenant exist; one that nobody set yet becomes an empty stub.

        (Knock docs: multi-tenancy, any unknown tenant id passed to a trigger.)
        """
        if self.find(TENANTS, tenant_id) is None:
            self.set(TENANTS, tenant_id, {}, now)


def object_properties(present: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """An object's properties after an upsert. Raises InvalidParamsError when too large."""
    return merged_properties(present, body, RESERVED, NOT_PROPERTIES | {"collection"})
