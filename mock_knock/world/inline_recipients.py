"""Recipients that come inline in a request: they are stored before the request is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.instants import Instant
from mock_knock.world.objects import TENANTS, object_properties
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.recipients import check_id, check_reserved, merged_properties
from mock_knock.world.references import RecipientKey, Reference, recipient_key
from mock_knock.world.users import RESERVED


class InlineRecipients:
    """What one request gives inline, checked as a whole before any of it is stored."""

    def __init__(self, recipients: RecipientStore) -> None:
        self._recipients = recipients
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
        if collection is not None:
            check_id(collection, f"{field}.collection", "collection")
        found = self._recipients.find(key)
        present = self._properties.get(key) or (found.properties if found else {})
        if collection is None:
            properties = merged_properties(present, given, RESERVED)
        else:
            properties = object_properties(collection, present, given)
        self._properties[key] = properties
        self._given.append((key, given))

    def add_actor(self, given: object) -> None:
        """Check an actor: stored already, or given inline. Raises MissingError otherwise."""
        inline = isinstance(given, Mapping) and isinstance(given.get("id"), str)
        if isinstance(given, str | Mapping) and (inline or isinstance(given, str)):
            self.add(given, "actor")
            key = recipient_key(given)
            if key in self._properties or key in self._recipients:
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
        for key, given in self._given:
            self._recipients.put(key, given, now)


def _shown(value: object) -> str:
    return repr(value)[:80]
