"""Environments over HTTP: listed, opened, dropped, reset, restored; clocks and plans of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mock_knock import ControlClient, ControlError, KnockServer, MockKnock, Settings
from mock_knock.settings import FIXTURE_SETTINGS
from mock_knock.world.events import Event

from .conftest import leave

FIXTURES = {"users": [{"id": "ellie"}], "workflows": [{"key": "welcome"}]}
START = "2026-01-05T09:00:00.000000Z"


@pytest.fixture(scope="module")
def server() -> KnockServer:
    """A server whose environments begin with a user."""
    return KnockServer(replace(FIXTURE_SETTINGS, fixtures=FIXTURES))


@pytest.fixture
def mock(server: KnockServer) -> Iterator[MockKnock]:
    mock = MockKnock(server, "first")
    yield mock
    leave(mock)


@pytest.fixture
def all(mock: MockKnock) -> Any:
    """The calls for all environments."""
    return mock.control.server


def test_environments_are_listed_without_their_keys(mock: MockKnock, all: Any) -> None:
    with mock.client() as client:
        client.put("/v1/users/alan", json={})
    opened = all.environments.open("a very secret key of somebody", branch="b")
    first, second = all.environments.list()
    assert (first["label"], first["counts"]["users"], first["counts"]["requests"]) == (
        "first", 2, 1,
    )  # fmt: skip
    assert first["last_request"] == {
        "at": START, "method": "PUT", "path": "/v1/users/alan", "status": 200,
    }  # fmt: skip
    assert second == opened == all.environments.get(second["id"])
    assert second["label"] == "a very… (b)"
    assert second["last_request"] is None
    assert "secret" not in str(all.environments.list())


def test_an_environment_that_is_open_is_not_opened_again(mock: MockKnock, all: Any) -> None:
    mock.users.identify("alan")
    again = all.environments.open(mock.public_key)
    assert again["counts"]["users"] == 2
    assert len(all.environments.list()) == 1


@pytest.mark.parametrize("key", ["", " sk_a", "sk_a\n", "schlüssel", "a\x00b"])
def test_what_no_header_can_carry_is_no_key(all: Any, key: str) -> None:
    with pytest.raises(ControlError) as caught:
        all.environments.open(key)
    assert [place.field for place in caught.value.fields] == ["key"]
    assert len(all.environments.list()) == 1


def test_a_dropped_environment_begins_anew_with_its_key(mock: MockKnock, all: Any) -> None:
    branch = all.environments.open(mock.api_key, branch="b")
    all.environments.drop(branch["id"])
    assert [one["label"] for one in all.environments.list()] == ["first"]
    mock.users.identify("alan")
    all.environments.drop(all.environments.list()[0]["id"])
    assert all.environments.list() == []
    with mock.client() as client:
        assert [user["id"] for user in client.get("/v1/users").json()["entries"]] == ["ellie"]


def test_an_unknown_environment_is_refused_with_those_that_are_there(all: Any) -> None:
    for call in (all.environments.get, all.environments.drop):
        with pytest.raises(ControlError, match=r"\(first\)") as caught:
            call("nobody")
        assert (caught.value.status, caught.value.code) == (404, "environment_missing")


def listen(mock: MockKnock) -> list[Event]:
    """What happens in the environment from now on."""
    heard: list[Event] = []

    def hear(_: object, event: Event) -> None:
        if event.kind != "control.called":
            heard.append(event)

    mock.server.service.environments.watch(hear)
    return heard


def used(mock: MockKnock) -> None:
    """Leave something of everything behind."""
    mock.clock.advance(3600)
    mock.plan_all(outcome="failed")
    with mock.client() as client:
        headers = {"idempotency-key": "k"}
        body = {"recipients": ["ellie"]}
        client.post("/v1/workflows/welcome/trigger", json=body, headers=headers)
        client.put("/v1/users/alan", json={})
    mock.load_fixtures({"channels": [{"key": "email", "type": "email"}]})


def test_a_reset_environment_is_as_it_began(mock: MockKnock, server: KnockServer) -> None:
    fresh = MockKnock(server, "fresh")
    expected = fresh.control.snapshots.take()
    used(mock)
    heard = listen(mock)
    status = mock.control.reset()
    assert (status["clock"]["now"], status["users"]) == (START, 1)
    found = mock.control.snapshots.take()
    for section in expected.keys() - {"environment", "channels"}:
        assert found[section] == expected[section], section
    assert not mock.requests
    assert [event.kind for event in heard][:1] == ["environment.reset"]
    assert [event.kind for event in mock.call(lambda world: list(world.events))][:1] == [
        "environment.reset"
    ]
    with mock.client() as client:
        client.put("/v1/users/alan", json={})
    assert {"request", "answer"} <= {event.kind for event in heard}
    numbers = [event.number for event in heard]
    assert numbers == sorted(set(numbers))
    fresh.close()


def test_a_restored_environment_is_as_it_was(mock: MockKnock) -> None:
    used(mock)
    taken = mock.control.snapshots.take()
    heard = listen(mock)
    mock.users.identify("ian")
    mock.clock.advance(7200)
    mock.control.plans.remove_rule("*")
    heard.clear()
    status = mock.control.snapshots.restore(taken)
    assert status["clock"]["now"] == "2026-01-05T10:00:00.000000Z"
    assert mock.control.snapshots.take() == taken
    assert list(mock.users) == ["ellie", "alan"]
    assert not mock.requests
    assert [event.kind for event in heard] == ["environment.restored"]
    mock.plan_next(progress="time", queue_for=1)
    with mock.client() as client:
        client.post("/v1/users/bulk/identify", json={"users": [{"id": "z"}]})
    mock.clock.advance(10)
    assert "bulk_operation.completed" in {event.kind for event in heard}


def test_a_refused_snapshot_changes_nothing_and_tells_nobody(mock: MockKnock) -> None:
    used(mock)
    taken = mock.control.snapshots.take()
    heard = listen(mock)
    for broken in ({}, {**taken, "users": 5}, {**taken, "plans": {**taken["plans"], "next": [{}]}}):
        with pytest.raises(ControlError) as caught:
            mock.control.snapshots.restore(broken)
        assert caught.value.status == 422
        assert caught.value.fields
    assert mock.control.snapshots.take() == taken
    assert mock.requests
    assert heard == []


def test_what_is_exported_can_be_loaded(mock: MockKnock, server: KnockServer) -> None:
    used(mock)
    document = mock.control.fixtures.export()
    other = MockKnock(server, "other")
    assert other.control.fixtures.load(document)["users"] == 2
    assert other.control.fixtures.export() == document
    other.close()


@pytest.mark.parametrize(
    ("media_type", "text", "status"),
    [
        ("application/yaml", "users: [{id: a}]", 200),
        ("text/yaml; charset=utf-8", "users: [{id: a}]", 200),
        ("application/x-yaml", '{"users": [{"id": "a"}]}', 200),
        ("application/json", '{"users": [{"id": "a"}]}', 200),
        ("text/plain", "users: [{id: a}]", 415),
        ("application/json", "users: [{id: a}]", 400),
        ("application/yaml", "[" * 100_000, 422),
        ("application/yaml", "a: &a [*a]", 422),
        ("application/yaml", "users: [", 422),
        ("application/yaml", "- 1", 422),
        ("application/yaml", "!!python/object:os.system {}", 422),
        ("application/yaml", "", 422),
    ],
)
def test_fixtures_come_in_yaml_and_json(
    mock: MockKnock, media_type: str, text: str, status: int
) -> None:
    with mock.client() as client:
        headers = {"content-type": media_type}
        answer = client.post("/_mock_knock/fixtures", content=text, headers=headers)
    assert answer.status_code == status, answer.text
    assert ("a" in mock.users) == (status == 200)


def test_aliases_to_aliases_do_not_fill_the_memory(mock: MockKnock) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    with pytest.raises(ControlError, match="too many values"):
        mock.control.fixtures.load("\n".join(lines))


# All at once.


def test_all_clocks_move_together_and_those_to_come_start_there(
    mock: MockKnock, server: KnockServer, all: Any
) -> None:
    other = MockKnock(server, "other")
    other.clock.advance(60)
    moved = all.clock.advance("PT1H")
    assert [one["clock"]["now"] for one in moved["environments"]] == [
        "2026-01-05T10:00:00.000000Z", "2026-01-05T10:01:00.000000Z",
    ]  # fmt: skip
    there = all.clock.set("2027-01-01T00:00:00Z")
    assert {one["clock"]["now"] for one in there["environments"]} == {"2027-01-01T00:00:00.000000Z"}
    third = MockKnock(server, "third")
    assert third.control.clock.read()["now"] == "2027-01-01T00:00:00.000000Z"
    assert all.clock.scale(60)["to_come"]["mode"] == "scaled"
    assert {one.control.clock.read()["mode"] for one in (mock, other, third)} == {"scaled"}
    frozen = all.clock.freeze()
    assert {one["clock"]["mode"] for one in frozen["environments"]} == {"manual"}
    assert frozen["to_come"] == {
        "mode": "manual", "scale": 0.0, "start": "2027-01-01T00:00:00.000000Z",
    }  # fmt: skip
    other.close()
    third.close()


@pytest.mark.parametrize("moment", ["2026-01-05T09:00:30Z", "1969-01-01T00:00:00Z"])
def test_a_moment_that_is_past_somewhere_moves_no_clock(
    mock: MockKnock, server: KnockServer, all: Any, moment: str
) -> None:
    other = MockKnock(server, "other")
    other.clock.advance(60)
    before = all.clock.read()
    with pytest.raises(ControlError, match=r"cannot go back|1970"):
        all.clock.set(moment)
    with pytest.raises(ControlError, match="9000"):
        all.clock.advance("P999999999D")
    assert all.clock.read() == before
    other.close()


def test_a_default_plan_for_all_is_for_those_to_come_too(
    mock: MockKnock, server: KnockServer, all: Any
) -> None:
    changed = all.plans.set_default(progress="immediate")
    later = MockKnock(server, "later")
    assert mock.control.plans.default() == later.control.plans.default() == changed
    mock.control.plans.set_default(reads=99)
    assert mock.control.plans.reset_default() == changed == all.plans.default()
    all.plans.reset_default()
    assert mock.control.plans.default()["progress"] == "polls"
    assert later.control.plans.default()["progress"] == "polls"
    later.close()


def test_everything_can_begin_again(mock: MockKnock, server: KnockServer, all: Any) -> None:
    used(mock)
    other = MockKnock(server, "other")
    all.clock.set("2027-01-01T00:00:00Z")
    all.plans.set_default(progress="immediate")
    assert all.reset() == 2
    assert {one.control.clock.read()["now"] for one in (mock, other)} == {START}
    assert all.plans.default()["progress"] == "polls"
    assert list(mock.users) == ["ellie"]
    other.close()


def test_the_environments_of_another_server_are_not_seen(mock: MockKnock) -> None:
    with ControlClient(
        "http://x", transport=MockKnock(KnockServer(Settings()), "x").transport
    ) as c:
        assert [one["label"] for one in c.server.environments.list()] == ["x"]
