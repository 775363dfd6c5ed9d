"""What is exported from an environment makes another one with the same things in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import FIXTURE_SETTINGS, KnockServer, MockKnock
from mock_knock.fixtures import Exported, export, load_fixtures
from mock_knock.world.environment import Environment
from mock_knock.world.guides import Guide
from mock_knock.world.steps import ChannelStep
from tests.keys import public_pem, rsa_key
from tests.snapshots.calls import BUSY, Call, scripts
from tests.snapshots.clients import client_of, new_server
from tests.snapshots.rich import FEED, FIXTURES, TOUR

Json = dict[str, Any]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[KnockServer, KnockServer]]:
    """A server whose environments begin with fixtures, and one whose environments are empty."""
    one, other = new_server(), KnockServer(FIXTURE_SETTINGS)
    yield one, other
    one.stop()
    other.stop()


def exported(mock: MockKnock) -> Exported:
    """What is exported from the environment."""
    server = mock.server
    return server.call(lambda: export(server.service.open_environment(mock.api_key)))


def declared(mock: MockKnock) -> Json:
    """All that a fixtures file can say of an environment, read from its world."""

    def read(world: Environment) -> Json:
        def stored(recipient: Any) -> Json:
            return {
                "properties": recipient.properties,
                "channel_data": recipient.channel_data,
                "preferences": recipient.preferences.to_json(),
            }

        def there(tenant: str | None) -> bool:
            return tenant is None or world.objects.find("$tenants", tenant) is not None

        return {
            "users": [(user.id, stored(user)) for user in world.users.rows()],
            "objects": {(o.collection, o.id): stored(o) for o in world.objects.rows()},
            "channels": [
                (c.key, c.kind, c.id, c.provider, c.name, c.sandbox, c.ends) for c in world.channels
            ],
            "workflows": [
                (w.key, w.active, w.delay, w.steps, w.categories, w.data_schema)
                for w in world.workflows.declared
            ],
            "guides": [replace(guide, declared_at=0) for guide in world.guides.declared],
            "audiences": [
                (a.key, a.static, [m for m in world.audiences.memberships(a.key) if there(m[1])])
                for a in world.audiences.declared
            ],
            "preference_center": [
                getattr(world.preference_center, name)
                for name in ("enabled", "title", "body", "rows", "account_name", "branding")
            ],
            "preference_defaults": world.preferences.environment_default,
        }

    return mock.call(read)


@given(busy=st.booleans(), script=scripts)
def test_what_is_exported_and_loaded_is_the_same(
    servers: tuple[KnockServer, KnockServer], busy: bool, script: list[Call]
) -> None:
    with client_of(servers[0]) as original, client_of(servers[1]) as copy:
        original.play([*BUSY, *script] if busy else script)
        found = exported(original.mock)
        assert all("which is deleted" in fault.message for fault in found.left_out)
        copy.mock.load_fixtures(found.document)
        assert declared(copy.mock) == declared(original.mock)
        assert exported(copy.mock) == Exported(found.document, ())


def test_a_fixtures_file_comes_back_as_it_was(servers: tuple[KnockServer, KnockServer]) -> None:
    with client_of(servers[0]) as client:
        document = exported(client.mock).document
    for section in ("workflows", "audiences", "preference_defaults", "objects", "tenants"):
        assert document[section] == FIXTURES[section]
    assert [guide["key"] for guide in document["guides"]] == ["tour", "beta"]
    assert document["guides"][0] == {**FIXTURES["guides"][0], "id": TOUR}
    assert document["channels"][0] == {"key": "inbox", "type": "in_app_feed", "id": FEED}
    users = {user["id"]: user for user in document["users"]}
    assert users["a"] == FIXTURES["users"][0]
    assert users["b"] == {"id": "b"}  # made by being in an audience
    assert "signing_keys" not in document


def test_an_empty_environment_has_nothing_to_export(mock_knock: MockKnock) -> None:
    assert exported(mock_knock) == Exported({}, ())


def test_the_document_can_be_a_file(mock_knock: MockKnock, tmp_path: Path) -> None:
    mock_knock.load_fixtures({**FIXTURES, "signing_keys": [public_pem(rsa_key())]})
    document = exported(mock_knock).document
    for name, write in (("a.json", json.dumps), ("a.yml", yaml.safe_dump)):
        (tmp_path / name).write_text(write(document), encoding="utf-8")
        again = load_fixtures(tmp_path / name)
        assert again.users == load_fixtures(document).users
        assert again.signing_keys == (public_pem(rsa_key()),)


def test_what_means_something_at_the_top_of_an_object_goes_beneath(mock_knock: MockKnock) -> None:
    odd = {"properties": {"properties": {"a": 1}, "name": 5, "locale": None, "b": 2}}
    with mock_knock.client() as client:
        assert client.put("/v1/objects/odd/o", json=odd).status_code == 200
    found = exported(mock_knock)
    assert found.left_out == ()
    assert found.document["objects"] == [
        {"collection": "odd", "id": "o", "locale": None, "b": 2,
         "properties": {"properties": {"a": 1}, "name": 5}}
    ]  # fmt: skip
    before = declared(mock_knock)
    mock_knock.call(lambda world: world.objects.delete("odd", "o"))
    mock_knock.load_fixtures(found.document)
    assert declared(mock_knock) == before


def test_what_a_file_cannot_say_is_left_out_and_told(mock_knock: MockKnock) -> None:
    mail = mock_knock.channels.declare("mail", "email")
    mock_knock.workflows.declare("w", steps=[ChannelStep(mail.id, ref="a"), ChannelStep("mail")])
    mock_knock.users.identify("u", name="U", channel_data={"mine": {"tokens": []}})
    guides = mock_knock.channels.declare("guides", "in_app_guide")
    guide = Guide(key="g", channel_id=guides.id)
    mock_knock.call(lambda world: world.guides.declare(guide, world.now))
    # The channels become others, so the first step and the guide lead nowhere.
    mock_knock.channels.declare("mail", "email", id="a93c5e10-72bd-4f06-8e4a-1d60f8b2c738")
    mock_knock.channels.declare("guides", "http")
    found = exported(mock_knock)
    assert found.document["users"] == [{"id": "u", "name": "U", "channel_data": {}}]
    assert found.document["workflows"] == [{"key": "w", "steps": [{"channel_key": "mail"}]}]
    assert found.document["guides"] == []
    assert sorted(fault.field for fault in found.left_out) == [
        "guides[0].channel_key",
        "users[0].channel_data.mine",
        "workflows[0].steps[0].channel_key",
    ]
    load_fixtures(found.document)


def test_a_member_within_a_deleted_tenant_is_left_out(mock_knock: MockKnock) -> None:
    mock_knock.load_fixtures(
        {"audiences": [{"key": "vip", "members": ["a", {"user": "b", "tenant": "t"}]}]}
    )
    mock_knock.call(lambda world: world.delete_tenant("t", world.now))
    found = exported(mock_knock)
    assert found.document["audiences"] == [{"key": "vip", "members": ["a"]}]
    assert "tenants" not in found.document
    [fault] = found.left_out
    assert (fault.field, fault.message) == (
        "audiences.vip", "had 'b' within the tenant 't', which is deleted",
    )  # fmt: skip


def test_a_step_that_names_its_channel_by_id_is_exported_by_key(mock_knock: MockKnock) -> None:
    mail = mock_knock.channels.declare("mail", "email")
    mock_knock.workflows.declare("w", steps=[mail.id])
    assert exported(mock_knock).document["workflows"][0]["steps"] == [{"channel_key": "mail"}]


def test_the_document_shares_nothing_with_the_environment(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("u", plan={"name": "pro"})
    exported(mock_knock).document["users"][0]["plan"]["name"] = "changed"
    assert mock_knock.users["u"]["plan"] == {"name": "pro"}
