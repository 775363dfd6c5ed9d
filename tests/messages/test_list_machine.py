"""Readers page through lists while others trigger, merge and delete: no row lost, none twice.

Each reader has a filter and a place in its list. When it is done it must have seen every message
that matched when it began and that is still there, in order, and nothing that never matched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, multiple, rule, run_state_machine_as_test

from mock_knock import KnockServer
from tests.messages.calls import identify, items, trigger
from tests.messages.machines import MessageMachine

USERS = ("ann", "ben", "cas")
WORKFLOWS = ("news", "bills")
TENANTS = (None, "acme", "beta")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"user": "ann"},
    {"source": "bills"},
    {"tenant": "acme"},
    {"tenant": "acme", "source": "news"},
    {"user": "ben", "tenant": "beta"},
    {"trigger_data": '{"n":1}'},
)


@dataclass
class Reader:
    keep: dict[str, Any]
    size: int
    expected: list[str]
    after: str | None = None
    seen: list[str] = field(default_factory=list)
    done: bool = False


class ListMachine(MessageMachine):
    readers = Bundle("readers")

    def __init__(self) -> None:
        super().__init__()
        identify(self.client, *USERS)
        self.model: dict[str, dict[str, Any]] = {}  # by id, oldest first

    def matching(self, keep: dict[str, Any]) -> list[str]:
        return [id for id, m in reversed(self.model.items()) if matches(m, keep)]

    @rule(
        users=st.lists(st.sampled_from(USERS), min_size=1, max_size=3, unique=True),
        workflow=st.sampled_from(WORKFLOWS),
        tenant=st.sampled_from(TENANTS),
        n=st.integers(0, 2),
    )
    def write(self, users: list[str], workflow: str, tenant: str | None, n: int) -> None:
        run_id = trigger(self.client, workflow, *users, tenant=tenant, data={"n": n})
        made = items(self.client, workflow_run_id=run_id)[::-1]
        assert [m["recipient"] for m in made] == users
        for message in made:
            self.model[message["id"]] = {
                "user": message["recipient"],
                "source": workflow,
                "tenant": tenant,
                "n": n,
            }

    @rule(user=st.sampled_from(USERS))
    def delete(self, user: str) -> None:
        self.client.delete(f"/v1/users/{user}")
        identify(self.client, user)
        self.model = {id: m for id, m in self.model.items() if m["user"] != user}

    @rule(into=st.sampled_from(USERS), other=st.sampled_from(USERS))
    def merge(self, into: str, other: str) -> None:
        if into == other:
            return
        self.client.post(f"/v1/users/{into}/merge", json={"from_user_id": other})
        identify(self.client, other)
        for message in self.model.values():
            if message["user"] == other:
                message["user"] = into

    @rule(target=readers, keep=st.sampled_from(FILTERS), size=st.integers(1, 4))
    def begin(self, keep: dict[str, Any], size: int) -> Any:
        reader = Reader(keep, size, self.matching(keep))
        return multiple(reader)

    @rule(reader=readers)
    def read_on(self, reader: Reader) -> None:
        if reader.done:
            return
        query = {k: v for k, v in reader.keep.items() if k != "user"}
        user = reader.keep.get("user")
        path = "/v1/messages" if user is None else f"/v1/users/{user}/messages"
        query["page_size"] = reader.size
        if reader.after is not None:
            query["after"] = reader.after
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200
        page = answer.json()
        assert len(page["items"]) <= reader.size
        for message in page["items"]:
            assert matches(self.model[message["id"]], reader.keep)
            reader.seen.append(message["id"])
        reader.after = page["page_info"]["after"]
        if reader.after is None:
            reader.done = True
            self.check(reader)

    def check(self, reader: Reader) -> None:
        assert len(set(reader.seen)) == len(reader.seen)
        assert reader.seen == sorted(reader.seen, reverse=True)
        still_there = [id for id in reader.expected if self.still_matches(id, reader.keep)]
        # A merge moves messages from list to list, so a reader of one user's may miss those.
        if "user" not in reader.keep:
            assert [id for id in still_there if id not in reader.seen] == []

    def still_matches(self, id: str, keep: dict[str, Any]) -> bool:
        return id in self.model and matches(self.model[id], keep)

    @rule(keep=st.sampled_from(FILTERS))
    def read_at_once(self, keep: dict[str, Any]) -> None:
        user = keep.get("user")
        path = "/v1/messages" if user is None else f"/v1/users/{user}/messages"
        query = {k: v for k, v in keep.items() if k != "user"}
        found = [m["id"] for m in items(self.client, path, **query)]
        assert found == self.matching(keep)[:50]


def matches(message: dict[str, Any], keep: dict[str, Any]) -> bool:
    wanted = {**keep, **({"n": 1} if "trigger_data" in keep else {})}
    wanted.pop("trigger_data", None)
    return all(message[name] == value for name, value in wanted.items())


def test_pages_while_others_write(mock_knock_server: KnockServer) -> None:
    ListMachine.server = mock_knock_server
    run_state_machine_as_test(
        ListMachine, settings=settings(max_examples=40, stateful_step_count=30)
    )
