"""A restored world goes on exactly like the one that its snapshot was taken of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import ClockSpec, KnockServer, MockKnock, Settings, WorldSettings
from mock_knock.api.environments import Environments
from mock_knock.snapshots import read_text, restore, take, write_text
from mock_knock.world.channels import DEFAULT_FEED_ID
from mock_knock.world.instants import DEFAULT_START, SECOND
from tests.keys import public_pem, rsa_key

from .calls import BUSY, Call, scripts
from .clients import Client, client_of, new_server
from .graph import compare

MAIL = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c750"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[KnockServer, KnockServer]]:
    """Two servers, of other seeds and plans: everything has to come from the snapshot."""
    one, other = new_server(), new_server(seed="other")
    yield one, other
    one.stop()
    other.stop()


@given(busy=st.booleans(), before=scripts, dirt=scripts, after=scripts)
def test_a_restored_world_goes_on_like_the_original(
    servers: tuple[KnockServer, KnockServer],
    busy: bool,
    before: list[Call],
    dirt: list[Call],
    after: list[Call],
) -> None:
    with client_of(servers[0]) as original, client_of(servers[1]) as copy:
        original.play([*BUSY, *before] if busy else before)
        copy.play(dirt[:3])
        text = write_text(original.take())
        copy.restore(read_text(text))

        assert write_text(copy.take()) == text
        compare(original.environment, copy.environment)
        assert original.look() == copy.look()
        assert original.play(after) == copy.play(after)
        assert original.look() == copy.look()
        assert _after(original) == _after(copy)


def _after(client: Client) -> object:
    """A snapshot without the ids of requests, which are the server's."""
    document = client.take()
    for kept in document["idempotency"]:
        del kept["request_id"]
    return document


def test_the_journal_stays(servers: tuple[KnockServer, KnockServer]) -> None:
    with client_of(servers[0]) as client:
        document = client.take()
        client.play([Call("PUT", "/v1/users/z", {})])
        client.restore(document)
        assert [request.path for request in client.mock.requests] == ["/v1/users/z"]
        assert "z" not in client.mock.users
        assert client.take() == document


@pytest.mark.parametrize("scale", [1.0, 60.0, 0.5])
def test_a_running_clock_goes_on_from_the_snapshots_now(scale: float) -> None:
    server = KnockServer(Settings(world=WorldSettings(clock=ClockSpec(scale, DEFAULT_START))))
    environment = Environments(server.service.settings).open("sk_one", host=5 * SECOND)
    environment.world.sync(9 * SECOND)
    document = take(environment)
    other = Environments(server.service.settings).open("sk_other", host=70 * SECOND)
    restore(other, document, 100 * SECOND)
    assert other.world.now == environment.world.now == DEFAULT_START + 4 * SECOND * scale
    assert other.world.sync(102 * SECOND) == environment.world.sync(11 * SECOND)
    assert take(other) == take(environment)


def test_signing_keys_come_and_go_with_the_snapshot(mock_knock: MockKnock) -> None:
    client = Client(mock_knock)
    before = client.take()
    mock_knock.load_fixtures({"signing_keys": [public_pem(rsa_key())], "users": [{"id": "ann"}]})
    after = client.take()

    def seen_by_public_key() -> int:
        with mock_knock.client() as http:
            http.headers["authorization"] = f"Bearer {mock_knock.public_key}"
            return http.get(f"/v1/users/ann/feeds/{DEFAULT_FEED_ID}").status_code

    assert seen_by_public_key() == 401
    client.restore(before)
    assert seen_by_public_key() == 200
    client.restore(after)
    assert seen_by_public_key() == 401
    assert client.take() == after


def test_runs_and_messages_keep_what_was_declared_when_they_were_made(
    servers: tuple[KnockServer, KnockServer],
) -> None:
    begin = Call("POST", "/v1/workflows/slow/trigger", {"recipients": ["a"]})
    wait = Call("POST", "/_mock_knock/clock/advance", {"seconds": 6})
    with client_of(servers[0]) as original, client_of(servers[1]) as copy:
        original.play([begin, wait])
        original.mock.channels.declare("mail", "email", provider="email_other", id=MAIL)
        schema = {"type": "object", "required": ["n"]}
        anew = {"key": "slow", "trigger_data_json_schema": schema, "steps": []}
        original.mock.load_fixtures({"workflows": [anew]})
        document = original.take()
        [run], [message] = document["runs"].values(), document["messages"].values()
        assert len(run["workflow"]["steps"]) == 4
        assert message["channel"]["provider"] == "email_postmark"
        copy.restore(document)
        assert copy.take() == document
        compare(original.environment, copy.environment)
        assert original.play([wait, begin, wait]) == copy.play([wait, begin, wait])
        assert original.look() == copy.look()
        assert original.take() == copy.take()


def test_what_python_alone_can_store_is_kept_too(mock_knock: MockKnock) -> None:
    deep: Any = "deep"
    for _ in range(245):
        deep = {"a": deep}
    mock_knock.users.identify("deep", nest=deep)
    client = Client(mock_knock)
    document = client.take()
    client.restore(document)
    assert client.take() == document
