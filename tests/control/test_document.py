"""The control plane's document: every call as it says, and what it says about refusals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mock_knock import ControlClient, MockKnock
from mock_knock.api.schemas import Schemas
from tests.webhooks.receiver import receiving

from .document import DOCUMENT, OPERATIONS, PREFIX, Described, resolved

SCHEMAS = Schemas(DOCUMENT)
CALLS = [
    pytest.param(operation, body, id=f"{operation.id}/{name}")
    for operation in OPERATIONS
    for name, body in operation.bodies()
]


@pytest.fixture(scope="module")
def hook() -> Iterator[str]:
    """Where webhooks are taken."""
    with receiving() as receiver:
        yield receiver.url


@pytest.fixture
def mock(own: MockKnock, hook: str) -> MockKnock:
    """An environment with something of everything that paths name."""
    mock = own
    mock.plan_next(progress="time", queue_for=1, rows_per_second=1)
    mock.users.identify("ellie")
    mock.control.webhooks.add(hook, "secret", id="my-app")
    with mock.client() as client:
        rows = [{"id": "ellie"}, {"id": "alan"}]
        client.post("/v1/users/bulk/identify", json={"users": rows})
        client.post("/v1/workflows/welcome/trigger", json={"recipients": ["ellie"]})
    mock.webhooks.settle()
    mock.plan_next()
    mock.plan_all("users.delete", reads=2)
    for faults in (mock.control.faults, mock.control.server.faults):
        faults.add(id="slow-polls", latency={"seconds": 0})
    return mock


@pytest.fixture
def http(mock: MockKnock) -> Iterator[httpx.Client]:
    with mock.client() as client:
        yield client


def path_of(operation: Described, mock: MockKnock) -> str:
    """Its path, with what is there in the place of the parameters."""
    with ControlClient("http://mock-knock", transport=mock.transport) as client:
        environments = client.server.environments.list()
    deliveries = mock.control.webhooks.deliveries()["items"]
    there = {
        "/webhook_deliveries/{id}": deliveries[0]["id"],
        "/bulk_operations/{id}": mock.bulk_operations[0]["id"],
        "/server/environments/{id}": environments[-1]["id"],
    }
    path = operation.path.replace("{request_id}", mock.requests[0].id)
    for prefix, id in there.items():
        if path.startswith(prefix):
            path = path.replace("{id}", id)
    for parameter in map(resolved, operation.node.get("parameters", [])):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    return PREFIX + path


@pytest.mark.parametrize(("operation", "body"), CALLS)
def test_every_call_is_answered_as_documented(
    mock: MockKnock, http: httpx.Client, operation: Described, body: Any
) -> None:
    if operation.id == "restoreSnapshot":  # its example is cut short
        body = http.get(f"{PREFIX}/snapshot").json()
    path = path_of(operation, mock)
    headers = {"authorization": ""} if operation.for_server else {}
    answer = http.request(operation.method, path, json=body, headers=headers)
    assert answer.status_code == operation.success, answer.text
    content = resolved(operation.node["responses"][str(operation.success)]).get("content")
    if content is None:
        assert answer.content == b""
    elif "application/json" in content:
        validator = SCHEMAS.validator(content["application/json"]["schema"], operation.id)
        assert validator.is_valid(answer.json())


def every_example() -> Iterator[Any]:
    """Each example of a JSON body or answer, with its schema."""
    for operation in OPERATIONS:
        holders = {
            status: resolved(stated) for status, stated in operation.node["responses"].items()
        }
        if "requestBody" in operation.node:
            holders["body"] = resolved(operation.node["requestBody"])
        for place, holder in holders.items():
            media = holder.get("content", {}).get("application/json", {})
            values = [media["example"]] if "example" in media else []
            values += [resolved(e)["value"] for e in media.get("examples", {}).values()]
            assert values or not media, f"{operation.id}/{place} has no example"
            for at, value in enumerate(values):
                yield pytest.param(media["schema"], value, id=f"{operation.id}/{place}/{at}")


@pytest.mark.parametrize(("schema", "value"), list(every_example()))
def test_every_example_is_valid(schema: dict[str, Any], value: Any) -> None:
    validator = SCHEMAS.validator(schema, "example")
    assert [f"{list(e.instance_path)}: {e.message}" for e in validator.iter_errors(value)] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_operation_documents_its_refusals(operation: Described) -> None:
    statuses = set(operation.node["responses"])
    assert {"400", "500"} <= statuses
    if operation.path not in ("/livez", "/readyz"):
        assert {"401", "403"} <= statuses
    if not operation.for_server:
        assert "404" in statuses  # X-Mock-Knock-Environment may name none
    if "requestBody" in operation.node:
        assert {"413", "415", "422"} <= statuses
    assert operation.node["summary"]
    assert operation.node["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}


def test_an_environment_can_be_named_in_place_of_a_key(mock_knock: MockKnock) -> None:
    with ControlClient("http://mock-knock", transport=mock_knock.transport) as asking:
        ids = [one["id"] for one in asking.server.environments.list()]
    named = {"transport": mock_knock.transport, "environment": ids[-1]}
    with ControlClient("http://mock-knock", **named) as client:  # type: ignore[arg-type]  # a mapping
        client.clock.advance(5)
        assert client.clock.read() == mock_knock.control.clock.read()
