"""Outbound webhooks: endpoints, and the log of deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from mock_knock.client.answers import WebhookAnswer, WebhookDeliveryPage
from mock_knock.client.connection import Connection, segment


class WebhookCalls:
    """Calls under `/webhooks` and `/webhook_deliveries`.

    The fields of an endpoint are those of a fixtures file (docs/webhooks.md).
    """

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def list(self) -> list[WebhookAnswer]:
        """The endpoints, in order, their secrets masked."""
        return cast("list[WebhookAnswer]", self._call("GET", "/webhooks")["items"])

    def add(self, url: str, secret: str, **fields: Any) -> WebhookAnswer:
        """Add an endpoint; without an `id` it gets one that follows from its URL."""
        body = {"url": url, "secret": secret, **fields}
        return cast(WebhookAnswer, self._call("POST", "/webhooks", body))

    def put(self, id: str, endpoint: Mapping[str, Any]) -> WebhookAnswer:
        """Put an endpoint under that id; without a `secret` it keeps the one it has."""
        path = f"/webhooks/{segment(id)}"
        return cast(WebhookAnswer, self._call("PUT", path, dict(endpoint)))

    def remove(self, id: str) -> None:
        """Take an endpoint away; what is pending is called off."""
        self._call("DELETE", f"/webhooks/{segment(id)}")

    def deliveries(
        self, *, after: str | None = None, page_size: int | None = None, **criteria: Any
    ) -> WebhookDeliveryPage:
        """A page of the log, the newest first.

        Criteria are `endpoint_id`, `state`, `event` and `subject`.
        """
        query = {"after": after, "page_size": page_size, **criteria}
        answer = self._call("GET", "/webhook_deliveries", query=query)
        return cast(WebhookDeliveryPage, answer)

    def delivery(self, id: str) -> dict[str, Any]:
        """One delivery with its body and its attempts."""
        return cast("dict[str, Any]", self._call("GET", f"/webhook_deliveries/{segment(id)}"))

    def redeliver(self, id: str) -> dict[str, Any]:
        """Send the same body once more, as a new delivery."""
        path = f"/webhook_deliveries/{segment(id)}/redeliver"
        return cast("dict[str, Any]", self._call("POST", path))
