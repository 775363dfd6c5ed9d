"""Guides beside plain dicts: marks by the guide's calls and by those of messages, in every order.

The model has one dict for each message; what guides and lists of messages show follows from it.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from mock_knock.world.guides import Guide, GuideStep
from tests.machines import HttpMachine, Json, url

CHANNEL = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c739"
USERS = ("ann", "ben")
STEPS = {"tour": ("a", "b"), "tip": ("a",)}
MARKS = ("seen", "read", "interacted", "archived")

users = st.sampled_from(USERS)
guides = st.sampled_from(sorted(STEPS))
tenants = st.sampled_from((None, "acme"))


class GuidesBesideDicts(HttpMachine):
    """`self.messages` by user, guide, tenant and step; `self.done` are archived for good."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        for key, refs in STEPS.items():
            steps = tuple(GuideStep(ref=ref) for ref in refs)
            self.ids[key] = self.declare(Guide(key=key, channel_id=CHANNEL, steps=steps))
        self.known = set(USERS)
        for user in USERS:
            self.mock.users.identify(user)
        self.messages: dict[tuple[str, str, str | None, str], Json] = {}
        self.done: dict[tuple[str, str, str | None], str] = {}
        self.now = 0

    def declare(self, guide: Guide) -> str:
        return self.mock.call(lambda world: world.guides.declare(guide, world.now).id)

    def note(self, message: Json, mark: str) -> None:
        message[mark] = self.now
        if mark == "interacted":
            message["read"] = self.now

    @rule(
        user=users,
        key=guides,
        tenant=tenants,
        mark=st.sampled_from(("seen", "interacted", "archived")),
        final=st.booleans(),
        data=st.data(),
    )
    def mark(
        self, user: str, key: str, tenant: str | None, mark: str, final: bool, data: st.DataObject
    ) -> None:
        step = data.draw(st.sampled_from(STEPS[key]))
        body: Json = {
            "channel_id": CHANNEL,
            "guide_id": self.ids[key],
            "guide_key": key,
            "guide_step_ref": step,
            **({} if tenant is None else {"tenant": tenant}),
            **({"content": {}} if mark == "seen" else {}),
            **({"is_final": True} if mark == "archived" and final else {}),
        }
        answer = self.ask("PUT", url("users", user, "guides", "messages", mark), body)
        if user not in self.known:
            assert answer.status_code == 404
            return
        message = self.messages.setdefault((user, key, tenant, step), dict.fromkeys(MARKS))
        self.note(message, mark)
        if "is_final" in body:
            self.done[user, key, tenant] = step

    @rule(user=users, key=guides, tenant=tenants)
    def unarchive(self, user: str, key: str, tenant: str | None) -> None:
        body = {"guide_key": key, **({} if tenant is None else {"tenant": tenant})}
        path = url("users", user, "guides", "messages", "archived")
        assert self.ask("DELETE", path, body).status_code == (200 if user in self.known else 404)
        for place, message in self.messages.items():
            if place[:3] == (user, key, tenant):
                message["archived"] = None

    @rule(user=users, key=guides, tenant=tenants)
    def reset(self, user: str, key: str, tenant: str | None) -> None:
        body = {"guide_key": key, **({} if tenant is None else {"tenant": tenant})}
        path = url("users", user, "guides", "engagements", "reset")
        assert self.ask("PUT", path, body).status_code == (200 if user in self.known else 404)
        self.messages = {k: v for k, v in self.messages.items() if k[:3] != (user, key, tenant)}
        self.done.pop((user, key, tenant), None)

    @rule(user=users, mark=st.sampled_from(("seen", "read", "archived")), undo=st.booleans())
    def mark_as_messages(self, user: str, mark: str, undo: bool) -> None:
        """All messages of a user, by the calls that any other message has too."""
        for listed in self.listed(user):
            path = url("messages", listed["id"], mark)
            assert self.ask("DELETE" if undo else "PUT", path).status_code == 200
        for place, message in self.messages.items():
            if place[0] == user:
                message[mark] = None if undo else self.now

    @rule(user=users)
    def delete_in_bulk(self, user: str) -> None:
        """Messages that are deleted leave their steps unmarked."""
        self.mock.plan_next(progress="immediate")
        path = url("channels", CHANNEL, "messages", "bulk", "delete")
        done = self.ask("POST", path, {"recipient_ids": [user]}).json()
        gone = [place for place in self.messages if place[0] == user]
        assert done["success_count"] == len(gone)
        for place in gone:
            del self.messages[place]

    @rule(user=users)
    def delete_user(self, user: str) -> None:
        known = user in self.known
        assert self.ask("DELETE", url("users", user)).status_code == (204 if known else 404)
        self.known.discard(user)
        self.messages = {k: v for k, v in self.messages.items() if k[0] != user}
        self.done = {k: v for k, v in self.done.items() if k[0] != user}

    @rule(user=users)
    def identify(self, user: str) -> None:
        self.mock.users.identify(user)
        self.known.add(user)

    @rule()
    def let_time_pass(self) -> None:
        self.mock.clock.advance(1)
        self.now += 1

    def listed(self, user: str) -> list[Json]:
        if user not in self.known:
            return []
        answer = self.ask("GET", url("users", user, "messages"))
        items: list[Json] = answer.json()["items"]
        return items

    def time_of(self, text: str | None) -> int | None:
        if text is None:
            return None
        minute, second = text[14:19].split(":")
        return int(minute) * 60 + int(second)

    def marks_of(self, shown: Json) -> dict[str, Any]:
        return {mark: self.time_of(shown[f"{mark}_at"]) for mark in MARKS}

    @invariant()
    def messages_and_guides_bear_the_same_marks(self) -> None:
        for user in self.known:
            expected = {k[1:]: v for k, v in self.messages.items() if k[0] == user}
            listed = {}
            for item in self.listed(user):
                source = item["source"]
                assert (source["type"], item["status"]) == ("guide", "delivered")
                listed[source["key"], item["tenant"], source["step_ref"]] = self.marks_of(item)
            assert listed == expected
            for tenant in (None, "acme"):
                query = {} if tenant is None else {"tenant": tenant}
                offer = self.ask("GET", url("users", user, "guides", CHANNEL), **query).json()
                entries = {guide["key"]: guide for guide in offer["entries"]}
                for key, refs in STEPS.items():
                    own = {ref: expected.get((key, tenant, ref)) for ref in refs}
                    final = self.done.get((user, key, tenant))
                    archived = {ref for ref, m in own.items() if m and m["archived"] is not None}
                    assert (key in entries) == (not (final in archived or archived == set(refs)))
                    for step in entries[key]["steps"] if key in entries else ():
                        unmarked = dict.fromkeys(MARKS)
                        assert self.marks_of(step["message"]) == (own[step["ref"]] or unmarked)


TestGuidesBesideDicts = GuidesBesideDicts.TestCase
