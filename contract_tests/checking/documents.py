"""The OpenAPI documents as the kit needs them: operations by request, and answers judged."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import schemathesis
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok

from contract_tests.conformance.document import readable_document
from contract_tests.rules import Rule
from contract_tests.rules.protocol import CONTENT_TYPE, DOCUMENTED_STATUS, SCHEMA

TIERS = {1: 1, 2: 5, 3: 60, 4: 200, 5: 1000}
"""Requests a second for one operation (Knock API reference, Rate limits)."""


@dataclass(frozen=True)
class Operation:
    """One operation of the documents.

    per_second: how many requests a second its tier lets through.
    public: whether a public key may call it.
    idempotent: whether it honours an Idempotency-Key.
    takes_body: whether a JSON body is documented.
    required: names of the query that it cannot go without.
    """

    id: str
    method: str
    path: str
    success: int
    per_second: int
    public: bool
    idempotent: bool
    takes_body: bool
    required: tuple[str, ...]
    pattern: re.Pattern[str]
    schema: Any
    statuses: frozenset[str]


class Documents:
    """Every operation of Knock's runtime API."""

    def __init__(self) -> None:
        self.document = readable_document()
        schema = schemathesis.openapi.from_dict(self.document)
        self.operations = [
            _operation(found.ok()) for found in schema.get_all_operations() if isinstance(found, Ok)
        ]
        # A literal segment goes before a parameter: .../messages/archived before {message_id}.
        self.operations.sort(key=lambda operation: operation.path.replace("{", "~"))
        self.by_id = {operation.id: operation for operation in self.operations}
        self._routes: dict[tuple[str, int], list[Operation]] = {}
        for operation in self.operations:
            route = (operation.method, operation.path.count("/"))
            self._routes.setdefault(route, []).append(operation)

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request, by its path without the query; None where there is none."""
        for operation in self._routes.get((method, path.count("/")), []):
            if operation.pattern.fullmatch(path):
                return operation
        return None

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        """What a reference within the document leads to; the node itself where it is none."""
        while "$ref" in node:
            found: Any = self.document
            for token in node["$ref"].removeprefix("#/").split("/"):
                found = found[token.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def find_template(self, label: str) -> str:
        """The id of the operation `METHOD /path/{as}/documented`; the label where there is none."""
        found = (o.id for o in self.operations if f"{o.method} {o.path}" == label)
        return next(found, label)

    def faults(self, operation: Operation, response: httpx.Response) -> list[tuple[Rule, str]]:
        """What of the answer is not as documented: the rule, and what is wrong."""
        faults: list[tuple[Rule, str]] = []
        content_type = response.headers.get("content-type", "")
        if response.status_code == 204:
            if response.content:
                faults.append((CONTENT_TYPE, f"a 204 with {len(response.content)} bytes of body"))
        elif content_type.partition(";")[0].strip() != "application/json":
            faults.append((CONTENT_TYPE, f"{content_type or 'no content type'}"))
        if str(response.status_code) not in operation.statuses:
            faults.append((DOCUMENTED_STATUS, f"{response.status_code} is not documented"))
            return faults
        response.elapsed = datetime.timedelta(0)
        try:
            operation.schema.validate_response(response)
        except FailureGroup as group:
            faults += [(SCHEMA, _first(str(f))) for f in group.exceptions]
        except Failure as failure:
            if not faults:
                faults.append((SCHEMA, _first(str(failure))))
        return faults


@cache
def the_documents() -> Documents:
    """The documents, read once in a process."""
    return Documents()


def _operation(found: Any) -> Operation:
    raw = found.definition.raw
    statuses = [str(status) for status in raw["responses"]]
    pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(found.path))
    return Operation(
        id=raw["operationId"],
        method=found.method.upper(),
        path=found.path,
        success=min(int(status) for status in statuses if status.startswith("2")),
        per_second=TIERS[raw.get("x-ratelimit-tier", 5)],
        public=bool(raw.get("x-knock-public-key")),
        idempotent=bool(raw.get("x-idempotent")),
        takes_body="requestBody" in raw,
        required=tuple(
            one["name"].removesuffix("[]")
            for one in raw.get("parameters", [])
            if one.get("in") == "query" and one.get("required")
        ),
        pattern=re.compile(pattern),
        schema=found,
        statuses=frozenset(statuses),
    )


def _first(text: str) -> str:
    """The part of schemathesis' words that says what is wrong and where."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wrong = next((line for line in lines if not line.startswith("Response violates")), text)
    place = next((line for line in lines if line.startswith("Schema at")), "")
    return f"{wrong} ({place.rstrip(':')})" if place else wrong
