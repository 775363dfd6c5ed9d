"""What was counted: metrics, and what of the documents came up."""

from __future__ import annotations

from collections import Counter
from typing import Any

from mock_knock.api.coverage import shown_coverage
from mock_knock.api.exchange import Answer, Request, ServerRequest
from mock_knock.api.tally import Call


def getMetrics(request: ServerRequest) -> Answer:
    """GET /_mock_knock/metrics"""
    service = request.service
    if service.metrics is None:
        from mock_knock.api.metrics import Metrics  # most servers are never asked for them

        service.metrics = Metrics(service)
    accept = (request.exchange.header(b"accept") or b"").decode("latin-1")
    text, content_type = service.metrics.exposition(accept)
    return Answer(200, text, [(b"content-type", content_type.encode())])


def getCoverage(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/coverage"""
    tally = request.environment.tally
    return shown_coverage(request.service, tally.requests, tally.transitions(request.world))


def clearCoverage(request: Request) -> None:
    """DELETE /_mock_knock/coverage"""
    request.environment.tally.clear(request.world)


def getServerCoverage(request: ServerRequest) -> dict[str, Any]:
    """GET /_mock_knock/server/coverage"""
    environments = request.service.environments
    calls: Counter[Call] = Counter(environments.departed.requests)
    transitions = Counter(environments.departed.transitions())
    for environment in environments:
        calls.update(environment.tally.requests)
        transitions.update(environment.tally.transitions(environment.world))
    return shown_coverage(request.service, calls, transitions)
