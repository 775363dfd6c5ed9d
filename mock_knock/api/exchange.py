"""One request on its way through the stages, and the answer it gets."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from mock_knock.api.hosts import base_url
from mock_knock.api.journal import Note

if TYPE_CHECKING:
    from mock_knock.api.environments import ApiEnvironment
    from mock_knock.api.service import Service
    from mock_knock.world.environment import Environment
    from mock_knock.world.fault_book import Fault
    from mock_knock.world.instants import Instant

Scope = Any
"""An ASGI connection scope; Connexion and Starlette type it as a mutable mapping."""

CONTROL_PATH = "/_mock_knock/"

EXCHANGE = "mock_knock.exchange"
"""The key under which a scope carries its `Exchange`."""

IN_PROCESS = "mock_knock.in_process"
"""In the scope of a request that comes without a socket, so that its answer cannot wait."""

_JSON = (b"content-type", b"application/json")


@dataclass(slots=True)
class Answer:
    """What goes back: a status, headers (lower-case names) and the body's bytes.

    `partial`: see `Reply`. `stream`, where there is one, goes in place of the body, piece by piece
    until it ends or the client leaves. `page`: it is for people, and no document describes it.
    """

    status: int
    body: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    partial: bool = False
    stream: AsyncGenerator[bytes, None] | None = None
    page: bool = False

    @classmethod
    def json(
        cls, status: int, value: Any, headers: list[tuple[bytes, bytes]] | None = None
    ) -> Answer:
        """An answer with a JSON body."""
        return cls(status, orjson.dumps(value), [_JSON, *(headers or ())])


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers when there is more to say than a value.

    `headers` go with the answer. `partial`: the client asked for fields to be left out, so even
    fields that the documents require may be missing.
    """

    value: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False


class Exchange:
    """One request: what each stage found out about it, for the stages behind.

    `given` are the request's headers. `is_control`: whether it is for the control plane. `event` is
    the number of its `request` event in the environment's stream, 0 before there is one. `began` is
    when it came, in the host's seconds. `fault` is what goes wrong with it, `plan` has the fields
    of the plan that it asks for, `headers` go with the answer whatever it is.
    """

    __slots__ = (
        "answer",
        "began",
        "body",
        "environment",
        "event",
        "fault",
        "given",
        "headers",
        "is_control",
        "notes",
        "operation_id",
        "plan",
        "request_id",
        "scope",
        "service",
    )

    def __init__(self, service: Service, scope: Scope) -> None:
        self.service = service
        self.scope = scope
        path: str = scope["path"]
        self.is_control = path.startswith(CONTROL_PATH) or path == CONTROL_PATH[:-1]
        # By name, the first of several with one name.
        self.given: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        self.request_id: str = service.next_request_id()
        self.environment: ApiEnvironment | None = None
        self.operation_id: str | None = None
        self.event = 0
        self.fault: Fault | None = None
        self.plan: Mapping[str, Any] | None = None
        self.headers: tuple[tuple[bytes, bytes], ...] = ()
        self.notes: tuple[Note, ...] = ()
        self.began = perf_counter()
        self.body = b""
        self.answer: Answer | None = None

    def tell_request(self, world: Environment, now: Instant) -> int:
        """Record the `request` event, once; its number."""
        if not self.event:
            told = {"method": self.scope["method"], "path": self.scope["path"]}
            self.event = world.events.record("request", self.request_id, now, told)
        return self.event

    def explain(self, kind: str, text: str, **data: Any) -> None:
        """Leave a note on how the request is answered, for `GET /_mock_knock/requests/{id}`.

        Say what its answer does not tell by itself: which fault came up, which rule chose it.
        """
        self.notes = (*self.notes, Note(kind, text, data))

    def header(self, name: bytes) -> bytes | None:
        """The value of a request header, by its lower-case name; None when it is not there."""
        return self.given.get(name)


class Request(NamedTuple):
    """A valid request, as a handler sees it.

    `path` and `query` hold the declared parameters by name, converted; `body` is the parsed JSON
    (None where the operation has none).
    """

    world: Environment
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    exchange: Exchange

    @property
    def base_url(self) -> str:
        """The server's address as the client used it, such as `http://127.0.0.1:4010`."""
        return base_url(self.exchange.scope)

    @property
    def environment(self) -> ApiEnvironment:
        """The world with what the HTTP side keeps beside it."""
        environment = self.exchange.environment
        assert environment is not None, "the security stage opens the environment"
        return environment

    @property
    def service(self) -> Service:
        """The server."""
        return self.exchange.service


class ServerRequest(NamedTuple):
    """A valid request for the server as a whole: for an operation with `security: []`."""

    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    exchange: Exchange

    @property
    def service(self) -> Service:
        """The server."""
        return self.exchange.service
