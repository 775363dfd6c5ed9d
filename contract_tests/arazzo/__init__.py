"""An interpreter for Arazzo documents (Arazzo 1.0.1).

    document = load_document("flow.arazzo.yml")             # structure
    program = link(document, Library(), Policies())         # references, before any request
    result = run(program, inputs, transport=HttpTransport(), servers=Servers("http://..."))

`run_file` does all three. Where the specification is silent a policy decides, and the result says
which. Transport and clock are parameters, so a flow can be run in no time against anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contract_tests.arazzo.clock import Clock, VirtualClock, WallClock
from contract_tests.arazzo.diagnostics import Diagnostic
from contract_tests.arazzo.document import load_document, parse_document
from contract_tests.arazzo.errors import (
    CriterionError,
    DocumentError,
    ExpressionError,
    FlowError,
    InputError,
    LinkError,
    RequestError,
)
from contract_tests.arazzo.library import Library
from contract_tests.arazzo.linking import Program, link
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.model import Document
from contract_tests.arazzo.policies import Policies
from contract_tests.arazzo.result import Result
from contract_tests.arazzo.runner import run
from contract_tests.arazzo.servers import Servers
from contract_tests.arazzo.transport import Request, Response, Transport, TransportError

__all__ = [
    "MISSING",
    "Clock",
    "CriterionError",
    "Diagnostic",
    "Document",
    "DocumentError",
    "ExpressionError",
    "FlowError",
    "InputError",
    "Library",
    "LinkError",
    "Policies",
    "Program",
    "Request",
    "RequestError",
    "Response",
    "Result",
    "Servers",
    "Transport",
    "TransportError",
    "VirtualClock",
    "WallClock",
    "link",
    "load_document",
    "parse_document",
    "run",
    "run_file",
]


def run_file(
    path: str | Path,
    inputs: Mapping[str, Any],
    *,
    transport: Transport,
    clock: Clock | None = None,
    servers: Servers | None = None,
    api_key: str | None = None,
    workflow_id: str | None = None,
    policies: Policies | None = None,
    openapi_dirs: Iterable[str | Path] = (),
) -> Result:
    """Load, link and run a workflow of a document.

    Raises FlowError when the document cannot be run; see `run` for what happens after that.
    """
    document = load_document(path)
    wanted = None if workflow_id is None else [workflow_id]
    program = link(document, Library(openapi_dirs), policies, wanted)
    return run(
        program,
        inputs,
        transport=transport,
        clock=clock,
        servers=servers,
        api_key=api_key,
        workflow_id=workflow_id,
    )
