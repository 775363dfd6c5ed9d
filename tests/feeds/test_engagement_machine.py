"""Marks in every order, one by one, in batches and in bulk: feeds and messages agree with a model.

The model is a list of plain dicts, read from end to end for each question.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from mock_knock import KnockServer
from mock_knock.world.channels import DEFAULT_FEED_ID
from tests.messages.calls import counts, feed, items, trigger
from tests.messages.machines import MessageMachine

USERS = ("ellie", "nadia")
TENANTS = (None, "acme", "beta")
STATUSES = ("seen", "read", "archived", "interacted")
MARKS = ("seen", "unseen", "read", "unread", "archived", "unarchived", "interacted")
SINGLE = {
    "seen": ("PUT", "seen"),
    "unseen": ("DELETE", "seen"),
    "read": ("PUT", "read"),
    "unread": ("DELETE", "unread"),
    "archived": ("PUT", "archived"),
    "unarchived": ("DELETE", "unarchived"),
    "interacted": ("PUT", "interacted"),
}


class EngagementMachine(MessageMachine):
    def __init__(self) -> None:
        super().__init__()
        self.mock.plan_all("messages.*", progress="immediate")
        self.model: list[dict[str, Any]] = []  # oldest first
        self.now = 0.0
        self.batched: dict[tuple[str, str], float] = {}

    def mark(self, message: dict[str, Any], name: str) -> None:
        status = name.removeprefix("un")
        if name == "interacted" and message["read"] is None:
            message["read"] = self.now
        message[status] = None if name.startswith("un") else self.now

    def some(self, data: st.DataObject, most: int = 4) -> list[dict[str, Any]]:
        return data.draw(st.lists(st.sampled_from(self.model), max_size=most))

    @rule(user=st.sampled_from(USERS), tenant=st.sampled_from(TENANTS))
    def trigger(self, user: str, tenant: str | None) -> None:
        trigger(self.client, "w", user, tenant=tenant)
        newest = items(self.client, page_size=1)[0]
        fresh = {"id": newest["id"], "user": user, "tenant": tenant}
        self.model.append({**fresh, **dict.fromkeys(STATUSES)})

    @rule(seconds=st.sampled_from([0.25, 0.75, 1.0, 30.0]))
    def advance(self, seconds: float) -> None:
        self.mock.clock.advance(seconds)
        self.now += seconds

    @precondition(lambda self: self.model)
    @rule(data=st.data(), name=st.sampled_from(MARKS))
    def mark_one(self, data: st.DataObject, name: str) -> None:
        message = data.draw(st.sampled_from(self.model))
        method, path = SINGLE[name]
        answer = self.client.request(method, f"/v1/messages/{message['id']}/{path}")
        assert answer.status_code == 200
        self.mark(message, name)

    @precondition(lambda self: self.model)
    @rule(data=st.data(), name=st.sampled_from(MARKS))
    def mark_batch(self, data: st.DataObject, name: str) -> None:
        chosen = self.some(data)
        ids = [message["id"] for message in chosen]
        answer = self.client.post(
            f"/v1/messages/batch/{name}", json={"message_ids": [*ids, "unknown"]}
        )
        limited = []
        for message in {m["id"]: m for m in chosen}.values():
            last = self.batched.get((message["id"], name))
            if last is not None and self.now - last < 1:
                limited.append(message["id"])
            else:
                self.batched[message["id"], name] = self.now
                self.mark(message, name)
        assert [m["id"] for m in answer.json()] == list(dict.fromkeys(ids))
        assert answer.headers.get("x-ratelimited-message_ids", "") == ",".join(limited)

    @rule(
        name=st.sampled_from(MARKS),
        user=st.sampled_from((None, *USERS)),
        tenant=st.sampled_from(TENANTS),
        archived=st.sampled_from([None, "exclude", "include", "only"]),
        engaged=st.sampled_from([None, "seen", "unseen", "unread", "interacted"]),
    )
    def mark_bulk(
        self,
        name: str,
        user: str | None,
        tenant: str | None,
        archived: str | None,
        engaged: str | None,
    ) -> None:
        body: dict[str, Any] = {
            "user_ids": None if user is None else [user],
            "tenants": None if tenant is None else [tenant],
            "archived": archived,
            "engagement_status": engaged,
        }
        body = {field: value for field, value in body.items() if value is not None}
        path = f"/v1/channels/{DEFAULT_FEED_ID}/messages/bulk/{name}"
        operation = self.client.post(path, json=body).json()
        chosen = [
            m
            for m in self.model
            if user in (None, m["user"])
            and tenant in (None, m["tenant"])
            and (
                archived in (None, "include") or (m["archived"] is None) == (archived == "exclude")
            )
            and (engaged is None or is_engaged(m, engaged))
        ]
        for message in chosen:
            self.mark(message, name)
        assert (operation["status"], operation["processed_rows"]) == ("completed", len(chosen))

    @rule(
        user=st.sampled_from(USERS),
        status=st.sampled_from(["all", "read", "unread", "seen", "unseen"]),
        tenant=st.sampled_from(TENANTS),
        has_tenant=st.sampled_from([None, True, False]),
        archived=st.sampled_from(["exclude", "include", "only"]),
    )
    def read_feed(
        self, user: str, status: str, tenant: str | None, has_tenant: bool | None, archived: str
    ) -> None:
        query: dict[str, Any] = {"status": status, "archived": archived}
        if tenant is not None:
            query["tenant"] = tenant
        if has_tenant is not None:
            query["has_tenant"] = str(has_tenant).lower()
        expected = [
            m
            for m in reversed(self.model)
            if m["user"] == user
            and (status == "all" or is_engaged(m, status))
            and (tenant is None or m["tenant"] in (None, tenant))
            and (has_tenant is None or (m["tenant"] is not None) == has_tenant)
            and (archived == "include" or (m["archived"] is None) == (archived == "exclude"))
        ]
        found = feed(self.client, user, **query)
        assert [entry["id"] for entry in found["entries"]] == [m["id"] for m in expected]
        assert counts(found) == count(expected)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def delete_user(self, data: st.DataObject) -> None:
        user = data.draw(st.sampled_from(sorted({m["user"] for m in self.model})))
        assert self.client.delete(f"/v1/users/{user}").status_code == 204
        self.model = [m for m in self.model if m["user"] != user]

    @invariant()
    def feeds_count_what_is_not_archived(self) -> None:
        for user in USERS:
            mine = [m for m in self.model if m["user"] == user and m["archived"] is None]
            assert counts(feed(self.client, user)) == count(mine)

    @invariant()
    def messages_bear_the_marks(self) -> None:
        shown = {m["id"]: m for m in items(self.client)}
        for message in self.model[-50:]:
            one = shown[message["id"]]
            for status in STATUSES:
                assert (one[f"{status}_at"] is None) == (message[status] is None)
                assert (status in one["engagement_statuses"]) == (message[status] is not None)


def is_engaged(message: dict[str, Any], status: str) -> bool:
    if status.startswith("un"):
        return message[status.removeprefix("un")] is None
    return message[status] is not None


def count(messages: list[dict[str, Any]]) -> tuple[int, int, int]:
    unread = sum(m["read"] is None for m in messages)
    unseen = sum(m["seen"] is None for m in messages)
    return len(messages), unread, unseen


def test_marks_and_feeds_agree_with_the_model(mock_knock_server: KnockServer) -> None:
    EngagementMachine.server = mock_knock_server
    run_state_machine_as_test(
        EngagementMachine, settings=settings(max_examples=40, stateful_step_count=25)
    )
