"""GET /v1/openapi: the served document itself, as Knock answers its own (Knock docs: reference).

It is no operation of the vendor's document, so it stands in none of ours, and is added here to what
is served. It needs no key, for tools that take an address and nothing else.
"""

from __future__ import annotations

from typing import Any

import orjson

from mock_knock.api.exchange import EXCHANGE, Answer, Exchange, Request, Scope

PATH = "/v1/openapi"
OPERATION_ID = "getOpenApi"

_ERRORS = {
    str(status): {
        "description": "Refused.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for status in (400, 500)
}
_OPERATION: dict[str, Any] = {
    "operationId": OPERATION_ID,
    "summary": "Get the OpenAPI document",
    "security": [],
    "responses": {
        "200": {
            "description": "Every operation that is served, in one document.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **_ERRORS,
    },
}


def with_itself(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the operation that answers it."""
    return {**document, "paths": {**document["paths"], PATH: {"get": _OPERATION}}}


class Published:
    """An answer that is known at start, and the same for everybody: a handler that needs no world.

    `answer` is what the last stage sends.
    """

    def __init__(self, text: bytes) -> None:
        self.answer = Answer(200, text, [(b"content-type", b"application/json")])

    def __call__(self, request: Request) -> Any:
        """The JSON, for whoever calls it as a handler."""
        return orjson.loads(self.answer.body)


class PublishedOperation:
    """The last stage of an operation that needs no environment."""

    def __init__(self, published: Published) -> None:
        self._answer = published.answer

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        exchange: Exchange = scope[EXCHANGE]
        exchange.answer = self._answer
