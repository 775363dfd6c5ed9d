"""The outermost stage: each request gets exactly one answer, each error is in the envelope."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from mock_knock.api.body import ClientDisconnectedError
from mock_knock.api.cors import cors_headers
from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import EXCHANGE, Answer, Exchange, Scope
from mock_knock.api.fault_stage import altered
from mock_knock.api.faulty_send import send_faulty
from mock_knock.api.guard import ANSWER_HEADERS
from mock_knock.api.journal import JournalEntry
from mock_knock.api.security import key_and_branch
from mock_knock.api.service import Service
from mock_knock.api.streaming import send_stream
from mock_knock.wire import WIRE
from mock_knock.world.events import NOTHING

access = logging.getLogger("mock_knock.access")


class BrokenContractError(AssertionError):
    """An answer of ours that the OpenAPI documents do not allow."""


class Boundary:
    """Opens an exchange for each request, and sends, checks and notes down its answer."""

    def __init__(self, app: Any, *, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        exchange = Exchange(self.service, scope)
        scope[EXCHANGE] = exchange
        try:
            await self._answer(exchange, receive, send)
        finally:
            # The two point to each other, which would leave them to the garbage collector.
            del scope[EXCHANGE]

    async def _answer(self, exchange: Exchange, receive: Any, send: Any) -> None:
        scope = exchange.scope
        try:
            await self.app(scope, receive, send)
            answer = exchange.answer
            if answer is None:
                raise RuntimeError(f"no stage answered {scope['method']} {scope['path']}")
        except ApiError as error:
            answer = Answer.json(error.status, error.to_json(), error.headers)
        except ClientDisconnectedError:
            return
        except Exception as error:
            answer = self._failed(error)
        carried_out = exchange.fault is None or exchange.fault.carried_out
        if self.service.settings.check_responses and carried_out and not answer.page:
            answer = self._checked(answer, exchange)
        if exchange.fault is not None:
            answer = altered(answer, exchange, exchange.fault)
        self._note(exchange, answer)
        await _send(exchange, receive, send, answer)

    def _checked(self, answer: Answer, exchange: Exchange) -> Answer:
        """The answer, or a 500 in its place when the documents do not allow it."""
        problem = self.service.response_checks[exchange.operation_id or ""].problem(answer)
        if problem is None:
            return answer
        return self._failed(BrokenContractError(problem))

    def _failed(self, error: Exception) -> Answer:
        self.service.record_error(error)
        message = "The server failed; its log has the reason under this call's x-request-id"
        envelope = ApiError(500, "internal_error", message)
        return Answer.json(500, envelope.to_json())

    def _note(self, exchange: Exchange, answer: Answer) -> None:
        scope = exchange.scope
        environment = exchange.environment or self._environment_of(exchange)
        if environment is not None and not exchange.is_control:
            events, now = environment.world.events, environment.world.now
            refused_by = "" if answer.status < 400 else _stage_of(exchange, answer.status)
            if not exchange.event:  # refused before it came to an operation, or a replay
                exchange.tell_request(environment.world, now)
            body = exchange.body
            # A copy: orjson keeps a buffer that is ten times as large as the text in it.
            answer_body = b"".join((answer.body, b""))
            entry = JournalEntry(
                now,
                exchange.request_id,
                exchange.event,
                scope["method"],
                scope["path"],
                scope["raw_path"],
                scope["query_string"],
                tuple(scope["headers"]),
                body,
                exchange.operation_id,
                answer.status,
                tuple(answer.headers),
                answer_body,
                refused_by,
                perf_counter() - exchange.began,
                exchange.notes,
            )
            weight = len(body) + len(answer_body)
            environment.journal.append(entry, weight)
            environment.tally.count(exchange.operation_id, answer.status)
            events.cause = exchange.event
            events.record("answer", exchange.request_id, now, entry, weight)
            events.cause = NOTHING
        if access.isEnabledFor(logging.INFO):
            # The path as it came, percent signs and all: decoded, it could forge a line.
            path = scope["raw_path"].decode("ascii", "backslashreplace")
            access.info("%s %s %s", scope["method"], path, answer.status)

    def _environment_of(self, exchange: Exchange) -> ApiEnvironment | None:
        """The environment of a request that was refused before its key was looked at."""
        key, branch = key_and_branch(exchange)
        return self.service.environments.find(key, branch) if key else None


def _stage_of(exchange: Exchange, status: int) -> str:
    """The stage that a request had come to when it was refused."""
    if exchange.operation_id is None:
        return "routing"
    if exchange.event:
        return "operation"
    return "security" if exchange.environment is None or status in (401, 403) else "validation"


async def _send(exchange: Exchange, receive: Any, send: Any, answer: Answer) -> None:
    headers = [
        *answer.headers,
        *exchange.headers,
        (b"x-request-id", exchange.request_id.encode()),
        *cors_headers(exchange),
        *(ANSWER_HEADERS if exchange.is_control and not answer.page else ()),
    ]
    if answer.stream is not None:
        await send_stream(exchange.scope, receive, send, answer, headers)
        return
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    body = b"" if exchange.scope["method"] == "HEAD" else answer.body
    if exchange.fault is not None:
        await send_faulty(exchange.fault, exchange.scope[WIRE], receive, send, start, body)
        return
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Any, send: Any) -> None:
    """Nothing has to be opened or closed: say so, to servers that ask."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
