"""What every environment of a server, or one of them, begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_knock import (
    FIXTURE_SETTINGS,
    FixturesError,
    InProcessTransport,
    KnockServer,
    MockKnock,
    Settings,
)
from tests.api.envelope import assert_refused
from tests.python_calls import python_calls

FIXTURES: dict[str, Any] = {
    "workflows": [
        {"key": "welcome"},
        {"key": "off", "status": "inactive"},
        {"key": "slow", "delay": 60, "steps": [{}, {"delay": 30}]},
        {
            "key": "checked",
            "trigger_data_json_schema": {
                "type": "object",
                "required": ["park"],
                "properties": {
                    "park": {"type": "string"},
                    "visitors": {"type": "integer", "minimum": 0},
                    "when": {"type": "string", "format": "date-time"},
                },
                "additionalProperties": False,
            },
        },
    ],
    "users": [
        {"id": "ellie", "name": "Ellie", "plan": {"name": "pro"}, "tags": ["a"]},
        {"id": "alan", "preferences": {"default": {"channel_types": {"email": False}}}},
    ],
    "tenants": [{"id": "ingen", "name": "InGen"}],
    "objects": [{"collection": "projects", "id": "park", "name": "Isla Nublar"}],
}


@pytest.fixture(scope="module")
def server() -> Iterator[KnockServer]:
    server = KnockServer(replace(FIXTURE_SETTINGS, fixtures=FIXTURES))
    yield server
    server.stop()


@pytest.fixture
def mock(server: KnockServer, request: pytest.FixtureRequest) -> Iterator[MockKnock]:
    """An environment that begins with the fixtures."""
    mock = MockKnock(server, request.node.name)
    yield mock
    assert mock.take_errors() == []
    mock.close()


@pytest.fixture
def client(mock: MockKnock) -> Iterator[httpx.Client]:
    with mock.client() as client:
        yield client


Trigger = Callable[..., httpx.Response]


@pytest.fixture
def trigger(client: httpx.Client) -> Trigger:
    def trigger(key: str, data: Any = None, **body: Any) -> httpx.Response:
        given = {"recipients": ["ellie"], **body} | ({} if data is None else {"data": data})
        return client.post(f"/v1/workflows/{key}/trigger", json=given)

    return trigger


def test_users_are_there_from_the_start(client: httpx.Client) -> None:
    found = client.get("/v1/users", params={"include[]": "preferences"}).json()["entries"]
    assert [user["id"] for user in found] == ["ellie", "alan"]
    assert found[0]["plan"] == {"name": "pro"}
    assert found[0]["updated_at"] == "2026-01-05T09:00:00.000Z"
    assert found[1]["preferences"]["default"]["channel_types"] == {"email": False}


def test_tenants_and_objects_are_there_from_the_start(mock: MockKnock) -> None:
    found = mock.call(
        lambda world: [
            world.objects.find("$tenants", "ingen"),
            world.objects.find("projects", "park"),
        ]
    )
    assert [each.properties["name"] for each in found if each] == ["InGen", "Isla Nublar"]


def test_what_one_environment_changes_another_does_not_see(server: KnockServer) -> None:
    with httpx.Client(transport=InProcessTransport(server), base_url="http://k") as client:
        seen = []
        for key in ("sk_one", "sk_two"):
            headers = {"authorization": f"Bearer {key}"}
            seen.append(client.get("/v1/users/ellie", headers=headers).json())
            body = {"name": key, "plan": {"name": "free"}, "tags": ["b"]}
            client.put("/v1/users/ellie", headers=headers, json=body)
            client.delete("/v1/users/alan", headers=headers)
        assert seen[0] == seen[1]


def test_a_branch_begins_with_them_too(client: httpx.Client) -> None:
    assert client.get("/v1/users/ellie", headers={"x-knock-branch": "b"}).status_code == 200


def test_an_unknown_workflow_is_missing(trigger: Trigger) -> None:
    assert trigger("welcome").status_code == 200
    assert_refused(trigger("wellcome"), 404, "workflow_missing")


def test_an_inactive_workflow_starts_no_run(mock: MockKnock, trigger: Trigger) -> None:
    assert_refused(trigger("off"), 422, "workflow_inactive")
    assert mock.workflows.runs == []


def test_delays_hold_runs_back(mock: MockKnock, trigger: Trigger) -> None:
    trigger("slow")
    mock.clock.advance(89)
    assert [run["status"] for run in mock.workflows.runs] == ["paused"]
    mock.clock.advance(1)
    assert [run["status"] for run in mock.workflows.runs] == ["completed"]


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (None, ["data.park"]),
        ({}, ["data.park"]),
        ({"park": 1}, ["data.park"]),
        ({"park": "a", "visitors": -1}, ["data.visitors"]),
        ({"park": "a", "when": "soon"}, ["data.when"]),
        ({"park": "a", "x": 1}, ["data.x"]),
        ({"visitors": "many", "when": 1}, ["data.park", "data.visitors", "data.when"]),
    ],
)
def test_data_that_breaks_the_schema_is_refused_with_every_fault(
    mock: MockKnock, trigger: Trigger, data: Any, fields: list[str]
) -> None:
    body = assert_refused(
        trigger("checked", data, recipients=[{"id": "new"}]), 422, "invalid_params"
    )
    assert sorted(error["field"] for error in body["errors"]) == fields
    assert "'checked'" in body["message"]
    assert mock.workflows.runs == []
    assert "new" not in mock.users


def test_data_that_keeps_the_schema_starts_a_run(mock: MockKnock, trigger: Trigger) -> None:
    data = {"park": "a", "visitors": 3, "when": "2026-01-05T09:00:00Z"}
    assert trigger("checked", data).status_code == 200
    assert len(mock.workflows.runs) == 1


def test_an_inactive_workflow_goes_before_its_schema(mock: MockKnock, trigger: Trigger) -> None:
    schema = {"required": ["a"]}
    mock.load_fixtures(
        {"workflows": [{"key": "w", "status": "inactive", "trigger_data_json_schema": schema}]}
    )
    assert_refused(trigger("w"), 422, "workflow_inactive")


def test_one_environment_may_have_more(mock: MockKnock, trigger: Trigger, tmp_path: Path) -> None:
    file = tmp_path / "more.yml"
    file.write_text("workflows: [{key: more}]\nusers: [{id: ian}, {id: ellie, name: Dr. Sattler}]")
    mock.load_fixtures(file)
    assert trigger("more").status_code == trigger("welcome").status_code == 200
    assert list(mock.users) == ["ellie", "alan", "ian"]
    assert mock.users["ellie"]["name"] == "Dr. Sattler"
    assert mock.users["ellie"]["plan"] == {"name": "pro"}
    other = MockKnock(mock.server, "other")
    assert list(other.users) == ["ellie", "alan"]
    other.close()


def test_what_makes_no_sense_changes_nothing(mock: MockKnock) -> None:
    with pytest.raises(FixturesError, match=r"workflows\[0\]\.key is required"):
        mock.load_fixtures({"users": [{"id": "x"}], "workflows": [{}]})
    assert "x" not in mock.users


def test_a_server_is_not_made_of_what_makes_no_sense(tmp_path: Path) -> None:
    with pytest.raises(FixturesError, match="cannot be read"):
        KnockServer(Settings(fixtures=tmp_path / "none.yml"))


def test_the_file_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "knock.json"
    file.write_text('{"users": [{"id": "a"}]}')
    server = KnockServer(Settings(fixtures=file))
    file.unlink()
    assert list(MockKnock(server, "x").users) == ["a"]


def test_a_fresh_environment_takes_a_few_calls_for_each_thing_of_the_file() -> None:
    """With an ordinary file. Docs: benchmarks.md has how long that takes."""
    many = {
        **FIXTURES,
        "users": [{"id": f"user-{n}", "name": "A", "email": "a@b.c"} for n in range(100)],
        "tenants": [{"id": f"tenant-{n}", "name": "A"} for n in range(10)],
    }
    server = KnockServer(replace(FIXTURE_SETTINGS, fixtures=many))
    MockKnock(server, "first").close()  # what is made once is made now
    things = sum(len(many[name]) for name in ("workflows", "users", "tenants", "objects"))
    assert python_calls(lambda: MockKnock(server, "fresh").close()) < 25 * things
