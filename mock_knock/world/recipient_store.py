"""Users and objects by one key, for what both kinds of recipient have, and as others show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.instants import Instant
from mock_knock.world.objects import TENANTS, Object, Objects
from mock_knock.world.references import RecipientKey
from mock_knock.world.users import User, Users

MISSING_NAME = "Missing user"
"""The name of someone who is deleted, where messages mention them (Knock docs: deleting users)."""


class RecipientStore:
    """Every recipient of one environment. Errors name the parameters of the API's paths."""

    __slots__ = ("_objects", "_users")

    def __init__(self, users: Users, objects: Objects) -> None:
        self._users = users
        self._objects = objects

    def __contains__(self, key: RecipientKey) -> bool:
        return self.find(key) is not None

    def find(self, key: RecipientKey) -> User | Object | None:
        """The recipient, or None when it was never identified or is deleted."""
        id, collection = key
        return self._users.find(id) if collection is None else self._objects.find(collection, id)

    def get(self, key: RecipientKey) -> User | Object:
        """The recipient. Raises MissingError when there is none."""
        id, collection = key
        if collection is None:
            return self._users.get(id)
        return self._objects.get(collection, id, "object_id")

    def ensure(self, key: RecipientKey, now: Instant) -> User | Object:
        """The recipient, created empty when there is none yet.

        Raises MissingError for an id that nothing can have.
        """
        return self.find(key) or self.put(key, {}, now, "object_id")

    def put(
        self, key: RecipientKey, body: Mapping[str, Any], now: Instant, field: str = "id"
    ) -> User | Object:
        """Create the recipient or merge `body` into it; see `Users.identify`, `Objects.set`.

        `field` names an object's id in errors.
        """
        id, collection = key
        if collection is None:
            return self._users.identify(id, body, now)
        return self._objects.set(collection, id, body, now, field)

    def ensure_tenant(self, tenant_id: str, now: Instant) -> None:
        """Let the tenant exist; see `Objects.ensure_tenant`."""
        self._objects.ensure_tenant(tenant_id, now)

    def properties(
        self, key: RecipientKey | None, subscription: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """What templates and conditions may say of a recipient; nothing of an unknown one.

        The properties of the `subscription` by which it was reached are `recipient.subscription`
        (Knock docs: subscriptions).
        """
        found = None if key is None else self.find(key)
        if found is None:
            return {}
        own = {**found.properties, "id": found.id}
        return own if subscription is None else {**own, "subscription": subscription}

    def tenant_properties(self, tenant: str | None) -> Mapping[str, Any]:
        """What templates and conditions may say of a tenant."""
        return {} if tenant is None else self.properties((tenant, TENANTS))

    def shown(self, key: RecipientKey | None) -> dict[str, Any] | None:
        """The recipient in Knock's form; None when there is none (any more)."""
        found = None if key is None else self.find(key)
        return None if found is None else found.to_json()

    def shown_or_missing(self, key: RecipientKey, since: Instant) -> dict[str, Any]:
        """As `shown`; for a deleted recipient a stand-in, last changed at `since`."""
        shown = self.shown(key)
        if shown is not None:
            return shown
        id, collection = key
        stand_in: User | Object
        if collection is None:
            stand_in = User(id, 0)
            stand_in.properties = {"name": MISSING_NAME}
        else:
            stand_in = Object(collection, id, 0)
        stand_in.updated_at = since
        return stand_in.to_json()
