"""Outbound webhooks: endpoints, the log of deliveries, and sending one once more."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Request
from mock_knock.api.pagination import page_info, page_request
from mock_knock.world.errors import MissingError, invalid_field
from mock_knock.world.webhook_deliveries import DeliveryFilter
from mock_knock.world.webhook_endpoints import WebhookEndpoint

_KIND = "webhook_deliveries"


def listWebhooks(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/webhooks"""
    webhooks = request.world.webhooks
    return {
        "environment_id": webhooks.environment_id,
        "items": [endpoint.to_json() for endpoint in webhooks],
    }


def addWebhook(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/webhooks"""
    endpoint = WebhookEndpoint.from_json(request.body)
    return request.world.webhooks.add(endpoint).to_json()


def putWebhook(request: Request) -> dict[str, Any]:
    """PUT /_mock_knock/webhooks/{id}"""
    webhooks, id = request.world.webhooks, request.path["id"]
    if request.body.get("id", id) != id:
        raise invalid_field("id", f"must be {id!r}, as in the path, or be left out")
    fields = {**request.body, "id": id}
    if "secret" not in fields:
        try:
            fields["secret"] = webhooks.get(id).secret
        except MissingError:
            raise invalid_field("secret", "is required for a new webhook", "required") from None
    return webhooks.put(WebhookEndpoint.from_json(fields)).to_json()


def removeWebhook(request: Request) -> None:
    """DELETE /_mock_knock/webhooks/{id}"""
    request.world.webhooks.remove(request.path["id"])


def listWebhookDeliveries(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/webhook_deliveries"""
    query, webhooks = request.query, request.world.webhooks
    keep = DeliveryFilter(
        query.get("endpoint_id"), query.get("state"), query.get("event"), query.get("subject")
    )
    page = webhooks.page(page_request(query, _KIND), keep)
    return {
        "items": [delivery.to_json() for delivery in page.rows],
        "page_info": page_info(page, _KIND),
        "given_up": webhooks.given_up,
    }


def getWebhookDelivery(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/webhook_deliveries/{id}"""
    return request.world.webhooks.delivery(request.path["id"]).to_json(with_body=True)


def redeliverWebhook(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/webhook_deliveries/{id}/redeliver"""
    world = request.world
    return world.webhooks.redeliver(request.path["id"], world.now).to_json(with_body=True)
