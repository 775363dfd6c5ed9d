"""What runtime expressions can see: inputs, outputs, and the exchange of the current step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.transport import Request, Response


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, the values it was built of, and the response to it.

    `path` and `query` hold parameter values before they were written into the URL. `payload` and
    `body` are the request's and the response's body as JSON values (or text), or MISSING.
    `response` is None when the network failed.
    """

    request: Request
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    payload: Any = MISSING
    response: Response | None = None
    body: Any = MISSING


@dataclass(frozen=True, slots=True)
class Context:
    """Everything an expression may refer to, at one point of a run.

    steps: step id -> {"outputs": {...}}. workflows: workflow id -> {"inputs": ..., "outputs": ...}.
    outputs: the current step's outputs, or the workflow's own when those are computed.
    sources: name -> the Source Description Object. components: as they stand in the document.
    """

    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)
    workflows: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Any] = field(default_factory=dict)
    components: Mapping[str, Any] = field(default_factory=dict)
    exchange: Exchange | None = None
