"""Builds the HTTP request of a step: operation + parameters + body -> Exchange."""

from __future__ import annotations

import copy
import json
from functools import partial
from typing import Any

from contract_tests.arazzo import pointers
from contract_tests.arazzo.context import Context, Exchange
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.errors import ExpressionError, FlowError, RequestError
from contract_tests.arazzo.linking import LinkedStep
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.model import Parameter, RequestBody
from contract_tests.arazzo.openapi import Operation, OperationParameter
from contract_tests.arazzo.policies import Policies
from contract_tests.arazzo.serialization import (
    body_bytes,
    cookie_pair,
    header_value,
    is_json,
    path_segment,
    query_pairs,
    query_string,
    renderer,
)
from contract_tests.arazzo.templates import evaluate, fill, parse_template
from contract_tests.arazzo.transport import Request, find_header

SILENT = "Arazzo 1.0.1, Runtime Expressions (silent)"


def build_exchange(
    linked: LinkedStep,
    operation: Operation,
    context: Context,
    *,
    base_url: str,
    api_key: str | None,
    policies: Policies,
    remarks: Diagnostics,
) -> Exchange:
    """The exchange of a step, its response still to come.

    With an `api_key`, and no Authorization header from the document, the OpenAPI documents' bearer
    scheme is followed. Raises RequestError or ExpressionError, with the place at fault.
    """
    builder = _Builder(context, policies, remarks)
    query: list[str] = []
    paths: dict[str, Any] = {}
    queries: dict[str, Any] = {}
    headers: list[tuple[str, str]] = []
    cookies: list[str] = []
    for parameter in linked.parameters:
        value = builder.parameter(parameter)
        if value is MISSING:
            continue
        declared = _declared(parameter, operation)
        with _At(parameter.place):
            if parameter.location == "path":
                paths[parameter.name] = value
            elif parameter.location == "query":
                queries[parameter.name] = value
                query.append(query_string(query_pairs(value, declared)))
            elif parameter.location == "header":
                headers.append((parameter.name, header_value(value, declared)))
            else:
                cookies.append(cookie_pair(value, declared))
    path = _fill_path(linked, operation, paths)
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    if api_key and operation.secured and find_header(headers, "Authorization") is None:
        key = OperationParameter("Authorization", "header", "simple", explode=False)
        headers.append(("Authorization", header_value(f"Bearer {api_key}", key)))
    payload, content = MISSING, None
    if linked.step.request_body is not None:
        body = linked.step.request_body
        content_type = find_header(headers, "Content-Type") or _content_type(body, operation)
        with _At(body.place):
            payload = builder.payload(body, content_type)
            if payload is not MISSING:
                content = body_bytes(payload, content_type)
                if find_header(headers, "Content-Type") is None:
                    headers.append(("Content-Type", content_type))
    url = base_url.rstrip("/") + path + (f"?{'&'.join(query)}" if query else "")
    request = Request(operation.method, url, tuple(headers), content)
    return Exchange(request, path=paths, query=queries, payload=payload)


class _Builder:
    def __init__(self, context: Context, policies: Policies, remarks: Diagnostics) -> None:
        self._context = context
        self._policies = policies
        self._remarks = remarks

    def parameter(self, parameter: Parameter) -> Any:
        """A parameter's value; MISSING where it is left out (null counts as left out)."""
        with _At(parameter.place):
            value = self._fill(parameter.value, parameter.place)
            if value is not MISSING and value is not None:
                return value
            if parameter.location == "path":
                raise RequestError(
                    f"the path parameter {parameter.name!r} has no value ({parameter.value})"
                )
        return MISSING

    def payload(self, body: RequestBody, content_type: str) -> Any:
        """The payload with its expressions evaluated and its replacements made, or MISSING."""
        payload = body.payload
        if isinstance(payload, str) and not parse_template(payload, self._policies.bare).whole:
            payload = evaluate(
                payload, self._context, bare=self._policies.bare, render=renderer(content_type)
            )
            if is_json(content_type):
                payload = _parse_json(payload)
        elif payload is not MISSING:
            payload = self._fill(payload, body.place)
        if body.replacements:
            # The payload may share parts with the inputs, which must stay as they are.
            payload = copy.deepcopy({} if payload is MISSING else payload)
        for replacement in body.replacements:
            with _At(replacement.place):
                value = self._fill(replacement.value, replacement.place)
                if value is MISSING:
                    continue
                try:
                    payload = pointers.put(payload, pointers.parse(replacement.target), value)
                except pointers.PointerError as error:
                    raise RequestError(str(error)) from None
        return payload

    def _fill(self, value: Any, place: str) -> Any:
        note = partial(self._remarks.add, "absent-value", SILENT, place)
        return fill(value, self._context, self._policies, note)


class _At:
    """Gives errors raised inside the place in the document that they come from."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FlowError) and not error.place:
            error.place = self._place
        if isinstance(error, UnicodeEncodeError):
            raise RequestError("holds characters that UTF-8 cannot carry", self._place) from None


def _fill_path(linked: LinkedStep, operation: Operation, values: dict[str, Any]) -> str:
    by_name = {p.name: p for p in linked.parameters if p.location == "path"}
    # Split once and fill the pieces, so that a value that holds `{id}` is not filled again.
    pieces = operation.path.split("{")
    path = pieces[0]
    for piece in pieces[1:]:
        name, _, after = piece.partition("}")
        with _At(by_name[name].place):
            path += path_segment(values[name], _declared(by_name[name], operation)) + after
    return path


def _declared(parameter: Parameter, operation: Operation) -> OperationParameter:
    location = parameter.location or ""
    found = operation.parameters.get((location, parameter.name))
    if found is not None:
        return found
    form = location in ("query", "cookie")
    return OperationParameter(parameter.name, location, "form" if form else "simple", form)


def _content_type(body: RequestBody, operation: Operation) -> str:
    """Arazzo 1.0.1, Request Body Object: the document's, else the operation's, else JSON."""
    if body.content_type is not None:
        return body.content_type
    offered = [kind for kind in operation.content_types if "*" not in kind]
    return next((kind for kind in offered if is_json(kind)), (*offered, "application/json")[0])


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"the payload's text is not JSON when filled in: {error}") from None
