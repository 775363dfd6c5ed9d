"""Objects of one environment, by collection. Tenants are the objects of `$tenants`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mock_knock.world.errors import MissingError, invalid_field
from mock_knock.world.events import SILENCE
from mock_knock.world.instants import Instant, is_rfc3339, to_millisecond_text
from mock_knock.world.listing import Listing, Listings, Page, PageRequest
from mock_knock.world.recipients import NOT_PROPERTIES, Recipient, check_id, merged_properties
from mock_knock.world.tenant_settings import merged_settings

TENANTS = "$tenants"
"""The system collection that holds tenants (Knock docs: multi-tenancy)."""

RESERVED = frozenset({"name", "created_at", "locale", "timezone"})
"""Properties that do not count towards the 256 kB; of a tenant, `settings` does not either."""


class Object(Recipient):
    """One object of a collection."""

    __slots__ = ("collection",)

    def __init__(self, collection: str, id: str, place: int) -> None:
        super().__init__(id, place)
        self.collection = collection

    def to_json(self, *, with_preferences: bool = False) -> dict[str, Any]:
        """The object in Knock's form: unlike a user's, its properties are under `properties`."""
        shape = {
            "__typename": "Object",
            "id": self.id,
            "collection": self.collection,
            "created_at": self.properties.get("created_at"),
            "updated_at": to_millisecond_text(self.updated_at),
            "properties": {k: v for k, v in self.properties.items() if k != "created_at"},
        }
        if with_preferences:
            shape["preferences"] = self.preferences.to_json()
        return shape


class Objects:
    """Every object of one environment, by collection and id, each collection in the order of
    creation."""

    __slots__ = ("_by_collection", "_by_key", "_by_name", "_created", "events")

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], Object] = {}
        self._by_collection: Listings[str, Object] = Listings()
        self._by_name: Listings[str, Object] = Listings()  # of tenants alone
        self._created = 0
        self.events = SILENCE

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def created(self) -> int:
        """How many were ever created: the last place that was given away."""
        return self._created

    def rows(self) -> Iterator[Object]:
        """Every object of every collection, in the order of their creation."""
        return iter(self._by_key.values())

    def put_back(self, objects: Iterable[Object], created: int) -> None:
        """Take over what a snapshot had, by place; nothing must be here yet."""
        for found in objects:
            self._add(found)
        self._created = created

    def find(self, collection: str, id: str) -> Object | None:
        """The object, or None when it was never set or is deleted."""
        return self._by_key.get((collection, id))

    def get(self, collection: str, id: str, field: str = "id") -> Object:
        """The object. Raises MissingError, naming `field`, when there is none."""
        found = self._by_key.get((collection, id))
        if found is None:
            check_object_key(collection, id, field)
            raise MissingError(
                f"There is no {_noun(collection)} {id!r} in this environment: set it first, or "
                "check that the API key is of the environment that has it"
            )
        return found

    def set(
        self, collection: str, id: str, body: Mapping[str, Any], now: Instant, field: str = "id"
    ) -> Object:
        """Create the object or merge `body` into it.

        Raises MissingError for an id that no object can have, InvalidParamsError when the custom
        properties grow over 256 kB or a property with a meaning has no sense; then nothing has
        changed.
        """
        present = self._by_key.get((collection, id))
        if present is None:
            check_object_key(collection, id, field)
        properties = object_properties(collection, present.properties if present else {}, body)
        if present is None:
            self._created += 1
            present = Object(collection, id, self._created)
            self._add(present)
        self._move_name(present, present.properties.get("name"), properties.get("name"))
        present.identify(properties, body, now)
        told = kind_and_data(collection, "set")
        self.events.record(told[0], id, now, told[1])
        return present

    def delete(self, collection: str, id: str) -> bool:
        """Remove the object; says whether there was one. Its id may be used again."""
        found = self._by_key.pop((collection, id), None)
        if found is None:
            return False
        self._by_collection.remove(collection, found)
        self._move_name(found, found.properties.get("name"), None)
        return True

    def collections(self) -> dict[str, int]:
        """How many objects each collection has, that of tenants too."""
        return {name: len(self._by_collection.get(name)) for name in self._by_collection}

    def page(
        self,
        collection: str,
        wanted: PageRequest,
        keep: Callable[[Object], bool] | None = None,
        *,
        newest_first: bool = False,
    ) -> Page[Object]:
        """One page of a collection, in the order of creation. An unknown collection is empty."""
        listing = self._by_collection.get(collection)
        return listing.page(wanted, keep=keep, newest_first=newest_first)

    def tenants_named(self, name: str) -> Listing[Object]:
        """The tenants with this name."""
        return self._by_name.get(name)

    def _move_name(self, found: Object, before: str | None, after: str | None) -> None:
        if found.collection == TENANTS and before != after:
            if before is not None:
                self._by_name.remove(before, found)
            if after is not None:
                self._by_name.add(after, found)

    def ensure_tenant(self, tenant_id: str, now: Instant) -> None:
        """Let the tenant exist; one that nobody set yet becomes an empty stub.

        (Knock docs: multi-tenancy, any unknown tenant id passed to a trigger.)
        """
        if self.find(TENANTS, tenant_id) is None:
            self.set(TENANTS, tenant_id, {}, now)

    def _add(self, new: Object) -> None:
        self._by_key[new.collection, new.id] = new
        self._by_collection.add(new.collection, new)
        self._move_name(new, None, new.properties.get("name"))


def object_properties(
    collection: str, present: Mapping[str, Any], body: Mapping[str, Any]
) -> dict[str, Any]:
    """An object's properties after an upsert. Raises InvalidParamsError, naming the field.

    Properties may come at the top level of the body or, as answers have them, under `properties`;
    where both name one, the top level decides.
    """
    nested = body.get("properties")
    if isinstance(nested, Mapping):
        body = {**nested, **{key: value for key, value in body.items() if key != "properties"}}
    created_at = body.get("created_at")
    if not (created_at is None or (isinstance(created_at, str) and is_rfc3339(created_at))):
        problem = "must be a date-time such as 2026-01-05T09:00:00Z"
        raise invalid_field("created_at", problem, "format")
    not_properties = NOT_PROPERTIES | {"collection"}
    if collection != TENANTS:
        return merged_properties(present, body, RESERVED, not_properties)
    if not isinstance(body.get("name"), str | None):
        raise invalid_field("name", "must be a string or null", "type")
    reserved = RESERVED | {"settings"}
    result = merged_properties(present, body, reserved, not_properties | {"settings"})
    if "settings" in body:
        result["settings"] = merged_settings(present.get("settings"), body["settings"])
    return result


def kind_and_data(collection: str, happened: str) -> tuple[str, dict[str, str] | None]:
    """How the stream of events tells what happened to an object: `tenant.set`, `object.set`."""
    if collection == TENANTS:
        return f"tenant.{happened}", None
    return f"object.{happened}", {"collection": collection}


def check_object_key(collection: str, id: str, field: str) -> None:
    """Raise MissingError, naming the field, when no object can have this collection or id."""
    check_id(collection, "collection", "collection")
    check_id(id, field, _noun(collection))


def _noun(collection: str) -> str:
    return "tenant" if collection == TENANTS else f"object of {collection[:80]!r}"
