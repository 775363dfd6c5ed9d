"""The journal of requests.

Criteria are `operation_id`, `method`, `path`, `status`, `since`, `until`, `request_id`, `text` and
`body`, as docs/events.md has them.
"""

from __future__ import annotations

import json
from typing import Any, cast

from mock_knock.client.answers import MatchedRequests, RequestPage
from mock_knock.client.connection import Connection, segment


class RequestCalls:
    """Calls under `/requests`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def list(
        self, *, after: str | None = None, page_size: int | None = None, **criteria: Any
    ) -> RequestPage:
        """A page of the requests that meet the criteria, the newest first."""
        query = {"after": after, "page_size": page_size, **_written(criteria)}
        return cast(RequestPage, self._call("GET", "/requests", query=query))

    def get(self, request_id: str) -> dict[str, Any]:
        """One request with its answer, and why it got that."""
        return cast("dict[str, Any]", self._call("GET", f"/requests/{segment(request_id)}"))

    def wait(self, count: int = 1, *, timeout: float = 10.0, **criteria: Any) -> MatchedRequests:
        """Wait until `count` requests that meet the criteria have come.

        `timeout` is in seconds of the host. Raises ControlError when they have not come by then.
        In process, where nothing may wait, use `mock_knock.requests` of the fixture.
        """
        body = {"count": count, "timeout": timeout, "match": criteria}
        patience = timeout + 10.0
        answer = self._call("POST", "/requests/wait", body, timeout=patience)
        return cast(MatchedRequests, answer)

    def verify(
        self,
        count: int | None = None,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
        **criteria: Any,
    ) -> MatchedRequests:
        """Raise ControlError, with the nearest misses, unless so many meet the criteria."""
        counts = {"count": count, "at_least": at_least, "at_most": at_most}
        body = {name: value for name, value in counts.items() if value is not None}
        answer = self._call("POST", "/requests/verify", {**body, "match": criteria})
        return cast(MatchedRequests, answer)

    def clear(self) -> None:
        """Forget every request."""
        self._call("DELETE", "/requests")


def _written(criteria: dict[str, Any]) -> dict[str, Any]:
    """Criteria as a query has them: those of the body are JSON text."""
    if "body" not in criteria:
        return criteria
    return {**criteria, "body": json.dumps(criteria["body"])}
