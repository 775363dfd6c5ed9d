"""Bulk operations, seen and moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from mock_knock.client.answers import (
    BulkOperation,
    BulkOperationDetails,
    BulkOperationPage,
    OperationStatus,
    Order,
)
from mock_knock.client.connection import Connection, segment

_MOST = 1000


class BulkOperationCalls:
    """Calls under `/bulk_operations`. Looking at an operation here is no client's read."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def list(
        self,
        *,
        limit: int = 100,
        after: str | None = None,
        order: Order = "oldest",
        status: OperationStatus | None = None,
        name: str | None = None,
    ) -> BulkOperationPage:
        """A page of the operations that match; `name` may be a pattern such as `users.*`."""
        query = {"limit": limit, "after": after, "order": order, "status": status, "name": name}
        return cast(BulkOperationPage, self._call("GET", "/bulk_operations", query=query))

    def all(
        self,
        *,
        order: Order = "oldest",
        status: OperationStatus | None = None,
        name: str | None = None,
    ) -> Iterator[BulkOperation]:
        """Every operation that matches, page by page."""
        after = None
        while True:
            page = self.list(limit=_MOST, after=after, order=order, status=status, name=name)
            yield from page["items"]
            after = page["after"]
            if after is None:
                return

    def get(self, id: str, *, offset: int = 0, limit: int = _MOST) -> BulkOperationDetails:
        """One operation with its plan and `limit` of its rows from position `offset` on."""
        query = {"offset": offset, "limit": limit}
        path = f"/bulk_operations/{segment(id)}"
        return cast(BulkOperationDetails, self._call("GET", path, query=query))

    def run_until(self, id: str, status: OperationStatus) -> BulkOperation:
        """Jump to the instant at which the operation reaches the status."""
        return self._moved(id, "run_until", {"status": status})

    def move(self, id: str, rows: int) -> BulkOperation:
        """Carry rows out, now, until `rows` of them are done; 0 only starts it."""
        return self._moved(id, "move", {"rows": rows})

    def finish(self, id: str) -> BulkOperation:
        """Carry every row out, now: it ends completed."""
        return self._moved(id, "finish")

    def fail(self, id: str) -> BulkOperation:
        """End it as failed, now, where it stands."""
        return self._moved(id, "fail")

    def cancel(self, id: str) -> BulkOperation:
        """Call it off: it ends failed where it stands, and what is queued never starts."""
        return self._moved(id, "cancel")

    def stick(self, id: str) -> BulkOperation:
        """Let it stay where it stands until it is moved by hand."""
        return self._moved(id, "stick")

    def _moved(self, id: str, action: str, body: object = None) -> BulkOperation:
        path = f"/bulk_operations/{segment(id)}/{action}"
        return cast(BulkOperation, self._call("POST", path, body))
