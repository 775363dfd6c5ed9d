"""Tenants of one environment: the objects of `$tenants`, in a form of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.instants import Instant
from mock_knock.world.listing import Page, PageRequest, listing_of
from mock_knock.world.objects import TENANTS, Object, Objects
from mock_knock.world.tenant_settings import shown_settings, tenant_default


class Tenants:
    """Every tenant. What an object route does to an object of `$tenants` shows here, and back."""

    __slots__ = ("_objects",)

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def get(self, id: str) -> Object:
        """The tenant. Raises MissingError."""
        return self._objects.get(TENANTS, id)

    def set(self, id: str, body: Mapping[str, Any], now: Instant) -> Object:
        """Create the tenant or merge `body` into it; see `Objects.set` and `merged_settings`."""
        return self._objects.set(TENANTS, id, body, now)

    def page(
        self, wanted: PageRequest, tenant_id: str | None = None, name: str | None = None
    ) -> Page[Object]:
        """One page of the tenants with this id and this name (None: any), oldest first."""
        if tenant_id is not None:
            found = self._objects.find(TENANTS, tenant_id)
            fits = found is not None and name in (None, found.properties.get("name"))
            return listing_of([found] if found is not None and fits else []).page(wanted)
        if name is not None:
            return self._objects.tenants_named(name).page(wanted)
        return self._objects.page(TENANTS, wanted)

    def preference_default(self, id: str) -> Mapping[str, Any] | None:
        """The default preference set of a tenant; None when it has none or does not exist."""
        tenant = self._objects.find(TENANTS, id)
        return None if tenant is None else tenant_default(tenant.properties.get("settings"))


def tenant_json(tenant: Object, defaults: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The tenant in Knock's form: custom properties at top level, `name` and `settings` always.

    `defaults` are the environment's preferences, to be laid under the tenant's own
    (`resolve_full_preference_settings`); None leaves them out.
    """
    return {
        "__typename": "Tenant",
        "id": tenant.id,
        "name": None,
        **tenant.properties,
        "settings": shown_settings(tenant.properties.get("settings"), defaults),
    }
