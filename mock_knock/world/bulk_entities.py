"""Bulk operations on objects, tenants and subscriptions: their names, rows, effects and limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from mock_knock.world.bulk_operations import BulkKind, BulkOperation, BulkOperations
from mock_knock.world.instants import Instant
from mock_knock.world.objects import TENANTS, Objects
from mock_knock.world.subscriptions import Subscriptions, check_count

Row = Mapping[str, Any]


class DeleteObject(Protocol):
    """Deletes an object with all that depends on it. Raises MissingError when there is none."""

    def __call__(self, collection: str, id: str, at: Instant) -> None: ...


class BulkEntities:
    """The bulk endpoints of one environment's objects and tenants.

    Each accepts a call as `BulkOperations.submit` does: over a limit nothing is applied, and a row
    that cannot be carried out becomes an error item.
    """

    def __init__(
        self,
        objects: Objects,
        subscriptions: Subscriptions,
        operations: BulkOperations,
        delete_object: DeleteObject,
    ) -> None:
        self._objects = objects
        self._subscriptions = subscriptions
        self._operations = operations
        self._delete_object = delete_object

    def object_kind(self, collection: str, action: str) -> BulkKind[Any]:
        """The kind `objects.<collection>.<action>`. Raises KeyError for an unknown action."""
        subscriptions = self._subscriptions
        apply: Callable[[Any, Instant], object] = {
            "set": lambda row, at: self._objects.set(collection, row["id"], row, at),
            "delete": lambda row, at: self._delete_object(collection, row, at),
            "upsert_subscriptions": lambda row, at: subscriptions.add(
                (row["id"], collection), row, at
            ),
            "delete_subscriptions": lambda row, at: subscriptions.delete(
                (row["id"], collection), row["recipients"], at
            ),
        }[action]
        return BulkKind(f"objects.{collection}.{action}", apply, _row_id, collection)

    def tenant_kind(self, action: str) -> BulkKind[Any]:
        """The kind `tenants.<action>`. Raises KeyError for an unknown action."""
        apply: Callable[[Any, Instant], object] = {
            "set": self._set_tenant,
            "delete": lambda row, at: self._delete_object(TENANTS, row, at),
        }[action]
        return BulkKind(f"tenants.{action}", apply, _row_id)

    def set_objects(
        self, collection: str, rows: Sequence[Row], base_url: str, now: Instant
    ) -> BulkOperation[Row]:
        """Accept `objects.<collection>.set`."""
        kind: BulkKind[Row] = self.object_kind(collection, "set")
        return self._operations.submit(kind, rows, "objects", base_url, now)

    def delete_objects(
        self, collection: str, ids: Sequence[str], base_url: str, now: Instant
    ) -> BulkOperation[str]:
        """Accept `objects.<collection>.delete`; an id that names no object is an error item."""
        kind: BulkKind[str] = self.object_kind(collection, "delete")
        return self._operations.submit(kind, ids, "object_ids", base_url, now)

    def set_tenants(
        self, rows: Sequence[str | Row], base_url: str, now: Instant
    ) -> BulkOperation[str | Row]:
        """Accept `tenants.set`. A row that is an id alone becomes an empty stub, if it is new."""
        kind: BulkKind[str | Row] = self.tenant_kind("set")
        return self._operations.submit(kind, rows, "tenants", base_url, now)

    def delete_tenants(self, ids: Sequence[str], base_url: str, now: Instant) -> BulkOperation[str]:
        """Accept `tenants.delete`; an id that names no tenant is an error item."""
        kind: BulkKind[str] = self.tenant_kind("delete")
        return self._operations.submit(kind, ids, "tenant_ids", base_url, now)

    def add_subscriptions(
        self, collection: str, rows: Sequence[Row], base_url: str, now: Instant
    ) -> BulkOperation[Row]:
        """Accept `objects.<collection>.upsert_subscriptions`; a row is one object.

        Raises InvalidParamsError for over 100 recipients of one object.
        """
        _check_recipients(rows)
        kind: BulkKind[Row] = self.object_kind(collection, "upsert_subscriptions")
        return self._operations.submit(kind, rows, "subscriptions", base_url, now)

    def delete_subscriptions(
        self, collection: str, rows: Sequence[Row], base_url: str, now: Instant
    ) -> BulkOperation[Row]:
        """Accept `objects.<collection>.delete_subscriptions`; a row is one object.

        Subscriptions that are not there are skipped (Knock API reference). Raises
        InvalidParamsError for over 100 recipients of one object.
        """
        _check_recipients(rows)
        kind: BulkKind[Row] = self.object_kind(collection, "delete_subscriptions")
        return self._operations.submit(kind, rows, "subscriptions", base_url, now)

    def _set_tenant(self, row: str | Row, at: Instant) -> None:
        if isinstance(row, str):
            self._objects.ensure_tenant(row, at)
        else:
            self._objects.set(TENANTS, row["id"], row, at)


def _row_id(row: str | Row) -> str:
    if isinstance(row, str):
        return row
    id: str = row["id"]
    return id


def _check_recipients(rows: Sequence[Row]) -> None:
    for at, row in enumerate(rows):
        check_count(row["recipients"], f"subscriptions[{at}].recipients")
