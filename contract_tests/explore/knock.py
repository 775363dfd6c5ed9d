"""A Knock in memory that answers as a script says, and remembers what it was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema.exceptions import best_match  # type: ignore[import-untyped, unused-ignore]

from contract_tests.arazzo import Clock, Request, Response, TransportError
from contract_tests.arazzo.limits import Stopped
from contract_tests.explore.operation import JSON, Operation
from contract_tests.explore.script import Script
from contract_tests.surface import Described, Role
from contract_tests.surface.validation import problems

BASE = "http://knock.test"
API_KEY = "sk_explore"
RETRY_AFTER = 30
"""Seconds: longer than a flow would wait of its own accord, so that ignoring it shows."""

_WAIT = (*JSON, ("Retry-After", str(RETRY_AFTER)))
_CODES = {
    "401": "authentication_error",
    "404": "resource_missing",
    "422": "invalid_params",
    "429": "rate_limited",
    "500": "internal_error",
    "503": "unavailable",
    "504": "gateway_timeout",
}
_REFUSALS = {
    code: Response(
        int(code),
        _WAIT if code in ("429", "503") else JSON,
        json.dumps({"code": name, "message": f"as the history says: {code}", "status": int(code),
                    "type": "api_error"}).encode(),
    )
    for code, name in _CODES.items()
}  # fmt: skip
_BEARER = re.compile(r"Bearer [\w.~+/=-]+")
"""Any key will do, but no expression that was left as it is (RFC 6750, 2.1)."""
READ_ERRORS = ("401", "404", "422", "429", "500", "503", "cut")
WRITE_ERRORS = (*READ_ERRORS, "504", "cut-before")
TAKEN = frozenset({"cut", "504"})
"""Words for requests that the server did as it was asked, and whose answer does not say so."""


@dataclass(slots=True)
class Event:
    """One request and what became of it.

    at: clock seconds. answer: the script's word, or `refused` where the request was at fault.
    status: of the response; None where the connection was cut. effect: whether the server did what
    it was asked. operation: the bulk operation that was submitted or polled. seen: of every
    operation, the status that the client had been shown when it sent this.
    """

    at: float
    target: Target
    request: Request
    answer: str = ""
    status: int | None = None
    effect: bool = False
    operation: Operation | None = None
    seen: tuple[tuple[Operation, str | None], ...] = ()

    @property
    def role(self) -> Role:
        """The part that the called operation plays."""
        return self.target.role

    @property
    def same_as(self) -> tuple[str, str, bytes | None]:
        """What makes two requests the same request."""
        return self.request.method, self.request.url, self.request.content


class Target:
    """An operation of the documents, ready to recognise and answer requests."""

    def __init__(self, described: Described) -> None:
        self.described = described
        self.role = described.role
        self.method = described.operation.method
        pieces = re.split(r"\{([^}]+)\}", described.operation.path)
        self.pattern = re.compile(
            "".join(re.escape(p) if n % 2 == 0 else "([^/]*)" for n, p in enumerate(pieces))
        )
        self.errors = READ_ERRORS if self.method in ("GET", "HEAD") else WRITE_ERRORS
        self._checked: dict[bytes | None, str | None] = {}

    @cached_property
    def success(self) -> Response:
        """The documented success."""
        status = self.described.success[0]
        body = _last_page(self.described.answer())
        content = b"" if body is None or status == 204 else json.dumps(body).encode()
        return Response(status, JSON if content else (), content)

    def wrong(self, content: bytes | None) -> str | None:
        """What is wrong with a request's body, by its schema; None where nothing is."""
        if content not in self._checked:
            self._checked[content] = self._check(content)
        return self._checked[content]

    def _check(self, content: bytes | None) -> str | None:
        if content is None:
            return "a body is missing" if self.described.body_required else None
        schema = self.described.body_schema
        if schema is None:
            return None
        try:
            value = json.loads(content)
        except ValueError:
            return "the body is not JSON"
        error = best_match(problems(schema, value))
        return None if error is None else f"{error.json_path}: {error.message}"[:200]


class Catalogue:
    """The targets of a program, found by method and URL."""

    def __init__(self, described: Iterable[Described]) -> None:
        self.targets = [Target(each) for each in described]
        self._found: dict[tuple[str, str], tuple[Target, tuple[str, ...]]] = {}

    def find(self, method: str, url: str) -> tuple[Target, tuple[str, ...]]:
        """The target of a request, and the values of its path parameters."""
        key = (method, url)
        if key not in self._found:
            path = urlsplit(url).path
            matches = [
                (target, match)
                for target in self.targets
                if target.method == method and (match := target.pattern.fullmatch(path))
            ]
            # The fewest parameters: /users/bulk/identify before /users/{id}/{action}.
            target, match = min(matches, key=lambda found: len(found[1].groups()))
            self._found[key] = target, tuple(map(unquote, match.groups()))
        return self._found[key]

    def has(self, role: Role) -> bool:
        """Whether the flow calls an operation of that role."""
        return any(target.role == role for target in self.targets)


class ScriptedKnock:
    """A transport. One history: make a new one for each run.

    strangers: the rows of operations that were submitted before the run. first: the number that
    the ids of the run's own operations begin with. most: requests, before the run is stopped.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        script: Script,
        clock: Clock,
        strangers: tuple[str, ...] = (),
        first: int = 1,
        most: int | None = None,
    ) -> None:
        self.events: list[Event] = []
        self.operations: dict[str, Operation] = {}
        self._catalogue = catalogue
        self._script = script
        self._clock = clock
        self._strangers = strangers
        self._first = first
        self._most = most
        self._idempotent: dict[str, Response] = {}

    def send(self, request: Request) -> Response:
        """Answer as the script says. Raises TransportError where it cuts the connection.

        Raises Stopped for the request after the last that is allowed.
        """
        if self._most is not None and len(self.events) > self._most:
            raise Stopped(f"more than {self._most} requests were made")
        target, values = self._catalogue.find(request.method, request.url)
        event = Event(self._clock.now(), target, request)
        event.seen = tuple((each, each.last_shown) for each in self.operations.values())
        self.events.append(event)
        refusal = self._refusal(event, values)
        if refusal is not None:
            event.answer, event.status = "refused", refusal.status
            return refusal
        usual = event.operation.options() if event.operation is not None else ("ok",)
        word = self._script.choose((*usual, *target.errors))
        event.answer = word
        if word == "cut-before":
            raise TransportError("the connection was cut before the request arrived")
        if word in TAKEN:
            self._success(event, usual[0], lost=True)
        if word in _REFUSALS:
            event.status = int(word)
            return _REFUSALS[word]
        if word == "cut":
            raise TransportError("the connection was cut before the answer arrived")
        response = self._success(event, word, lost=False)
        event.status = response.status
        return response

    def _refusal(self, event: Event, values: tuple[str, ...]) -> Response | None:
        """What a sound server says to a request that is itself at fault."""
        operation = event.target.described.operation
        authorization = event.request.header("Authorization")
        if operation.secured and not _BEARER.fullmatch(authorization or ""):
            return _refuse(401, "the Authorization header has no Bearer key")
        wrong = event.target.wrong(event.request.content)
        if wrong is not None:
            return _refuse(422, wrong)
        if event.role is not Role.POLL:
            strange = next((each for each in values if self._is_no_name(each)), None)
            if strange is not None:
                return _refuse(404, f"nothing has the key or the id {strange!r}")
        else:
            event.operation = self._polled(values[-1] if values else "")
            if event.operation is None:
                named = repr(values[-1]) if values else "without an id"
                return _refuse(404, f"there is no bulk operation {named}")
        return None

    def _is_no_name(self, value: str) -> bool:
        """Whether a part of a path is what nobody calls a workflow, a user or an object."""
        return value in self.operations or value.startswith(("[", "{", "$"))

    def _polled(self, id: str) -> Operation | None:
        if id not in self.operations and not self._catalogue.has(Role.SUBMIT):
            # The flow was given the id: the operation was submitted before it began.
            self.operations[id] = Operation(id, self._strangers, None)
        return self.operations.get(id)

    def _success(self, event: Event, word: str, *, lost: bool) -> Response:
        event.effect = True
        if event.role is Role.SUBMIT:
            number = len(self.operations) + self._first
            id = f"00000000-0000-4000-8000-{number:012d}"
            operation = Operation(
                id,
                _rows(event.request.content),
                event.request.content,
                event.target.described.name,
            )
            event.operation = self.operations[id] = operation
            return _answer(operation, lost)
        if event.operation is not None:
            event.operation.advance(word)
            return _answer(event.operation, lost)
        key = event.request.header("Idempotency-Key") or ""
        if event.role is Role.TRIGGER and key:
            event.effect = key not in self._idempotent
            return self._idempotent.setdefault(key, event.target.success)
        return event.target.success


def _answer(operation: Operation, lost: bool) -> Response:
    if not lost:
        operation.shown.append(operation.status)
    return operation.answer()


def _last_page(body: Any) -> Any:
    """A list's answer as its only page, so that whoever follows cursors comes to an end."""
    if isinstance(body, dict) and isinstance(body.get("page_info"), dict):
        return {**body, "page_info": {**body["page_info"], "after": None, "before": None}}
    return body


def _refuse(status: int, message: str) -> Response:
    body = {"code": "refused", "message": message, "status": status, "type": "api_error"}
    return Response(status, JSON, json.dumps(body).encode())


def _rows(content: bytes | None) -> tuple[str, ...]:
    """The ids of the rows in a bulk body: of the first list that it holds."""
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        return ()
    lists = (
        [value for value in body.values() if isinstance(value, list)]
        if isinstance(body, dict)
        else []
    )
    return tuple(
        str(row.get("id")) if isinstance(row, dict) else str(row) for row in (lists or [[]])[0]
    )
