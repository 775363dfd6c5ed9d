"""What the options do to a server, seen over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from .serving import Serving

BULK = "/v1/users/bulk/identify"
USERS = {"users": [{"id": f"u{n}"} for n in range(100)]}
TEN_MINUTES = ("--queue-for", "300", "--duration", "300")


def poll(client: httpx.Client, operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/bulk_operations/{operation['id']}").json()
    return found


def times(operation: dict[str, Any]) -> tuple[float, float]:
    """When it started and when it completed, in seconds from when it was inserted."""
    inserted, started, completed = (
        datetime.fromisoformat(operation[field])
        for field in ("inserted_at", "started_at", "completed_at")
    )
    return (started - inserted).total_seconds(), (completed - inserted).total_seconds()


def test_progress_immediate_has_ended_when_the_call_answers() -> None:
    with Serving("--progress", "immediate") as serving, serving.client() as client:
        operation = client.post(BULK, json=USERS).json()
        assert (operation["status"], operation["success_count"]) == ("completed", 100)
        assert client.get("/v1/users/u99").status_code == 200


@pytest.mark.parametrize("reads", [1, 2, 5])
def test_progress_polls_ends_at_the_read_that_was_asked_for(reads: int) -> None:
    options = ("--progress", "polls", "--reads", str(reads))
    with Serving(*options) as serving, serving.client() as client:
        operation = client.post(BULK, json=USERS).json()
        seen = [poll(client, operation)["status"] for _ in range(reads + 1)]
    assert seen[reads - 1 :] == ["completed", "completed"]
    assert "completed" not in seen[: reads - 1]


def test_progress_manual_waits_for_a_command() -> None:
    with Serving("--progress", "manual") as serving, serving.client() as client:
        operation = client.post(BULK, json=USERS).json()
        assert {poll(client, operation)["status"] for _ in range(5)} == {"queued"}


def test_progress_time_goes_through_every_state() -> None:
    with Serving("--clock", "manual", *TEN_MINUTES) as serving, serving.client() as client:
        operation = client.post(BULK, json=USERS).json()
        polls = [operation]
        for _ in range(6):
            client.post("/_mock_knock/clock/advance", json={"seconds": 100}).raise_for_status()
            polls.append(poll(client, operation))
    assert [each["status"] for each in polls] == [
        *("queued", "queued", "queued"),
        *("processing", "processing", "processing"),
        "completed",
    ]
    assert [each["processed_rows"] for each in polls] == [0, 0, 0, 0, 33, 66, 100]
    assert times(polls[-1]) == (300, 600)


def test_progress_time_under_a_fast_clock_keeps_to_its_times() -> None:
    """A slow machine may poll past a whole state; what happened, and when, is the same on any."""
    with Serving("--clock", "x1000", *TEN_MINUTES) as serving, serving.client() as client:
        operation = client.post(BULK, json=USERS).json()
        polls = [operation]
        while polls[-1]["status"] not in ("completed", "failed"):
            polls.append(poll(client, operation))
        query = "kind=bulk_operation.*&after=0&limit=1000"
        events = client.get(f"/_mock_knock/events?{query}").json()["entries"]
    rows = [each["processed_rows"] for each in polls]
    assert rows == sorted(rows)
    statuses = [each["status"] for each in polls]
    assert statuses == sorted(statuses, key=("queued", "processing", "completed").index)
    assert (statuses[0], statuses[-1]) == ("queued", "completed")
    assert times(polls[-1]) == (300, 600)
    inserted = datetime.fromisoformat(operation["inserted_at"])
    assert [
        (event["kind"], (datetime.fromisoformat(event["at"]) - inserted).total_seconds())
        for event in events
    ] == [
        ("bulk_operation.queued", 0),
        ("bulk_operation.processing", 300),
        *[("bulk_operation.row", 300 + 3 * done) for done in range(1, 101)],
        ("bulk_operation.completed", 600),
    ]


def test_a_manual_clock_stands_still() -> None:
    with Serving("--clock", "manual") as serving, serving.client() as client:
        operation = client.post(BULK, json=USERS).json()
        assert {poll(client, operation)["status"] for _ in range(50)} == {"queued"}
        times = {client.put(f"/v1/users/{n}", json={}).json()["updated_at"] for n in range(10)}
        assert len(times) == 1


@pytest.mark.parametrize(("outcome", "end"), [("failed", "failed"), ("stuck", "processing")])
def test_an_outcome_is_that_of_every_operation(outcome: str, end: str) -> None:
    with Serving("--progress", "immediate", "--outcome", outcome) as serving:
        for key in ("sk_a", "sk_b"):
            with serving.client(key) as client:
                operation = client.post(BULK, json=USERS).json()
                assert operation["status"] == end
                assert 0 < operation["processed_rows"] < 100


@pytest.mark.parametrize(
    ("options", "status"), [((), "failed"), (("--no-magic-ids",), "completed")], ids=["on", "off"]
)
def test_magic_ids_can_be_turned_off(options: tuple[str, ...], status: str) -> None:
    body = {"users": [{"id": "mock_operation_fails"}]}
    with Serving("--progress", "immediate", *options) as serving, serving.client() as client:
        assert client.post(BULK, json=body).json()["status"] == status


def ids_of(*options: str) -> list[str]:
    """The ids that one server gives to the same calls."""
    with Serving("--clock", "manual", *options) as serving, serving.client() as client:
        trigger = client.post("/v1/workflows/w/trigger", json={"recipients": []})
        operations = [client.post(BULK, json=USERS) for _ in range(2)]
    bulk_ids = [response.json()["id"] for response in operations]
    return [trigger.json()["workflow_run_id"], trigger.headers["x-request-id"], *bulk_ids]


def test_a_seed_gives_the_same_ids_again() -> None:
    first, again, other = ids_of("--seed", "7"), ids_of("--seed", "7"), ids_of("--seed", "8")
    assert first == again
    assert not set(first) & set(other)


def test_unknown_example_is_lenient() -> None:
    with Serving("--unknown", "example") as serving, serving.client("My API Key") as client:
        assert client.get("/v1/users/user_id").json()["id"] == "user_id"
        assert client.delete("/v1/users/user_id").status_code == 204


def test_max_body_is_the_limit() -> None:
    with Serving("--max-body", "100") as serving, serving.client() as client:
        assert client.put("/v1/users/a", json={"name": "x" * 50}).status_code == 200
        assert client.put("/v1/users/a", json={"name": "x" * 100}).status_code == 413


def test_a_variable_reaches_a_real_server() -> None:
    variables = {"MOCK_KNOCK_PORT": "0", "MOCK_KNOCK_PROGRESS": "immediate"}
    with Serving(variables=variables) as serving, serving.client() as client:
        assert client.post(BULK, json=USERS).json()["status"] == "completed"


def test_log_level_info_shows_requests_and_no_secrets() -> None:
    with Serving("--log-level", "info") as serving:
        with serving.client("sk_do_not_show") as client:
            headers = {"x-knock-user-token": "ey.do_not_show"}
            client.get("/v1/users/nadia?after=x", headers=headers)
            client.post(BULK, json=USERS)
            client.get("/v1/users/a%0Aforged%20line%1b%5b31m")
        _, out, err = serving.stop()
    assert out == ""
    assert "GET /v1/users/nadia 404" in err
    assert f"POST {BULK} 200" in err
    assert "do_not_show" not in err
    # One request, one line, whatever its path holds.
    assert not [line for line in err.splitlines() if line.startswith("forged")]
    assert "\x1b" not in err


@pytest.mark.parametrize("level", ["warning", "error"])
def test_at_other_levels_requests_are_not_shown(level: str) -> None:
    with Serving("--log-level", level) as serving:
        with serving.client() as client:
            client.get("/v1/users")
            client.get("/v1/users/nobody")
        assert serving.stop() == (0, "", "")


def test_log_level_debug_shows_no_secrets_either() -> None:
    with Serving("--log-level", "debug") as serving:
        with serving.client("sk_do_not_show") as client:
            client.get("/v1/users")
        assert "do_not_show" not in serving.stop()[2]
