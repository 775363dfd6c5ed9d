"""What a test sees of requests and events, through the fixture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from mock_knock import MockKnock
from tests.control.streams import PATIENCE, eventually


def send_a_few(mock: MockKnock) -> None:
    with mock.client() as client:
        client.put("/v1/users/ellie", json={"name": "Ellie"})
        client.get("/v1/users/nobody")
        client.post("/v1/workflows/welcome/trigger", json={"recipients": ["ellie"]})


def test_requests_are_chosen_by_criteria(mock_knock: MockKnock) -> None:
    send_a_few(mock_knock)
    log = mock_knock.requests
    assert [request.operation_id for request in log] == [
        *("identifyUser", "getUser", "triggerWorkflow"),
    ]
    assert log.of("getUser") == log.matching(status="4xx") == log[1:2]
    assert log.matching(body={"recipients": ["ellie"]}, method="post") == log[2:]
    assert log.matching(path="/v1/users/*").matching(status=200) == log[:1]
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert log.matching(since=start, until=start) == log
    assert not log.matching(since=start + timedelta(seconds=1))


@pytest.mark.parametrize("criteria", [{"colour": "red"}, {"status": "many"}])
def test_a_criterion_that_is_none_is_said_to_be(
    mock_knock: MockKnock, criteria: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=next(iter(criteria))):
        mock_knock.requests.matching(**criteria)


def test_verify_answers_what_matches_or_tells_the_nearest_misses(mock_knock: MockKnock) -> None:
    send_a_few(mock_knock)
    log = mock_knock.requests
    assert log.verify(operation_id="getUser") == log[1:2]
    assert log.verify(0, operation_id="bulkIdentifyUsers") == []
    assert log.verify(at_least=2, at_most=3, status="2xx") == [log[0], log[2]]
    with pytest.raises(AssertionError) as failure:
        log.verify(1, operation_id="triggerWorkflow", body={"recipients": ["alan"]})
    assert "exactly 1 was expected" in str(failure.value)
    assert 'body.recipients[0] is "ellie", not "alan"' in str(failure.value)


def test_wait_ends_when_the_requests_came(mock_knock: MockKnock) -> None:
    mock_knock.server.start()
    stream = mock_knock.call(lambda world: world.events)
    listening = len(stream._listeners)
    found: list[int] = []

    def wait() -> None:
        found.append(len(mock_knock.requests.wait(2, timeout=PATIENCE, operation_id="getUser")))

    waiting = Thread(target=wait)
    waiting.start()
    eventually(lambda: len(stream._listeners) > listening)
    send_a_few(mock_knock)
    send_a_few(mock_knock)
    waiting.join()
    assert found == [2]
    assert len(stream._listeners) == listening


def test_wait_says_what_came_instead(mock_knock: MockKnock) -> None:
    send_a_few(mock_knock)
    with pytest.raises(AssertionError, match="the status is 404, not 2xx"):
        mock_knock.requests.wait(timeout=0, operation_id="getUser", status="2xx")


def test_a_request_knows_why_and_what_followed(mock_knock: MockKnock) -> None:
    send_a_few(mock_knock)
    mock_knock.clock.advance(1)
    refused, trigger = mock_knock.requests[1:]
    assert refused.explanation["refused_by"] == "operation"
    followed = mock_knock.events.caused_by(trigger)
    assert followed.of("workflow.*,message.queued") == [
        event for event in followed if event.kind in ("workflow.triggered", "message.queued")
    ]
    assert len(followed.of("message.queued")) == 1
    assert [event.kind for event in mock_knock.events.caused_by(refused)] == ["answer"]
    first = mock_knock.events[0]
    assert (first.number, first.kind, first.cause) == (1, "environment.opened", None)
    assert first.at == datetime(2026, 1, 5, 9, tzinfo=UTC)
