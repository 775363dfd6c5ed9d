"""The pytest fixture: fresh environments, one server, in any kind of run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from mock_knock import ControlError, KnockServer, MockKnock, Settings

BULK = "/v1/users/bulk/identify"


def test_a_test_that_needs_no_socket_has_none(mock_knock_settings: Settings) -> None:
    server = KnockServer(mock_knock_settings)
    with MockKnock(server, "quiet").client() as client:
        assert client.get("/v1/users").status_code == 200
    assert not server.running
    with pytest.raises(RuntimeError, match="start"):
        _ = server.url


def test_with_and_without_a_socket_it_is_one_environment(mock_knock: MockKnock) -> None:
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    with mock_knock.client() as inside, httpx.Client(headers=headers) as outside:
        inside.put("/v1/users/a", json={"name": "A"})
        assert outside.get(f"{mock_knock.url}/v1/users/a").json()["name"] == "A"
        outside.put(f"{mock_knock.url}/v1/users/b", json={})
        assert inside.get("/v1/users/b").status_code == 200
    assert [request.operation_id for request in mock_knock.requests] == [
        "identifyUser",
        "getUser",
        "identifyUser",
        "getUser",
    ]


async def test_async_clients_need_no_socket_either(mock_knock: MockKnock) -> None:
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    async with httpx.AsyncClient(
        transport=mock_knock.transport, base_url="http://knock", headers=headers
    ) as client:
        operation = (await client.post(BULK, json={"users": [{"id": "a"}]})).json()
        for _ in range(3):
            operation = (await client.get(operation["progress_path"])).json()
    assert operation["status"] == "completed"


def test_the_clock_stands_until_it_is_told(mock_knock: MockKnock) -> None:
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert mock_knock.clock.now == mock_knock.clock.now == start
    assert mock_knock.clock.advance(1.5) == start + timedelta(seconds=1.5)
    assert mock_knock.clock.advance(timedelta(days=1)) == start + timedelta(days=1, seconds=1.5)
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert mock_knock.clock.set(later) == later
    with pytest.raises(ControlError):
        mock_knock.clock.set(start)
    with pytest.raises(ControlError):
        mock_knock.clock.advance(-1)
    with pytest.raises(ValueError, match="time zone"):
        mock_knock.clock.set(datetime(2028, 1, 1))
    assert mock_knock.clock.now == later


def test_the_clock_can_run_to_where_an_operation_is(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    mock_knock.plan_next(progress="time", queue_for=60, duration=60)
    id = client.post(BULK, json={"users": [{"id": "a"}, {"id": "b"}]}).json()["id"]
    start = mock_knock.clock.now
    assert mock_knock.clock.run_until(id, "processing") == start + timedelta(seconds=60)
    assert client.get(f"/v1/bulk_operations/{id}").json()["status"] == "processing"
    assert mock_knock.clock.run_until(id) == start + timedelta(seconds=120)
    assert client.get(f"/v1/bulk_operations/{id}").json()["status"] == "completed"
    with pytest.raises(ControlError, match=r"never changes|Time alone"):
        mock_knock.clock.run_until(id, "failed")
    with pytest.raises(ControlError, match="There is no bulk operation"):
        mock_knock.clock.run_until("6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6")


def test_the_clock_can_run_until_nothing_is_left(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    mock_knock.plan_all(progress="time", queue_for=3600, rows_per_second=1)
    for _ in range(3):
        client.post(BULK, json={"users": [{"id": "a"}]})
    end = mock_knock.clock.run_until_idle()
    assert end == datetime(2026, 1, 5, 10, 0, 1, tzinfo=UTC)
    assert {o["status"] for o in mock_knock.bulk_operations} == {"completed"}


def test_looking_at_operations_moves_nothing(mock_knock: MockKnock, client: httpx.Client) -> None:
    id = client.post(BULK, json={"users": [{"id": "a"}]}).json()["id"]
    for _ in range(10):
        assert mock_knock.bulk_operations.get(id)["status"] == "queued"
        assert mock_knock.bulk_operations[0]["status"] == "queued"
    assert client.get(f"/v1/bulk_operations/{id}").json()["status"] == "queued"


def test_an_operation_can_be_moved_by_hand(mock_knock: MockKnock, client: httpx.Client) -> None:
    mock_knock.plan_all(progress="manual")
    users = {"users": [{"id": id} for id in "abcd"]}
    first, second = (client.post(BULK, json=users).json()["id"] for _ in range(2))
    control = mock_knock.bulk_operations
    assert control.move(first, 0)["status"] == "processing"
    assert control.move(first, 3)["processed_rows"] == 3
    assert client.get(f"/v1/bulk_operations/{first}").json()["processed_rows"] == 3
    assert list(mock_knock.users) == ["a", "b", "c"]
    assert control.finish(first)["status"] == "completed"
    assert control.fail(second)["status"] == "failed"
    for again in (control.finish, control.fail):
        with pytest.raises(ControlError, match=r"never changes|Time alone"):
            again(second)


def test_a_plan_is_for_the_next_operation_of_its_kind_only(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    mock_knock.plan_next("users.delete", progress="immediate", outcome="failed")
    identify = client.post(BULK, json={"users": [{"id": "a"}]}).json()
    bodies = [client.post("/v1/users/bulk/delete", json={"user_ids": ["a"]}) for _ in range(2)]
    assert identify["status"] == "queued"
    assert [response.json()["status"] for response in bodies] == ["failed", "queued"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"reads": 0}, "reads"), ({"outcome": "lost"}, "outcome"), ({"speed": 1}, "speed")],
)
def test_a_plan_that_makes_no_sense_is_refused(
    mock_knock: MockKnock, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(ControlError, match=named):
        mock_knock.plan_next(**fields)


def test_a_fresh_environment_costs_little_and_leaves_nothing(
    mock_knock_server: KnockServer,
) -> None:
    environments = mock_knock_server.service.environments
    before = len(environments)
    for n in range(100):
        mock = MockKnock(mock_knock_server, f"one-of-many-{n}")
        mock.users.identify("a")
        mock.close()
    assert len(environments) == before


def test_a_branch_of_a_closed_environment_is_gone_too(mock_knock_server: KnockServer) -> None:
    for _ in range(2):
        mock = MockKnock(mock_knock_server, "closed-and-opened-again")
        with mock.client() as client:
            client.headers["x-knock-branch"] = "b"
            assert client.get("/v1/users").json()["entries"] == []
            client.put("/v1/users/a", json={})
        mock.close()


def test_a_server_can_be_started_again(mock_knock_settings: Settings) -> None:
    server = KnockServer(mock_knock_settings)
    mock = MockKnock(server, "again")
    headers = {"authorization": f"Bearer {mock.api_key}"}
    for expected in ([], ["a"]):
        found = httpx.get(f"{mock.url}/v1/users", headers=headers).json()["entries"]
        assert [user["id"] for user in found] == expected
        mock.users.identify("a")
        server.stop()
        assert not server.running
    # And used in process when it is stopped.
    with mock.client() as client:
        assert client.get("/v1/users/a").status_code == 200
