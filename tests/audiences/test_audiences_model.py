"""Audiences beside a plain dict: joining, leaving, users that go, and who is identified by it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from mock_knock.world.audiences import Audience
from tests.machines import HttpMachine, Json, url

AUDIENCES = ("vip", "beta", "dynamic")
USERS = ("ann", "ben", "cat")
TENANTS = (None, "acme", "bell")

audiences = st.sampled_from(AUDIENCES)
members = st.tuples(st.sampled_from(USERS), st.sampled_from(TENANTS))


def sent(given: list[tuple[str, str | None]], **properties: Any) -> Json:
    return {"members": [{"user": {"id": u, **properties}, "tenant": t} for u, t in given]}


class AudiencesBesideADict(HttpMachine):
    """`self.model` has, by audience, its members in the order in which they joined."""

    def __init__(self) -> None:
        super().__init__()
        audience = Audience("dynamic", static=False)
        self.mock.call(lambda world: world.audiences.declare(audience))
        self.model: dict[str, dict[tuple[str, str | None], int]] = {"dynamic": {}}
        self.users: dict[str, Json] = {}
        self.tenants: set[str] = set()
        self.now = 0

    @rule(
        key=audiences,
        given=st.lists(members, max_size=4),
        create=st.booleans(),
        plan=st.integers(0, 3),
        broken=st.booleans(),
    )
    def add(
        self,
        key: str,
        given: list[tuple[str, str | None]],
        create: bool,
        plan: int,
        broken: bool,
    ) -> None:
        body = sent([*given, ("a/b", None)] if broken else given, plan=plan)
        path = url("audiences", key, "members")
        answer = self.ask("POST", path, body, create_audience=str(create).lower())
        if key not in self.model and not create:
            assert answer.status_code == 404
        elif key == "dynamic":
            assert answer.status_code == 422
        elif broken:
            assert answer.json()["errors"][0]["field"] == f"members[{len(given)}].user.id"
        else:
            assert answer.status_code == 204
            present = self.model.setdefault(key, {})
            for user, tenant in given:
                present.setdefault((user, tenant), self.now)
                self.users[user] = {**self.users.get(user, {}), "plan": plan}
                if tenant is not None:
                    self.tenants.add(tenant)

    @rule(key=audiences, given=st.lists(members, max_size=4))
    def remove(self, key: str, given: list[tuple[str, str | None]]) -> None:
        answer = self.ask("DELETE", url("audiences", key, "members"), sent(given))
        if key not in self.model:
            assert answer.status_code == 404
        elif key == "dynamic":
            assert answer.status_code == 422
        else:
            for member in given:
                self.model[key].pop(member, None)

    @rule(user=st.sampled_from(USERS))
    def delete_user(self, user: str) -> None:
        known = self.users.pop(user, None) is not None
        assert self.ask("DELETE", url("users", user)).status_code == (204 if known else 404)
        self.leave(user)

    @rule(into=st.sampled_from(USERS), other=st.sampled_from(USERS))
    def merge_users(self, into: str, other: str) -> None:
        answer = self.ask("POST", url("users", into, "merge"), {"from_user_id": other})
        if answer.status_code == 200:
            self.users[into] = {**self.users.pop(other), **self.users[into]}
            self.leave(other)

    def leave(self, user: str) -> None:
        for key, present in self.model.items():
            self.model[key] = {m: at for m, at in present.items() if m[0] != user}

    @rule()
    def let_time_pass(self) -> None:
        self.mock.clock.advance(1)
        self.now += 1

    @invariant()
    def members_are_listed_as_they_joined(self) -> None:
        for key in AUDIENCES:
            answer = self.ask("GET", url("audiences", key, "members"))
            if key not in self.model:
                assert answer.status_code == 404
                continue
            entries = answer.json()["entries"]
            listed = {(e["user_id"], e["tenant"]): e for e in entries}
            assert list(listed) == list(self.model[key])
            assert len(listed) == len(entries)
            for (user, tenant), at in self.model[key].items():
                entry = listed[user, tenant]
                minute, second = entry["added_at"][14:19].split(":")
                assert int(minute) * 60 + int(second) == at
                assert entry["user"]["plan"] == self.users[user].get("plan")

    @invariant()
    def tenants_that_were_named_are_there(self) -> None:
        entries = self.ask("GET", url("tenants")).json()["entries"]
        assert {entry["id"] for entry in entries} == self.tenants


TestAudiencesBesideADict = AudiencesBesideADict.TestCase
