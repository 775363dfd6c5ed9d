"""Events over HTTP: listed, and followed as they happen."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.server import KnockServer
from mock_knock.settings import FIXTURE_SETTINGS, Settings
from mock_knock.world.clock import ClockSpec
from mock_knock.world.environment import WorldSettings
from tests.control.streams import eventually, open_stream

USERS = {"users": [{"id": "ellie"}, {"id": "alan"}]}


def submit(mock: MockKnock, **plan: Any) -> None:
    mock.plan_next(**{"progress": "immediate", **plan})
    with mock.client() as client:
        assert client.post("/v1/users/bulk/identify", json=USERS).status_code == 200


def listed(mock: MockKnock, query: str = "") -> dict[str, Any]:
    with mock.client() as client:
        answer = client.get(f"/_mock_knock/events{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def kinds(found: dict[str, Any]) -> list[str]:
    return [entry["kind"] for entry in found["entries"]]


def test_events_are_listed_in_order_with_what_caused_them(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    found = listed(mock_knock, "?kind=request,bulk_operation.*")
    assert kinds(found) == [
        "request",
        "bulk_operation.queued",
        "bulk_operation.processing",
        "bulk_operation.row",
        "bulk_operation.row",
        "bulk_operation.completed",
    ]
    request, queued, *rest = found["entries"]
    assert request["cause"] is None
    assert request["data"] == {"method": "POST", "path": "/v1/users/bulk/identify"}
    assert request["subject"] == mock_knock.requests[0].entry.request_id
    assert queued["cause"] == request["number"]
    assert {event["cause"] for event in rest} == {queued["number"]}
    assert [event["number"] for event in listed(mock_knock)["entries"]] == list(
        range(found["oldest"], found["last"] + 1)
    )


def test_pages_follow_one_another_by_number(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    everything = listed(mock_knock, "?limit=1000")["entries"]
    collected, after = [], 0
    while True:
        page = listed(mock_knock, f"?after={after}&limit=2")
        collected += page["entries"]
        if not page["more"]:
            break
        after = page["entries"][-1]["number"]
    assert collected == everything
    assert listed(mock_knock, "?limit=2")["entries"] == everything[-2:]


@pytest.mark.parametrize(
    ("query", "field"), [("after=-1", "after"), ("limit=0", "limit"), ("after=x", "after")]
)
def test_a_query_that_makes_no_sense_is_refused(
    mock_knock: MockKnock, query: str, field: str
) -> None:
    with mock_knock.client() as client:
        answers = [client.get(f"/_mock_knock/events{path}?{query}") for path in ("", "/stream")]
    for answer in answers[: 1 if field == "limit" else 2]:
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_stream_replays_what_is_kept_and_goes_on(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    with open_stream(mock_knock) as stream:
        assert stream.response.headers["content-type"] == "text/event-stream"
        before = stream.until("answer")
        assert [message.id for message in before] == [m.data["number"] for m in before]
        assert [message.data for message in before] == listed(mock_knock)["entries"]
        submit(mock_knock)
        after = stream.until("answer")
        assert after[0].id == (before[-1].id or 0) + 1
        kinds = [message.data["kind"] for message in before]
        assert kinds == ["environment.opened", *(message.data["kind"] for message in after)]


@pytest.mark.parametrize("by_header", [True, False])
def test_a_stream_goes_on_where_it_was_cut_off(mock_knock: MockKnock, by_header: bool) -> None:
    submit(mock_knock)
    headers = {"Last-Event-ID": "3"} if by_header else {}
    with open_stream(mock_knock, f"/events/stream?after={1 if by_header else 3}", **headers) as s:
        assert s.until("answer")[0].id == 4


def test_a_stream_has_only_the_kinds_that_are_wanted(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    with open_stream(mock_knock, "/events/stream?kind=bulk_operation.completed,answer") as stream:
        assert len(stream.until("answer")) == 2


def test_who_asks_for_what_is_forgotten_is_told_of_the_gap(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    mock_knock.call(lambda world: world.events.clear())
    submit(mock_knock)
    with open_stream(mock_knock, "/events/stream?after=2") as stream:
        gap, first, *_ = stream.until("answer")
    assert (gap.type, gap.id, gap.data["missed"]) == ("gap", None, (first.id or 0) - 3)


def test_an_environment_that_begins_anew_is_told_as_a_gap(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    with open_stream(mock_knock) as stream:
        stream.until("answer")
        mock_knock.server.call(
            lambda: mock_knock.server.service.environments.drop(mock_knock.api_key)
        )
        with mock_knock.client() as client:
            client.get("/v1/users")
        told = stream.until("answer")
    if told[0].data["kind"] == "environment.dropped":  # sent before the new one was there
        del told[0]
    kinds = [message.data["kind"] for message in told]
    assert kinds == ["gap", "environment.opened", "request", "answer"]
    assert [message.id for message in told] == [None, 1, 2, 3]


def test_a_browser_names_the_environment_in_the_query(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    id = mock_knock._environment.id
    url = f"{mock_knock.url}/_mock_knock/events"
    assert httpx.get(url, params={"environment": id}).json() == listed(mock_knock)
    assert httpx.get(url, params={"environment": "nobody"}).status_code == 404
    assert (
        httpx.post(
            f"{mock_knock.url}/_mock_knock/clock/run_until_idle?environment={id}"
        ).status_code
        == 401
    )


def test_what_is_due_happens_while_somebody_watches() -> None:
    server = KnockServer(Settings(world=WorldSettings(clock=ClockSpec(scale=1000))))
    mock = MockKnock(server, "watched")
    try:
        with open_stream(mock) as stream:
            submit(mock, progress="time", queue_for=20, duration=20)
            kinds = [message.data["kind"] for message in stream.until("bulk_operation.completed")]
        assert kinds.count("bulk_operation.row") == 2
        assert len(mock.requests) == 1
        eventually(lambda: len(server.service.following) == 0)
        eventually(lambda: not server.service.alarm.armed)
    finally:
        server.stop()


def test_who_leaves_is_detached_at_once_and_nobody_listens_any_more(mock_knock: MockKnock) -> None:
    service = mock_knock.server.service
    environments, stops = service.environments, mock_knock._environment.stops
    before, watched = len(stops), len(environments._watchers)
    with open_stream(mock_knock) as stream:
        submit(mock_knock)
        stream.until("answer")
        assert len(service.following) == 1
        assert len(stops) > before
    eventually(lambda: len(service.following) == 0)
    eventually(lambda: len(stops) == before and len(environments._watchers) == watched)


def test_one_stream_for_every_environment(mock_knock: MockKnock) -> None:
    other = MockKnock(mock_knock.server, f"{mock_knock.api_key}-other")
    ids = {mock._environment.id for mock in (mock_knock, other)}
    with open_stream(mock_knock, "/server/events/stream?kind=answer") as stream:
        seen: dict[str, dict[str, Any]] = {}
        submit(mock_knock)
        submit(other)
        last = 0
        for message in stream:
            assert message.id == message.data["server_number"]
            assert (message.id or 0) > last
            last = message.id or 0
            seen[message.data["environment"]] = message.data
            if ids <= seen.keys():
                break
    for mock in (mock_knock, other):
        entry = listed(mock, "?kind=answer")["entries"][0]
        id = mock._environment.id
        assert seen[id] == {**entry, "environment": id, "server_number": seen[id]["server_number"]}
    other.close()


def test_in_process_a_stream_is_what_is_kept(mock_knock: MockKnock) -> None:
    submit(mock_knock)
    with mock_knock.client() as client:
        answer = client.get("/_mock_knock/events/stream")
    assert answer.text.count("\ndata: ") == len(listed(mock_knock)["entries"])


def test_a_head_request_opens_no_stream(mock_knock: MockKnock) -> None:
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    answer = httpx.head(f"{mock_knock.url}/_mock_knock/events/stream", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert len(mock_knock.server.service.following) == 0


def test_the_server_stops_with_streams_open() -> None:
    server = KnockServer(FIXTURE_SETTINGS)
    mock = MockKnock(server, "stopped")
    with open_stream(mock) as stream:
        submit(mock)
        stream.until("answer")
        server.stop()
        assert list(stream) == []
    assert len(server.service.following) == 0
