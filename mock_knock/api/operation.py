"""The last stage: one operation of the documents, prepared at start, carried out per request.

The world is brought to now, the handler runs to its end without awaiting, and so every request is
atomic and sees the effects of everything that was due before it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from inspect import isawaitable
from typing import Any

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations.abstract import AbstractOperation

from mock_knock.api.body import BodyReader, read_body, undescribed_body
from mock_knock.api.errors import ApiError, invalid
from mock_knock.api.examples import Example
from mock_knock.api.exchange import (
    EXCHANGE,
    Answer,
    Exchange,
    Reply,
    Request,
    Scope,
    ServerRequest,
)
from mock_knock.api.masking import told_control_call
from mock_knock.api.query import QueryBinder
from mock_knock.api.response_check import ResponseCheck
from mock_knock.api.schemas import Schemas
from mock_knock.api.self_description import Published, PublishedOperation
from mock_knock.api.service import Described, Service
from mock_knock.api.streaming import unless_left
from mock_knock.api.violations import Violation, details, violations
from mock_knock.api.wishes import PLAN, refused
from mock_knock.world.errors import MissingCredentialError, MissingError, WorldError
from mock_knock.world.events import NOTHING
from mock_knock.world.plans import Plan, PlanBook, PlanError

Handler = Callable[[Any], Any]
"""Parses nothing more, calls the world, answers with what becomes the JSON (None for a 204).

It is given a `Request`, or a `ServerRequest` where the document asks for no key. A `Reply` in place
of the value also says which headers go with it, an `Answer` is sent as it is. What is awaitable is
awaited, the world going on meanwhile: the control plane may wait for something to happen.
"""

TIER = "x-ratelimit-tier"
"""How many calls a second the vendor allows: see `world/rate_limits.py`."""

IDEMPOTENT = "x-idempotent"
READS_ONLY = "x-mock-knock-reads-only"
"""Marks the calls of the control plane that change nothing, although they are no GET."""


class Operation:
    """One operation with everything that can be prepared before the first request."""

    def __init__(
        self,
        operation_id: str,
        method: str,
        node: dict[str, Any],
        handler: Handler,
        schemas: Schemas,
    ) -> None:
        self._handler = handler
        self._for_server = node.get("security") == []
        self._steers = READS_ONLY not in node
        self._idempotent = node.get(IDEMPOTENT) is True
        self.status = int(next(s for s in node["responses"] if s.startswith("2")))
        parameters = {
            place: [p for p in node.get("parameters", []) if p["in"] == place]
            for place in ("path", "query")
        }
        self._query = QueryBinder(parameters["query"], schemas, f"{operation_id}/query")
        self._path = None
        if any(p["schema"].keys() - {"type"} for p in parameters["path"]):
            schema = {"properties": {p["name"]: p["schema"] for p in parameters["path"]}}
            self._path = schemas.validator(schema, f"{operation_id}/path")
        self._body: BodyReader | None = None
        if "requestBody" in node:
            content = node["requestBody"]["content"]
            schema = content["application/json"]["schema"]
            self._body = BodyReader(
                schemas.validator(schema, f"{operation_id}/requestBody"),
                required=bool(node["requestBody"].get("required")),
                takes_yaml="application/yaml" in content,
            )
        self._is_bulk = _submits(method, node, self.status)
        self._example = Example(node, self.status)

    def violations(
        self, path_parameters: Mapping[str, str], query_string: bytes, body: bytes
    ) -> Iterator[tuple[str, Violation]]:
        """What in a request breaks the documents, each with its part: path, query or body.

        Raises ApiError for what cannot be read at all.
        """
        if self._path is not None:
            yield from (("path", v) for v in violations(self._path, path_parameters))
        yield from (("query", v) for v in self._query.violations(query_string))
        if self._body is not None:
            yield from (("body", v) for v in self._body.violations(body))

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        exchange: Exchange = scope[EXCHANGE]
        if self._path is not None and not self._path.is_valid(scope["path_params"]):
            raise invalid(details(self._path, scope["path_params"], "path"))
        query = {}
        if scope["query_string"]:
            query = self._query.bind(scope["query_string"], strict=exchange.is_control)
        if not query and self._query.required:
            query = self._query.bind(b"")
        body = None
        if scope["method"] not in ("GET", "HEAD"):
            exchange.body = await read_body(exchange, receive, exchange.service.settings.max_body)
            if self._body is not None:
                body = self._body.parse(exchange)
            elif scope["method"] in ("POST", "PUT"):
                body = undescribed_body(exchange)
        if self._for_server:
            value = self._called(ServerRequest(scope["path_params"], query, body, exchange))
            if isawaitable(value):
                value = await _awaited(scope, receive, value)
            exchange.answer = self._answer(value)
            return
        answer = self._carry_out(exchange, query, body)
        if not isinstance(answer, Answer):
            answer = self._answer(await _awaited(scope, receive, answer))
        exchange.answer = answer

    def _called(self, request: ServerRequest) -> Any:
        try:
            return self._handler(request)
        except WorldError as error:
            raise ApiError.from_world(error) from None

    def _carry_out(
        self, exchange: Exchange, query: dict[str, Any], body: Any
    ) -> Answer | Awaitable[Any]:
        environment = exchange.environment
        assert environment is not None, "the security stage opens the environment"
        scope = exchange.scope
        now = environment.world.sync(exchange.service.host_clock())
        key = exchange.header(b"idempotency-key") if self._idempotent else None
        if key:
            text = key.decode("latin-1")
            kept = environment.replays.find(scope["path"], text, exchange.body, now)
            if kept is not None:
                return kept
        events = environment.world.events
        if not exchange.is_control:
            if not exchange.event:
                exchange.tell_request(environment.world, now)
        elif self._steers and scope["method"] not in ("GET", "HEAD"):
            told = told_control_call(exchange)
            exchange.event = events.record("control.called", exchange.request_id, now, told)
        events.cause = exchange.event
        if exchange.plan is not None:
            self._plan(environment.world.plans, exchange.plan)
        request = Request(environment.world, scope["path_params"], query, body, exchange)
        try:
            value = self._handler(request)
        except (MissingError, MissingCredentialError) as error:
            if exchange.service.settings.unknown != "example" or exchange.is_control:
                raise ApiError.from_world(error) from None
            return self._example.answer(scope["path_params"])
        except WorldError as error:
            raise ApiError.from_world(error) from None
        finally:
            events.cause = NOTHING
            environment.world.plans.asked = None
        if isawaitable(value):
            return value
        answer = self._answer(value)
        if key:
            environment.replays.keep(
                scope["path"], text, exchange.body, exchange.request_id, answer, now
            )
        return answer

    def _plan(self, plans: PlanBook, fields: Mapping[str, Any]) -> None:
        """Let the bulk operation of this call go as the call asks."""
        if not self._is_bulk:
            raise refused(PLAN, "is for calls that answer with a bulk operation")
        try:
            plans.asked = Plan.from_json({**plans.default.to_json(), **fields})
        except PlanError as error:
            raise refused(PLAN, f"has a field that cannot be: {error.message}") from None

    def _answer(self, value: Any) -> Answer:
        if isinstance(value, Answer):
            return value
        if self.status == 204:
            return Answer(204)
        if not isinstance(value, Reply):
            return Answer.json(self.status, value)
        headers = [(name.encode(), text.encode()) for name, text in value.headers.items()]
        answer = Answer.json(self.status, value.value, headers)
        answer.partial = value.partial
        return answer


def _submits(method: str, node: dict[str, Any], status: int) -> bool:
    """Whether the operation takes a bulk operation on: it writes, and answers with one."""
    media = node["responses"][str(status)].get("content", {}).get("application/json", {})
    reference: str = media.get("schema", {}).get("$ref", "")
    return method != "get" and reference.endswith("/BulkOperation")


async def _awaited(scope: Scope, receive: Any, value: Awaitable[Any]) -> Any:
    try:
        return await unless_left(scope, receive, value)
    except WorldError as error:
        raise ApiError.from_world(error) from None


class OperationAPI(RoutedAPI[Operation | PublishedOperation]):
    """Every operation of the documents, by its id."""

    def __init__(
        self, specification: Any, *, schemas: Schemas, service: Service, **kwargs: Any
    ) -> None:
        super().__init__(specification, **kwargs)
        self._schemas = schemas
        self._service = service
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> Operation | PublishedOperation:
        """Prepare one operation; Connexion's resolver has found its handler."""
        node = self.specification["paths"][operation.path][operation.method]
        id = str(operation.operation_id)
        if TIER in node:
            self._service.tiers[id] = node[TIER]
        self._service.response_checks[id] = ResponseCheck(id, node["responses"], self._schemas)
        handler: Handler = operation.function
        if isinstance(handler, Published):
            return PublishedOperation(handler)
        made = Operation(id, operation.method, node, handler, self._schemas)
        self._service.operations[id] = Described(operation.path, operation.method, made)
        return made


class Operations(RoutedMiddleware[OperationAPI]):
    """The stage that carries operations out."""

    api_cls = OperationAPI
