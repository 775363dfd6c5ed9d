"""Metrics and coverage: what was counted, in one environment and in all."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families

from mock_knock import MockKnock
from mock_knock.server import KnockServer
from mock_knock.settings import FIXTURE_SETTINGS

OBJECTS = {"objects": [{"id": "nublar"}, {"id": "sorna"}]}


@pytest.fixture
def mock() -> MockKnock:
    """An environment of a server of its own, in which a little happened."""
    mock = MockKnock(KnockServer(FIXTURE_SETTINGS), "counted")
    metrics_of(mock)
    mock.plan_next(progress="immediate")
    mock.plan_next(progress="immediate", outcome="failed", stop_in="queued")
    with mock.client() as client:
        for collection in ("parks", "labs"):
            client.post(f"/v1/objects/{collection}/bulk/set", json=OBJECTS)
        client.get("/v1/users/nobody")
        client.get("/v1/nowhere")
    return mock


def metrics_of(mock: MockKnock) -> dict[tuple[str, ...], float]:
    """The samples by name and label values."""
    with mock.client() as client:
        text = client.get("/_mock_knock/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def coverage_of(mock: MockKnock, path: str = "/coverage") -> dict[str, Any]:
    with mock.client() as client:
        answer: dict[str, Any] = client.get(f"/_mock_knock{path}").json()
    return answer


def steps(coverage: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(s["from"], s["to"]): s["count"] for s in coverage["bulk_operations"]["steps"]}


def test_metrics_tell_requests_operations_and_events(mock: MockKnock) -> None:
    found = metrics_of(mock)
    assert found["mock_knock_requests_total", "bulkSetObjects", "200"] == 2
    assert found["mock_knock_requests_total", "getUser", "404"] == 1
    assert found["mock_knock_requests_total", "", "404"] == 1
    assert found["mock_knock_bulk_operations", "objects.*.set", "completed"] == 1
    assert found["mock_knock_bulk_operations", "objects.*.set", "failed"] == 1
    assert found["mock_knock_bulk_operation_rows", "objects.*.set", "succeeded"] == 2
    assert found["mock_knock_bulk_operation_rows", "objects.*.set", "waiting"] == 2
    assert found["mock_knock_events_total", "object.set"] == 2
    assert found["mock_knock_request_duration_seconds_count",] == 4
    assert found["mock_knock_request_duration_seconds_bucket", "+Inf"] == 4
    assert found["mock_knock_journal_entries",] == 4


def test_counters_never_go_back_when_environments_go(mock: MockKnock) -> None:
    before = metrics_of(mock)
    covered = coverage_of(mock, "/server/coverage")
    other = MockKnock(mock.server, "other")
    mock.close()
    after = metrics_of(other)
    counters = [name for name in before if name[0].endswith("_total")]
    assert counters
    assert all(after[name] >= before[name] for name in counters)
    assert coverage_of(other, "/server/coverage") == covered
    assert after["mock_knock_environments",] == 1


@pytest.mark.parametrize("way", ["reset", "its own snapshot", "the snapshot of another"])
def test_counters_neither_go_back_nor_count_twice_when_a_world_takes_the_place_of_another(
    mock: MockKnock, way: str
) -> None:
    before = steps(coverage_of(mock))
    if way == "reset":
        mock.control.reset()
    else:
        other = MockKnock(mock.server, "other")
        taken_from = mock if way == "its own snapshot" else other
        mock.control.snapshots.restore(taken_from.control.snapshots.take())
    assert steps(coverage_of(mock)) == before
    mock.plan_next(progress="immediate")
    with mock.client() as client:
        client.post("/v1/objects/parks/bulk/set", json=OBJECTS)
    more = {step: count - before[step] for step, count in steps(coverage_of(mock)).items()}
    assert {step for step, count in more.items() if count} == {
        ("queued", "processing"),
        ("processing", "completed"),
    }
    assert set(more.values()) == {0, 1}


def test_open_metrics_are_answered_to_who_wants_them(mock: MockKnock) -> None:
    with mock.client() as client:
        accept = {"accept": "application/openmetrics-text; version=1.0.0"}
        answer = client.get("/_mock_knock/metrics", headers=accept)
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert "mock_knock_requests" in {family.name for family in open_metrics(answer.text)}  # type: ignore[no-untyped-call]  # the library's


def test_coverage_names_every_operation_and_what_came_up(mock: MockKnock) -> None:
    found = coverage_of(mock)
    operations = {item["operation_id"]: item for item in found["operations"]["items"]}
    assert (found["operations"]["documented"], found["operations"]["seen"]) == (118, 2)
    assert len(operations) == 118
    assert operations["getUser"]["statuses"] == {"404": 1}
    assert {"200", "401"} <= set(operations["getUser"]["not_seen"])
    assert "404" not in operations["getUser"]["not_seen"]
    assert found["unrouted"] == {"404": 1}
    assert steps(found) == {
        ("queued", "processing"): 1,
        ("queued", "failed"): 1,
        ("processing", "completed"): 1,
        ("processing", "failed"): 0,
    }


def test_coverage_begins_again_when_it_is_cleared(mock: MockKnock) -> None:
    with mock.client() as client:
        assert client.delete("/_mock_knock/coverage").status_code == 204
        found = coverage_of(mock)
        assert (found["requests"], set(steps(found).values())) == (0, {0})
        mock.plan_next(progress="immediate", outcome="failed", after_rows=1)
        client.post("/v1/objects/parks/bulk/set", json=OBJECTS)
    found = coverage_of(mock)
    assert found["requests"] == 1
    assert {step for step, count in steps(found).items() if count} == {
        ("queued", "processing"),
        ("processing", "failed"),
    }
