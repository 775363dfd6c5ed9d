"""Users: single documented facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.errors import InvalidParamsError, MissingError
from mock_knock.world.recipients import MAX_PROPERTIES_BYTES

from .worlds import Json, environment


def test_keys_not_sent_stay_nested_ones_too_and_null_overwrites() -> None:
    world = environment()
    world.users.identify("u", {"name": "Ada", "address": {"city": "Rome", "zip": "1"}}, world.now)
    body: Json = {"address": {"zip": None, "street": "Via"}}
    user = world.users.identify("u", body, world.now).to_json()
    assert user["name"] == "Ada"
    assert user["address"] == {"city": "Rome", "zip": None, "street": "Via"}


@pytest.mark.parametrize("new", [[], [3], {"a": 1}, None, "text"])
def test_an_array_is_replaced_not_merged(new: object) -> None:
    world = environment()
    world.users.identify("u", {"tags": [1, 2, {"a": 0}]}, world.now)
    assert world.users.identify("u", {"tags": new}, world.now).to_json()["tags"] == new


def test_created_at_is_the_callers_value_and_null_until_given() -> None:
    world = environment()
    assert world.users.identify("u", {}, world.now).to_json()["created_at"] is None
    at = "2020-01-01T00:00:00Z"
    assert world.users.identify("u", {"created_at": at}, world.now).to_json()["created_at"] == at


def test_what_knock_itself_says_of_a_user_cannot_be_set() -> None:
    world = environment()
    said = {"__typename": "Object", "id": "other", "updated_at": "never", "$trigger_data": {"a": 1}}
    assert world.users.identify("u", said, world.now).to_json() == {
        "__typename": "User",
        "id": "u",
        "created_at": None,
        "updated_at": "2026-01-05T09:00:00.000Z",
    }


def test_preferences_and_channel_data_are_no_properties() -> None:
    world = environment()
    body = {"preferences": {"default": {"workflows": {"w": False}}}, "channel_data": {"c": {}}}
    user = world.users.identify("u", body, world.now)
    assert not user.to_json().keys() & {"preferences", "channel_data"}
    assert user.channel_data == {"c": {}}
    assert user.preferences.one("default")["workflows"] == {"w": False}


def test_inline_channel_data_overwrites_the_channel_and_leaves_the_others() -> None:
    world = environment()
    world.users.identify("u", {"channel_data": {"a": {"tokens": [1], "x": 1}, "b": {}}}, world.now)
    user = world.users.identify("u", {"channel_data": {"a": {"tokens": [2]}}}, world.now)
    assert user.channel_data == {"a": {"tokens": [2]}, "b": {}}


def test_an_inline_set_may_ask_to_be_replaced() -> None:
    world = environment()
    sets: Json = {"default": {"workflows": {"a": True}, "categories": {"c": True}}}
    world.users.identify("u", {"preferences": sets}, world.now)
    sets = {"default": {"__persistence_strategy__": "replace", "workflows": {"b": True}}}
    preferences = world.users.identify("u", {"preferences": sets}, world.now).preferences
    assert preferences.one("default")["workflows"] == {"b": True}
    assert preferences.one("default")["categories"] is None


@given(st.integers(-3, 3))
def test_custom_properties_take_256_kb_together_and_not_a_byte_more(beyond: int) -> None:
    world = environment()
    world.users.identify("u", {"a": "x" * 1000, "name": "Ada"}, world.now)
    around = len('{"a":"","b":""}') + 1000
    text = "x" * (MAX_PROPERTIES_BYTES - around + beyond)
    before = world.users.get("u").to_json()
    if beyond <= 0:
        assert world.users.identify("u", {"b": text}, world.now).to_json()["b"] == text
    else:
        with pytest.raises(InvalidParamsError):
            world.users.identify("u", {"b": text, "name": "Eve"}, world.now)
        assert world.users.get("u").to_json() == before


def test_a_refused_identify_creates_nobody() -> None:
    world = environment()
    with pytest.raises(InvalidParamsError):
        world.users.identify("u", {"b": "x" * MAX_PROPERTIES_BYTES}, world.now)
    assert "u" not in world.users
    assert len(world.users) == 0


def test_reserved_properties_do_not_count_towards_the_256_kb() -> None:
    world = environment()
    avatar = "x" * (MAX_PROPERTIES_BYTES + 1)
    assert world.users.identify("u", {"avatar": avatar}, world.now).to_json()["avatar"] == avatar


@given(st.text(st.characters(exclude_characters="/#"), min_size=1, max_size=256))
def test_any_id_of_up_to_256_characters_without_slash_and_hash_is_a_good_one(id: str) -> None:
    world = environment()
    assert world.users.identify(id, {}, world.now).to_json()["id"] == id


@given(
    st.one_of(
        st.just(""),
        st.text(min_size=257, max_size=300),
        st.builds("{}{}{}".format, st.text(max_size=9), st.sampled_from("/#"), st.text(max_size=9)),
    )
)
def test_any_other_id_is_no_users(id: str) -> None:
    world = environment()
    with pytest.raises(MissingError):
        world.users.identify(id, {}, world.now)
    with pytest.raises(MissingError):
        world.users.get(id)
    assert len(world.users) == 0


def test_a_deleted_id_may_be_used_again_and_starts_empty_at_the_end_of_the_list() -> None:
    world = environment()
    sets = {"preferences": {"default": {"workflows": {"w": True}}}, "channel_data": {"c": {}}}
    world.users.identify("u", {"name": "Ada", **sets}, world.now)
    world.users.identify("v", {}, world.now)
    world.delete_user("u", world.now)
    user = world.users.identify("u", {}, world.now)
    assert "name" not in user.to_json()
    assert (user.channel_data, user.preferences.to_json()) == ({}, {})
    assert list(world.users) == ["v", "u"]


def test_in_a_merge_the_target_wins_and_only_missing_sets_and_channels_are_copied() -> None:
    world = environment()
    target: Json = {
        "name": "Ada",
        "address": {"city": "Rome"},
        "preferences": {"default": {"workflows": {"w": True}}},
        "channel_data": {"c": {"tokens": ["t"]}},
    }
    other: Json = {
        "name": "Eve",
        "email": "eve@example.com",
        "address": {"city": "Oslo", "zip": "1"},
        "preferences": {"default": {"categories": {"k": True}}, "tenant": {"channels": {}}},
        "channel_data": {"c": {"tokens": ["o"], "x": 1}, "d": {"tokens": []}},
    }
    world.users.identify("ada", target, world.now)
    world.users.identify("eve", other, world.now)
    world.advance(60)
    ada = world.merge_users("ada", "eve")
    assert ada.to_json() == {
        "__typename": "User",
        "id": "ada",
        "created_at": None,
        "name": "Ada",
        "email": "eve@example.com",
        "address": {"city": "Rome", "zip": "1"},
        "updated_at": "2026-01-05T09:01:00.000Z",
    }
    assert ada.channel_data == {"c": {"tokens": ["t"]}, "d": {"tokens": []}}
    assert ada.preferences.one("default")["categories"] is None
    assert ada.preferences.one("tenant")["channels"] == {}
    assert list(world.users) == ["ada"]
