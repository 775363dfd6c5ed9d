"""Bulk updates that overlap in time, with marks and deletions between: a model of instants agrees.

The model keeps a list of steps, each with its instant, and carries them out in order.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from mock_knock import KnockServer
from mock_knock.world.channels import DEFAULT_FEED_ID
from tests.messages.calls import items, trigger
from tests.messages.machines import MessageMachine

USERS = ("ann", "ben", "cas")
QUEUE_FOR, PACE = 2, 1


class BulkMachine(MessageMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.messages: dict[str, dict[str, Any]] = {}  # by id, oldest first
        self.operations: list[dict[str, Any]] = []

    @rule(user=st.sampled_from(USERS), workflow=st.sampled_from(["news", "bills"]))
    def trigger(self, user: str, workflow: str) -> None:
        run_id = trigger(self.client, workflow, user)
        (made,) = items(self.client, workflow_run_id=run_id)
        self.messages[made["id"]] = {"user": user, "workflow": workflow, "marks": set()}

    @rule(
        action=st.sampled_from(["seen", "unseen", "read", "archive", "unarchive", "delete"]),
        user=st.sampled_from((None, *USERS)),
        workflow=st.sampled_from([None, "news", "bills"]),
        data=st.data(),
    )
    def submit(
        self, action: str, user: str | None, workflow: str | None, data: st.DataObject
    ) -> None:
        rows = [
            id
            for id, m in self.messages.items()
            if user in (None, m["user"]) and workflow in (None, m["workflow"])
        ]
        failing = data.draw(st.sets(st.sampled_from(rows))) if rows else set()
        self.mock.plan_next(
            f"messages.{action}",
            progress="time",
            queue_for=QUEUE_FOR,
            rows_per_second=PACE,
            failing_ids=sorted(failing),
        )
        body: dict[str, Any] = {}
        if user is not None:
            body["user_ids"] = [user]
        if workflow is not None:
            body["workflows"] = [workflow]
        path = f"/v1/channels/{DEFAULT_FEED_ID}/messages/bulk/{action}"
        operation = self.client.post(path, json=body).json()
        assert operation["estimated_total_rows"] == len(rows)
        self.operations.append(
            {
                "id": operation["id"],
                "action": action,
                "rows": rows,
                "failing": failing,
                "at": self.now,
                "done": 0,
                "errors": [],
            }
        )

    @rule(seconds=st.integers(1, 5))
    def advance(self, seconds: int) -> None:
        self.mock.clock.advance(seconds)
        for _ in range(seconds):
            self.now += 1
            for operation in self.operations:
                self.carry_out(operation)

    def carry_out(self, operation: dict[str, Any]) -> None:
        """The row that is due at this second, if there is one."""
        rows, done = operation["rows"], operation["done"]
        if done == len(rows) or self.now < operation["at"] + QUEUE_FOR + done + 1:
            return
        id = rows[done]
        operation["done"] += 1
        message = self.messages.get(id)
        if id in operation["failing"] or message is None:
            operation["errors"].append({"id": id})
        elif operation["action"] == "delete":
            del self.messages[id]
        else:
            status = {"archive": "archived", "unarchive": "unarchived"}.get(
                operation["action"], operation["action"]
            )
            if status.startswith("un"):
                message["marks"].discard(status.removeprefix("un"))
            else:
                message["marks"].add(status)

    @precondition(lambda self: self.messages)
    @rule(data=st.data(), status=st.sampled_from(["seen", "read"]))
    def mark(self, data: st.DataObject, status: str) -> None:
        id = data.draw(st.sampled_from(list(self.messages)))
        assert self.client.put(f"/v1/messages/{id}/{status}").status_code == 200
        self.messages[id]["marks"].add(status)

    @precondition(lambda self: self.messages)
    @rule(data=st.data())
    def delete_user(self, data: st.DataObject) -> None:
        user = data.draw(st.sampled_from(sorted({m["user"] for m in self.messages.values()})))
        assert self.client.delete(f"/v1/users/{user}").status_code == 204
        self.messages = {id: m for id, m in self.messages.items() if m["user"] != user}

    @invariant()
    def operations_stand_where_the_model_has_them(self) -> None:
        for operation in self.operations:
            shown = self.mock.bulk_operations.get(operation["id"])
            assert shown["processed_rows"] == operation["done"]
            assert shown["error_items"] == operation["errors"]
            started = self.now >= operation["at"] + QUEUE_FOR
            ended = started and operation["done"] == len(operation["rows"])
            expected = "completed" if ended else "processing" if started else "queued"
            assert shown["status"] == expected

    @invariant()
    def messages_bear_the_marks(self) -> None:
        shown = {m["id"]: m for m in self.mock.messages}
        assert list(shown) == list(self.messages)
        for id, message in self.messages.items():
            assert set(shown[id]["engagement_statuses"]) == message["marks"]


def test_bulk_updates_agree_with_the_model(mock_knock_server: KnockServer) -> None:
    BulkMachine.server = mock_knock_server
    run_state_machine_as_test(
        BulkMachine, settings=settings(max_examples=40, stateful_step_count=25)
    )
