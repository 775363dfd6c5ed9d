"""Why a request got its answer: the stage, the rule, the plan, and what followed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.api.exchange import Request
from mock_knock.server import KnockServer
from mock_knock.settings import FIXTURE_SETTINGS


def explained(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    id = answer.headers["x-request-id"]
    found = client.get(f"/_mock_knock/requests/{id}")
    assert found.status_code == 200, found.text
    explanation: dict[str, Any] = found.json()["explanation"]
    return explanation


def at_pointer(document: Any, pointer: str) -> Any:
    for part in pointer.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


@pytest.mark.parametrize(
    ("call", "field", "keyword"),
    [
        (
            ("POST", "/v1/users/bulk/identify", {"users": [{"name": "x"}]}),
            "users[0].id",
            "required",
        ),
        (("POST", "/v1/users/bulk/identify", {"users": "x"}), "users", "type"),
        (("POST", "/v1/workflows/w/trigger", {"recipients": [3]}), "recipients[0]", "oneOf"),
        (("GET", "/v1/users?page_size=x", None), "page_size", "type"),
        (("GET", "/v1/bulk_operations/x", None), "id", "format"),
        (("GET", "/v1/schedules", None), "workflow", None),
    ],
)
def test_a_broken_rule_is_named_by_its_pointer(
    mock_knock: MockKnock, call: tuple[str, str, Any], field: str, keyword: str | None
) -> None:
    with mock_knock.client() as client:
        answer = client.request(call[0], call[1], json=call[2])
        assert answer.status_code == 422
        why = explained(client, answer)
        document = client.get("/v1/openapi").json()
    assert (why["refused_by"], why["code"]) == ("validation", "invalid_params")
    rule = next(rule for rule in why["rules"] if rule["field"] == field)
    assert at_pointer(document, rule["pointer"]) is not None
    if keyword is not None:
        assert rule["pointer"].rsplit("/", 1)[1] == keyword
    assert any(rule["pointer"] in sentence for sentence in why["sentences"])


@pytest.mark.parametrize(
    ("path", "headers", "stage", "status"),
    [
        ("/v1/nowhere", {}, "routing", 404),
        ("/v1/users/nobody", {}, "operation", 404),
        ("/v1/users/merge", {}, "routing", 405),
    ],
)
def test_the_stage_that_refused_is_named(
    mock_knock: MockKnock, path: str, headers: dict[str, str], stage: str, status: int
) -> None:
    method = "DELETE" if status == 405 else "GET"
    path = "/v1/users" if status == 405 else path
    with mock_knock.client() as client:
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == status
        why = explained(client, answer)
    assert why["refused_by"] == stage
    assert why["sentences"][0] == f"{method} {path} was answered {status}, {why['code']}."


def test_a_public_key_that_may_not_is_refused_by_security(mock_knock: MockKnock) -> None:
    with mock_knock.client() as client:
        answer = client.get(
            "/v1/users", headers={"authorization": f"Bearer {mock_knock.public_key}"}
        )
        assert answer.status_code == 403
        assert explained(client, answer)["refused_by"] == "security"


@pytest.mark.parametrize(
    ("put_up", "reason"),
    [("next", "next"), ("all", "rule"), ("ids", "magic_ids"), ("", "default")],
)
def test_the_plan_is_named_with_why_it_was_chosen(
    mock_knock: MockKnock, put_up: str, reason: str
) -> None:
    if put_up == "next":
        mock_knock.plan_next(outcome="failed")
    elif put_up == "all":
        mock_knock.plan_all(outcome="failed")
    row = "mock_operation_fails_1" if put_up == "ids" else "ellie"
    with mock_knock.client() as client:
        answer = client.post("/v1/users/bulk/identify", json={"users": [{"id": row}]})
        why = explained(client, answer)
        poll = client.get(f"/v1/bulk_operations/{answer.json()['id']}")
        again = explained(client, poll)
    assert why["plan"]["reason"] == reason
    assert why["plan"] == again["plan"]
    assert why["plan"]["bulk_operation_id"] == answer.json()["id"]


def test_what_followed_from_a_trigger_is_told(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("ellie")
    mock_knock.workflows.declare("welcome", delay=60)
    with mock_knock.client() as client:
        answer = client.post("/v1/workflows/welcome/trigger", json={"recipients": ["ellie"]})
        before = explained(client, answer)["effects"]
        client.get("/v1/users")
        mock_knock.clock.advance(120)
        after = explained(client, answer)["effects"]
    assert "message.queued" not in before["by_kind"]
    assert after["by_kind"]["message.delivered"] == 1
    assert after["complete"]
    assert after["count"] == sum(after["by_kind"].values()) == len(after["events"])
    assert "answer" not in after["by_kind"]
    causes = {event["number"]: event["cause"] for event in after["events"]}
    assert all(c in causes or c == min(causes.values()) for c in causes.values())


def test_effects_that_are_forgotten_are_said_to_be(mock_knock: MockKnock) -> None:
    with mock_knock.client() as client:
        answer = client.put("/v1/users/ellie", json={})
        mock_knock.call(lambda world: world.events.clear())
        why = explained(client, answer)
    assert not why["effects"]["complete"]
    assert any("not kept any more" in sentence for sentence in why["sentences"])


def test_a_replay_names_the_first_request(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("ellie")
    headers = {"idempotency-key": "once"}
    body = {"recipients": ["ellie"]}
    with mock_knock.client() as client:
        first, second = (
            client.post("/v1/workflows/w/trigger", json=body, headers=headers) for _ in range(2)
        )
        assert explained(client, first)["replay_of"] is None
        why = explained(client, second)
    assert why["replay_of"] == first.headers["x-request-id"]
    assert why["effects"]["count"] == 0


def test_an_example_is_said_to_be_one() -> None:
    mock = MockKnock(KnockServer(replace(FIXTURE_SETTINGS, unknown="example")), "example")
    with mock.client() as client:
        why = explained(client, client.get("/v1/users/nobody"))
    assert why["example"]


def test_stages_may_leave_notes(mock_knock: MockKnock, monkeypatch: pytest.MonkeyPatch) -> None:
    service = mock_knock.server.service

    def noting(request: Request) -> dict[str, Any]:
        request.exchange.explain("fault", "The rule R1 made it slow.", rule="R1", seconds=2)
        raise AssertionError

    operation: Any = service.operations["listUsers"].checking
    monkeypatch.setattr(operation, "_handler", noting)
    with mock_knock.client() as client:
        answer = client.get("/v1/users")
        assert answer.status_code == 500
        why = explained(client, answer)
    mock_knock.take_errors()
    data = {"rule": "R1", "seconds": 2}
    assert why["notes"] == [{"kind": "fault", "text": "The rule R1 made it slow.", "data": data}]
    assert "The rule R1 made it slow." in why["sentences"]
    assert why["sentences"][1].startswith("The server failed")
