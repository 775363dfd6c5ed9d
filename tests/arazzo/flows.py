"""Small flows for tests: a step or two over `openapi/small.yml`, and a server that is a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from contract_tests.arazzo import (
    Library,
    Policies,
    Program,
    Request,
    Response,
    Result,
    Servers,
    TransportError,
    VirtualClock,
    link,
    parse_document,
    run,
)

HERE = Path(__file__).parent
OPENAPI = HERE / "openapi"
SEED = HERE / "data" / "knock-bulk-identify-users-notify.seed.arazzo.yml"
BASE = "http://server.test"

Answer = Response | TransportError


def answer(status: int = 200, body: Any = None, **headers: str) -> Response:
    """A JSON response; `Retry_After="1"` becomes the header Retry-After."""
    content = b"" if body is None else json.dumps(body).encode()
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, pairs, content)


class Script:
    """A transport that gives its answers in order, the last for ever, and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers) or [answer()]
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        given = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(given, TransportError):
            raise given
        return given


class Handler:
    """A transport that asks a function for each answer."""

    def __init__(self, handle: Callable[[Request], Answer]) -> None:
        self._handle = handle
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        given = self._handle(request)
        if isinstance(given, TransportError):
            raise given
        return given


def flow(
    *steps: Mapping[str, Any],
    workflows: Iterable[Mapping[str, Any]] = (),
    components: Mapping[str, Any] | None = None,
    sources: Mapping[str, str] | None = None,
    **workflow: Any,
) -> dict[str, Any]:
    """An Arazzo document as a JSON value: one workflow `main` of these steps, and others."""
    listed = sources or {"small": "small.yml"}
    document: dict[str, Any] = {
        "arazzo": "1.0.1",
        "info": {"title": "A flow", "version": "1"},
        "sourceDescriptions": [
            {"name": name, "url": url, "type": "arazzo" if ".arazzo." in url else "openapi"}
            for name, url in listed.items()
        ],
        "workflows": [{"workflowId": "main", "steps": list(steps), **workflow}, *workflows],
    }
    if components is not None:
        document["components"] = components
    return document


def step(step_id: str = "one", operation: str = "listThings", **fields: Any) -> dict[str, Any]:
    """A step that calls an operation of the small API (or a workflow, if `workflowId` is given)."""
    target = (
        {} if "workflowId" in fields or "operationPath" in fields else {"operationId": operation}
    )
    return {"stepId": step_id, **target, **fields}


def linked(document: Mapping[str, Any], **policies: Any) -> Program:
    """A document of `flow`, linked."""
    parsed = parse_document(document, name="flow.yml", folder=str(OPENAPI))
    return link(parsed, Library(), Policies(**policies))


def run_flow(
    document: Mapping[str, Any],
    transport: Script | Handler | None = None,
    inputs: Mapping[str, Any] | None = None,
    *,
    clock: VirtualClock | None = None,
    api_key: str | None = None,
    **policies: Any,
) -> Result:
    """Run the workflow `main` of a document of `flow`, on a virtual clock."""
    return run(
        linked(document, **policies),
        inputs or {},
        transport=transport or Script(),
        clock=clock or VirtualClock(),
        servers=Servers(BASE),
        api_key=api_key,
        workflow_id="main",
    )


def path_of(result: Result) -> list[str]:
    """The steps that were visited, in order."""
    return [visit.step for visit in result.steps]


def rules(result: Result) -> set[str]:
    """The rules of a result's diagnostics."""
    return {item.rule for item in result.diagnostics}
