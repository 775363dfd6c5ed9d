"""The Python client: a method for each operation, typed answers, refusals that can be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from mock_knock import ControlClient, ControlError, MockKnock

from .document import OPERATIONS, operation_of

BULK = "/v1/users/bulk/identify"
Call = Callable[[ControlClient, str, str], object]
"""Given the client, the id of an operation and the id of an environment."""

URL = "http://127.0.0.1:9/hooks"


def missing(call: Callable[[str], object]) -> None:
    """Make a call about something that is not there."""
    with pytest.raises(ControlError, match="webhook delivery"):
        call("00000000-0000-4000-8000-000000000000")


CALLS: dict[str, Call] = {
    "getLiveness": lambda c, o, e: c.server.is_live(),
    "getReadiness": lambda c, o, e: c.server.is_ready(),
    "getVersion": lambda c, o, e: c.server.version(),
    "getStatus": lambda c, o, e: c.status(),
    "resetEnvironment": lambda c, o, e: c.reset(),
    "getClock": lambda c, o, e: c.clock.read(),
    "setClock": lambda c, o, e: c.clock.set(datetime(2027, 1, 1, tzinfo=UTC)),
    "advanceClock": lambda c, o, e: c.clock.advance("PT1H30M"),
    "freezeClock": lambda c, o, e: c.clock.freeze(),
    "runUntilIdle": lambda c, o, e: c.clock.run_until_idle(),
    "listPlans": lambda c, o, e: c.plans.all(),
    "getDefaultPlan": lambda c, o, e: c.plans.default(),
    "setDefaultPlan": lambda c, o, e: c.plans.set_default(reads=4),
    "resetDefaultPlan": lambda c, o, e: c.plans.reset_default(),
    "listNextPlans": lambda c, o, e: c.plans.next(),
    "planNext": lambda c, o, e: c.plans.put_next("users.*", reads=4),
    "clearNextPlans": lambda c, o, e: c.plans.remove_next(),
    "removeNextPlan": lambda c, o, e: c.plans.remove_next(0),
    "listPlanRules": lambda c, o, e: c.plans.rules(),
    "planKind": lambda c, o, e: c.plans.put_rule("objects.*.set", reads=4),
    "removePlanRule": lambda c, o, e: c.plans.remove_rule("users.delete"),
    "listBulkOperations": lambda c, o, e: c.bulk_operations.list(status="queued", name="users.*"),
    "inspectBulkOperation": lambda c, o, e: c.bulk_operations.get(o),
    "runUntilOperation": lambda c, o, e: c.bulk_operations.run_until(o, "processing"),
    "moveBulkOperation": lambda c, o, e: c.bulk_operations.move(o, 1),
    "finishBulkOperation": lambda c, o, e: c.bulk_operations.finish(o),
    "failBulkOperation": lambda c, o, e: c.bulk_operations.fail(o),
    "cancelBulkOperation": lambda c, o, e: c.bulk_operations.cancel(o),
    "stickBulkOperation": lambda c, o, e: c.bulk_operations.stick(o),
    "exportFixtures": lambda c, o, e: c.fixtures.export(),
    "loadFixtures": lambda c, o, e: c.fixtures.load("workflows: [{key: welcome}]"),
    "takeSnapshot": lambda c, o, e: c.snapshots.take(),
    "restoreSnapshot": lambda c, o, e: c.snapshots.restore(c.snapshots.take()),
    "listEvents": lambda c, o, e: c.events.list(kind="request"),
    "listRequests": lambda c, o, e: c.requests.list(status="2xx", body={"users": [{"id": "a"}]}),
    "getRequest": lambda c, o, e: c.requests.get(c.requests.list()["entries"][0]["request_id"]),
    "waitForRequests": lambda c, o, e: c.requests.wait(operation_id="bulkIdentifyUsers"),
    "verifyRequests": lambda c, o, e: c.requests.verify(1, method="POST"),
    "clearRequests": lambda c, o, e: c.requests.clear(),
    "getMetrics": lambda c, o, e: c.server.metrics(),
    "getCoverage": lambda c, o, e: c.coverage.read(),
    "clearCoverage": lambda c, o, e: c.coverage.clear(),
    "getServerCoverage": lambda c, o, e: c.server.coverage(),
    "listEnvironments": lambda c, o, e: c.server.environments.list(),
    "openEnvironment": lambda c, o, e: c.server.environments.open("sk_other", branch="b"),
    "getEnvironment": lambda c, o, e: c.server.environments.get(e),
    "dropEnvironment": lambda c, o, e: c.server.environments.drop(e),
    "resetServer": lambda c, o, e: c.server.reset(),
    "getAllClocks": lambda c, o, e: c.server.clock.read(),
    "setAllClocks": lambda c, o, e: c.server.clock.set("2027-01-01T00:00:00Z"),
    "advanceAllClocks": lambda c, o, e: c.server.clock.advance(timedelta(hours=1)),
    "freezeAllClocks": lambda c, o, e: c.server.clock.freeze(),
    "listFaults": lambda c, o, e: c.faults.list(),
    "addFault": lambda c, o, e: c.faults.add(status={"status": 503}),
    "putFault": lambda c, o, e: c.faults.put("x", {"latency": {"seconds": 0}}),
    "switchFault": lambda c, o, e: c.faults.switch("there", enabled=False),
    "removeFault": lambda c, o, e: c.faults.remove("there"),
    "clearFaults": lambda c, o, e: c.faults.clear(),
    "getRateLimits": lambda c, o, e: c.rate_limits.enabled(),
    "setRateLimits": lambda c, o, e: c.rate_limits.switch(enabled=True),
    "listServerFaults": lambda c, o, e: c.server.faults.list(),
    "addServerFault": lambda c, o, e: c.server.faults.add(status={"status": 503}),
    "putServerFault": lambda c, o, e: c.server.faults.put("x", {"latency": {"seconds": 0}}),
    "switchServerFault": lambda c, o, e: c.server.faults.switch("there", enabled=False),
    "removeServerFault": lambda c, o, e: c.server.faults.remove("there"),
    "clearServerFaults": lambda c, o, e: c.server.faults.clear(),
    "setServerRateLimits": lambda c, o, e: c.server.rate_limits.switch(enabled=True),
    "listWebhooks": lambda c, o, e: c.webhooks.list(),
    "addWebhook": lambda c, o, e: c.webhooks.add(URL, "secret", enabled=False),
    "putWebhook": lambda c, o, e: c.webhooks.put(
        "x", {"url": URL, "secret": "secret", "enabled": False}
    ),
    "removeWebhook": lambda c, o, e: c.webhooks.remove("there"),
    "listWebhookDeliveries": lambda c, o, e: c.webhooks.deliveries(state="failed"),
    "getWebhookDelivery": lambda c, o, e: missing(c.webhooks.delivery),
    "redeliverWebhook": lambda c, o, e: missing(c.webhooks.redeliver),
    "getServerPlan": lambda c, o, e: c.server.plans.default(),
    "setServerPlan": lambda c, o, e: c.server.plans.set_default(reads=9),
    "resetServerPlan": lambda c, o, e: c.server.plans.reset_default(),
}


STREAMS = {"streamEvents", "streamServerEvents"}  # see test_events_are_followed


class Recorder(httpx.BaseTransport):
    """Hands requests on, and remembers which operations they were for."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.seen: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        self.seen.append(operation_of(request.method, path).id)
        return self._inner.handle_request(request)


def test_there_is_a_method_for_every_operation() -> None:
    assert CALLS.keys() | STREAMS == {operation.id for operation in OPERATIONS}


@pytest.mark.parametrize("id", CALLS)
def test_each_method_makes_its_call(own: MockKnock, id: str) -> None:
    mock = own
    mock.plan_next(progress="time", queue_for=10, duration=10)
    with mock.client() as http:
        operation = http.post(BULK, json={"users": [{"id": "a"}, {"id": "b"}]}).json()["id"]
    mock.plan_next()
    mock.plan_all("users.delete")
    for faults in (mock.control.faults, mock.control.server.faults):
        faults.add(id="there", latency={"seconds": 0})
    mock.control.webhooks.add(URL, "secret", id="there", enabled=False)
    recorder = Recorder(mock.transport)
    with ControlClient("http://mock", api_key=mock.api_key, transport=recorder) as client:
        environment = client.server.environments.list()[0]["id"]
        recorder.seen.clear()
        CALLS[id](client, operation, environment)
    assert recorder.seen[-1] == id


def test_over_a_socket_it_is_the_same(mock_knock: MockKnock) -> None:
    with ControlClient(mock_knock.url, api_key=mock_knock.api_key) as client:
        client.clock.advance(90)
        assert client.clock.read() == mock_knock.control.clock.read()


def test_durations_come_in_three_forms(mock_knock: MockKnock) -> None:
    clock = mock_knock.clock
    start = clock.now
    for form in (5400, 5400.0, timedelta(minutes=90), "PT1H30M", "PT90M", "PT5400S"):
        before = clock.now
        assert clock.advance(form) - before == timedelta(minutes=90)
    assert clock.now - start == timedelta(hours=9)


def test_a_refusal_names_the_field_and_what_would_be_legal(mock_knock: MockKnock) -> None:
    with pytest.raises(ControlError) as caught:
        mock_knock.control.plans.put_next(outcome="lost")
    error = caught.value
    assert (error.status, error.code) == (422, "invalid_params")
    assert [place.field for place in error.fields] == ["plan.outcome"]
    assert "completed, failed, stuck" in error.message


def test_a_fault_in_a_document_has_its_line(mock_knock: MockKnock) -> None:
    with pytest.raises(ControlError) as caught:
        mock_knock.control.fixtures.load("workflows:\n  - key: a\n    staus: on\nusers: 3\n")
    assert [(place.line, place.field) for place in caught.value.fields] == [
        (3, "workflows[0].staus"),
        (4, "users"),
    ]


def test_nobody_answering_is_an_error_that_says_so() -> None:
    with ControlClient("http://127.0.0.1:1", api_key="sk_a") as client:
        with pytest.raises(
            ControlError, match=r"nothing answers at http://127\.0\.0\.1:1 "
        ) as caught:
            client.status()
        assert (caught.value.status, caught.value.code) == (0, "unreachable")
        assert not client.server.is_live()
        assert not client.server.is_ready()


@pytest.mark.parametrize("content", [b"<html>", b"{}", b"[]", b"\xff", b""])
def test_something_else_answering_is_told(content: bytes) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, content=content, headers={"content-type": "application/json"})

    with (
        ControlClient(transport=httpx.MockTransport(answer)) as client,
        pytest.raises(ControlError, match="no mock-knock"),
    ):
        client.status()


def test_a_stopping_server_is_live_and_not_ready(own: MockKnock) -> None:
    server = own.control.server
    assert (server.is_live(), server.is_ready()) == (True, True)
    own.server.service.stopping = True
    assert (server.is_live(), server.is_ready()) == (True, False)


def test_what_is_no_json_is_refused_before_it_is_sent(mock_knock: MockKnock) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        mock_knock.control.plans.set_default(outcome=object())
    with pytest.raises(ControlError, match="number"):
        mock_knock.clock.advance(float("inf"))
    with pytest.raises(ControlError, match="seconds"):
        mock_knock.clock.advance(1e308)
    with pytest.raises(ControlError, match="duration"):
        mock_knock.clock.advance("1h")


def test_every_operation_is_listed_whatever_their_number(mock_knock: MockKnock) -> None:
    mock_knock.plan_all(progress="immediate")
    with mock_knock.client() as http:
        ids = [http.post(BULK, json={"users": []}).json()["id"] for _ in range(7)]
    calls = mock_knock.control.bulk_operations
    pages, after = [], None
    for _ in range(4):
        page = calls.list(limit=2, after=after)
        assert page["total"] == 7
        pages += [operation["id"] for operation in page["items"]]
        after = page["after"]
    assert (pages, after) == (ids, None)
    assert [operation["id"] for operation in calls.all(order="newest")] == ids[::-1]
    assert [operation["id"] for operation in mock_knock.bulk_operations] == ids


def test_events_are_followed(mock_knock: MockKnock) -> None:
    with mock_knock.client() as http:
        http.put("/v1/users/ellie", json={})
    with ControlClient(mock_knock.url, api_key=mock_knock.api_key) as client:
        number = client.events.list()["entries"][0]["number"]
        for calls in (client.events, client.server.events):
            followed = calls.follow(after=number - 1 if calls is client.events else None)
            if calls is client.server.events:
                mock_knock.users.identify("alan")
            event = next(followed)
            assert event.keys() >= {"number", "at", "kind", "subject", "cause"}
            followed.close()
