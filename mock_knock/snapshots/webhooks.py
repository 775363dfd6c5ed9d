"""The section of webhook endpoints. What was posted, or was to be, is no part of a snapshot."""

from __future__ import annotations

from typing import Any

from mock_knock.snapshots.faults import reading
from mock_knock.world.environment import Environment
from mock_knock.world.webhook_endpoints import WebhookEndpoint

Json = dict[str, Any]


def write_webhooks(world: Environment) -> Json:
    """`webhooks`, in the order of the endpoints, each with its secret."""
    return {"webhooks": [endpoint.to_fixture() for endpoint in world.webhooks]}


def read_webhooks(document: Json) -> list[WebhookEndpoint]:
    """The endpoints. Raises SnapshotError for one that cannot be."""
    found = []
    for at, given in enumerate(document["webhooks"]):
        with reading("webhooks", at):
            found.append(WebhookEndpoint.from_json(given))
    return found
