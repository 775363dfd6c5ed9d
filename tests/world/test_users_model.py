"""Users beside a plain dict with a deep merge of its own, under any sequence of commands."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mock_knock.world.errors import InvalidParamsError, MissingError
from mock_knock.world.instants import to_millisecond_text
from mock_knock.world.listing import PageRequest

from .worlds import Json, all_users, environment

GROUPS = ("categories", "workflows", "channel_types", "channels", "commercial_subscribed")

ids = st.sampled_from(("a", "b", "c", "d", "é", "x" * 256))
impossible_ids = st.sampled_from(("", "a/b", "#", "x" * 257))
keys = st.sampled_from(("name", "email", "created_at", "plan", "address", "tags"))
scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("ab", max_size=2))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=6,
)
groups = st.dictionaries(
    st.sampled_from(GROUPS), st.dictionaries(keys, st.booleans(), max_size=2), max_size=2
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "preferences": st.dictionaries(st.sampled_from(("default", "t1", "t2")), groups),
        "channel_data": st.dictionaries(st.sampled_from(("c1", "c2")), values, max_size=2),
        **dict.fromkeys(("name", "email", "created_at", "plan", "address", "tags"), values),
    },
)
oversize = st.sampled_from(("blob", "plan")).map(lambda key: {key: "x" * (256 * 1024)})


def lay_over(base: Any, patch: Any) -> Any:
    """The documented deep merge, said in the shortest way."""
    if not (isinstance(base, dict) and isinstance(patch, dict)):
        return copy.deepcopy(patch)
    return {
        key: lay_over(base[key], patch[key])
        if key in base and key in patch
        else copy.deepcopy(patch[key] if key in patch else base[key])
        for key in [*base, *(key for key in patch if key not in base)]
    }


class UsersBesideADict(RuleBasedStateMachine):
    """`self.model` is in the order of creation, as dicts are."""

    def __init__(self) -> None:
        super().__init__()
        self.world = environment()
        self.model: dict[str, Json] = {}

    @rule(id=ids, body=bodies)
    def identify(self, id: str, body: Json) -> None:
        given = copy.deepcopy(body)
        answer = self.world.users.identify(id, given, self.world.now).to_json()
        assert given == body
        user = self.model.setdefault(id, {"properties": {}, "preferences": {}, "channel_data": {}})
        properties = {
            key: value for key, value in body.items() if key not in ("preferences", "channel_data")
        }
        user["properties"] = lay_over(user["properties"], properties)
        user["preferences"] = lay_over(user["preferences"], body.get("preferences", {}))
        user["channel_data"] |= copy.deepcopy(body.get("channel_data", {}))
        user["updated_at"] = to_millisecond_text(self.world.now)
        assert answer == self.shown(id)

    @rule(id=ids, body=bodies, large=oversize)
    def identify_with_too_large_properties(self, id: str, body: Json, large: Json) -> None:
        with pytest.raises(InvalidParamsError):
            self.world.users.identify(id, {**body, **large}, self.world.now)

    @rule(id=impossible_ids, body=bodies)
    def identify_with_an_impossible_id(self, id: str, body: Json) -> None:
        with pytest.raises(MissingError) as refused:
            self.world.users.identify(id, body, self.world.now)
        assert [detail.field for detail in refused.value.details] == ["user_id"]

    @rule(id=ids | impossible_ids)
    def get(self, id: str) -> None:
        if id in self.model:
            assert self.world.users.get(id).to_json() == self.shown(id)
        else:
            assert self.world.users.find(id) is None
            with pytest.raises(MissingError):
                self.world.users.get(id)

    @rule(id=ids)
    def delete(self, id: str) -> None:
        if self.model.pop(id, None) is None:
            with pytest.raises(MissingError):
                self.world.delete_user(id, self.world.now)
        else:
            self.world.delete_user(id, self.world.now)

    @rule(target_id=ids, from_id=ids)
    def merge(self, target_id: str, from_id: str) -> None:
        if target_id not in self.model or from_id not in self.model:
            with pytest.raises(MissingError):
                self.world.merge_users(target_id, from_id)
        elif target_id == from_id:
            with pytest.raises(InvalidParamsError) as refused:
                self.world.merge_users(target_id, from_id)
            assert [detail.field for detail in refused.value.details] == ["from_user_id"]
        else:
            answer = self.world.merge_users(target_id, from_id).to_json()
            user, other = self.model[target_id], self.model.pop(from_id)
            user["properties"] = lay_over(other["properties"], user["properties"])
            user["preferences"] = other["preferences"] | user["preferences"]
            user["channel_data"] = other["channel_data"] | user["channel_data"]
            user["updated_at"] = to_millisecond_text(self.world.now)
            assert answer == self.shown(target_id)

    @rule(seconds=st.sampled_from((0.0, 0.001, 0.0004, 60.0)))
    def wait(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(size=st.integers(1, 4), after=st.none() | ids)
    def page(self, size: int, after: str | None) -> None:
        order = list(self.model)
        user = None if after is None else self.world.users.find(after)
        start = 0 if user is None else order.index(user.id) + 1
        cursor = None if user is None else user.place
        page = self.world.users.page(PageRequest(after=cursor, size=size))
        assert [found.id for found in page.rows] == order[start : start + size]
        assert (page.after is None) == (start + size >= len(order))

    @invariant()
    def shows_the_same_users_in_the_order_of_their_creation(self) -> None:
        assert list(self.world.users) == list(self.model)
        assert len(self.world.users) == len(self.model)
        assert all_users(self.world) == [self.shown_whole(id) for id in self.model]

    def shown(self, id: str) -> Json:
        user = self.model[id]
        shape = {"__typename": "User", "id": id, "created_at": None, **user["properties"]}
        return {**shape, "updated_at": user["updated_at"]}

    def shown_whole(self, id: str) -> Json:
        user = self.model[id]
        nothing = dict.fromkeys(GROUPS)
        sets = {key: {"id": key, **nothing, **set} for key, set in user["preferences"].items()}
        return {**self.shown(id), "preferences": sets, "channel_data": user["channel_data"]}


TestUsersBesideADict = UsersBesideADict.TestCase
