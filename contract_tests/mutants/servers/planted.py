"""How a fault is planted: a transport between the kit and a sound server that breaks one rule."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import httpx

from contract_tests.rules import Rule


@dataclass
class Memory:
    """What a broken server remembers, by API key."""

    by_key: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))


class Call:
    """One request on its way to the sound server."""

    def __init__(self, request: httpx.Request, inner: httpx.BaseTransport, memory: Memory) -> None:
        self.request = request
        self.method = request.method
        self.path = unquote(request.url.path)
        self.query = parse_qsl(request.url.query.decode(), keep_blank_values=True)
        self.key = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.content = request.read()
        self._inner = inner
        self._memory = memory

    @property
    def memory(self) -> dict[str, Any]:
        """What is remembered for this key."""
        return self._memory.by_key[self.key]

    @property
    def shared(self) -> dict[str, Any]:
        """What is remembered for all keys."""
        return self._memory.by_key[""]

    @property
    def body(self) -> Any:
        """The JSON sent, None for what is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    def parts(self) -> list[str]:
        """The path's segments after /v1: `["users", "ellie"]`."""
        return self.path.split("/")[2:]

    def forward(
        self,
        method: str | None = None,
        path: str | None = None,
        *,
        body: Any = None,
        query: list[tuple[str, str]] | None = None,
        key: str | None = None,
        without: str = "",
    ) -> httpx.Response:
        """The sound server's answer, to this request or to one that differs so.

        without: a header to leave out.
        """
        url = self.request.url
        if path is not None:
            url = url.copy_with(path=path, query=None)
        if query is not None:
            url = url.copy_with(query=urlencode(query).encode())
        headers = {
            n: v for n, v in self.request.headers.items() if n not in (without, "content-length")
        }
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        content = self.content if method is None or body is not None else b""
        if body is not None:
            content = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        sent = httpx.Request(method or self.method, url, headers=headers, content=content)
        response = self._inner.handle_request(sent)
        response.read()
        return response


def shown(response: httpx.Response) -> Any:
    """The JSON of an answer, None for what is none."""
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def answer(
    status: int, body: Any = None, like: httpx.Response | None = None, **headers: str
) -> httpx.Response:
    """An answer of the broken server's own, with the headers of another where that is given."""
    base = {} if like is None else dict(like.headers)
    base.pop("content-length", None)
    base.setdefault("x-request-id", "a-broken-servers-own")
    base["content-type"] = "application/json"
    base.update({name.replace("_", "-"): value for name, value in headers.items()})
    content = b"" if body is None else json.dumps(body).encode()
    return httpx.Response(status, headers=base, content=content)


def changed(response: httpx.Response, body: Any) -> httpx.Response:
    """The same answer with another body."""
    return answer(response.status_code, body, response)


def problem(status: int, code: str, message: str = "No.") -> httpx.Response:
    """An error in Knock's envelope."""
    type_ = "authentication_error" if status == 401 else "invalid_request_error"
    return answer(status, {"code": code, "message": message, "status": status, "type": type_})


@dataclass(frozen=True)
class Fault:
    """One broken server.

    name: in words of Python. sentence: what it does wrong.
    rule: the one that it breaks. suite: the one that has to catch it.
    """

    name: str
    sentence: str
    rule: Rule
    suite: str
    handle: Callable[[Call], httpx.Response] = field(compare=False)


_FAULTS: list[Fault] = []
Handler = Callable[[Call], httpx.Response]


def planted(rule: Rule, suite: str = "") -> Callable[[Handler], Handler]:
    """Register a function as a broken server; its docstring says what it does wrong."""

    def register(function: Handler) -> Handler:
        sentence = (function.__doc__ or "").strip()
        fault = Fault(function.__name__, sentence, rule, suite or rule.suite, function)
        _FAULTS.append(fault)
        return function

    return register


def planted_so_far() -> list[Fault]:
    """Every fault of the modules imported so far."""
    return list(_FAULTS)


class BrokenServer(httpx.BaseTransport):
    """A transport to a server with one fault. The control plane stays sound."""

    def __init__(self, inner: httpx.BaseTransport, handle: Handler) -> None:
        self._inner = inner
        self._handle = handle
        self._memory = Memory()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the broken server does."""
        if request.url.path.startswith("/_mock_knock"):
            return self._inner.handle_request(request)
        return self._handle(Call(request, self._inner, self._memory))
