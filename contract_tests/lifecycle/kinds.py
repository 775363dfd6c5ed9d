"""The eleven kinds of bulk operations: how each is asked for, and how its effect is seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import Sent

MARK = "mark"
"""The property by which the effect of one operation is told from that of another."""


class Kind(ABC):
    """One bulk call of Knock's API. Rows are named by short texts, unique in a scene.

    needs: what a target must have for it.
    slow_on_real: whether Knock's documents let the effect come long after the end.
    may_miss: whether a row can name something that does not exist; what becomes of such a row is
        not documented, but whatever does has to be counted.
    """

    key: str
    operation: str
    needs: tuple[Capability, ...] = ()
    slow_on_real = False
    may_miss = False

    @abstractmethod
    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        """Make what the rows need in order to have an effect."""

    @abstractmethod
    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        """Send the bulk call."""

    @abstractmethod
    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        """Whether the row's effect can be seen now."""

    def sent(self, scene: Scene, rows: Sequence[str]) -> Sent:
        """What the operation must say of these rows."""
        return Sent(tuple(scene.id(row) for row in rows), None, self.key, len(rows))


class IdentifyUsers(Kind):
    key = "users.identify"
    operation = "bulkIdentifyUsers"

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        """Nothing is needed."""

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        users = [{"id": scene.id(row), "name": row, MARK: mark} for row in rows]
        return scene.post("/v1/users/bulk/identify", {"users": users})

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        answer = scene.get(f"/v1/users/{scene.id(row)}")
        return answer.status == 200 and answer.json.get(MARK) == mark


class SetPreferences(Kind):
    key = "users.set_preferences"
    operation = "bulkSetUserPreferences"
    may_miss = True

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        make_users(scene, rows)

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        body = {
            "user_ids": [scene.id(row) for row in rows],
            "preferences": {"id": "default", "categories": {mark: False}},
        }
        return scene.post("/v1/users/bulk/preferences", body)

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        found = scene.ok(scene.get(f"/v1/users/{scene.id(row)}/preferences/default"))
        return mark in (found["categories"] or {})


class DeleteUsers(Kind):
    key = "users.delete"
    operation = "bulkDeleteUsers"
    may_miss = True
    slow_on_real = True

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        make_users(scene, rows)

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        return scene.post("/v1/users/bulk/delete", {"user_ids": [scene.id(r) for r in rows]})

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        return scene.get(f"/v1/users/{scene.id(row)}").status == 404


class _OfCollection(Kind):
    action: str

    def collection(self, scene: Scene) -> str:
        return scene.id("things")

    def sent(self, scene: Scene, rows: Sequence[str]) -> Sent:
        collection = self.collection(scene)
        name = f"objects.{collection}.{self.action}"
        return Sent(tuple(scene.id(row) for row in rows), collection, name, len(rows))

    def path(self, scene: Scene, row: str) -> str:
        return f"/v1/objects/{self.collection(scene)}/{scene.id(row)}"


class SetObjects(_OfCollection):
    key = "objects.set"
    operation = "bulkSetObjects"
    action = "set"

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        """Nothing is needed."""

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        body = {"objects": [{"id": scene.id(row), "name": row, MARK: mark} for row in rows]}
        return scene.post(f"/v1/objects/{self.collection(scene)}/bulk/set", body)

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        answer = scene.get(self.path(scene, row))
        return answer.status == 200 and answer.json["properties"].get(MARK) == mark


class DeleteObjects(_OfCollection):
    key = "objects.delete"
    operation = "bulkDeleteObjects"
    may_miss = True
    action = "delete"

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        for row in rows:
            scene.ok(scene.put(self.path(scene, row), {"name": row}))

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        body = {"object_ids": [scene.id(row) for row in rows]}
        return scene.post(f"/v1/objects/{self.collection(scene)}/bulk/delete", body)

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        return scene.get(self.path(scene, row)).status == 404


class AddSubscriptions(_OfCollection):
    key = "objects.upsert_subscriptions"
    operation = "bulkAddSubscriptions"
    action = "upsert_subscriptions"

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        make_users(scene, [mark])
        for row in rows:
            scene.ok(scene.put(self.path(scene, row), {"name": row}))

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        return scene.post(
            f"/v1/objects/{self.collection(scene)}/bulk/subscriptions/add",
            {
                "subscriptions": [
                    {"id": scene.id(row), "recipients": [scene.id(mark)]} for row in rows
                ]
            },
        )

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        return scene.id(mark) in subscribers(scene, self.path(scene, row))


class DeleteSubscriptions(AddSubscriptions):
    key = "objects.delete_subscriptions"
    operation = "bulkDeleteSubscriptions"
    may_miss = True
    action = "delete_subscriptions"

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        super().prepare(scene, rows, mark)
        for row in rows:
            path = f"{self.path(scene, row)}/subscriptions"
            scene.ok(scene.post(path, {"recipients": [scene.id(mark)]}))

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        return scene.post(
            f"/v1/objects/{self.collection(scene)}/bulk/subscriptions/delete",
            {
                "subscriptions": [
                    {"id": scene.id(row), "recipients": [scene.id(mark)]} for row in rows
                ]
            },
        )

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        return not super().in_effect(scene, row, mark)

    def sent(self, scene: Scene, rows: Sequence[str]) -> Sent:
        sent = super().sent(scene, rows)
        # No document of Knock's shows the name of this one.
        return (
            sent if scene.target.controlled else Sent(sent.rows, sent.collection, None, sent.total)
        )


class SetTenants(Kind):
    key = "tenants.set"
    operation = "bulkSetTenants"

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        """Nothing is needed."""

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        tenants = [{"id": scene.id(row), "name": row, MARK: mark} for row in rows]
        return scene.post("/v1/tenants/bulk/set", {"tenants": tenants})

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        answer = scene.get(f"/v1/tenants/{scene.id(row)}")
        return answer.status == 200 and answer.json.get(MARK) == mark

    def sent(self, scene: Scene, rows: Sequence[str]) -> Sent:
        sent = super().sent(scene, rows)
        return sent if scene.target.controlled else Sent(sent.rows, None, None, sent.total)


class DeleteTenants(SetTenants):
    key = "tenants.delete"
    operation = "bulkDeleteTenants"
    may_miss = True

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        for row in rows:
            scene.ok(scene.put(f"/v1/tenants/{scene.id(row)}", {"name": row}))

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        ids = [("tenant_ids[]", scene.id(row)) for row in rows]
        return scene.post("/v1/tenants/bulk/delete", params=ids)

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        return scene.get(f"/v1/tenants/{scene.id(row)}").status == 404


class CreateSchedules(Kind):
    key = "schedules.create_schedules"
    operation = "bulkCreateSchedules"
    needs = (Capability.WORKFLOW,)

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        make_users(scene, rows)

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        schedules = [
            {
                "workflow": scene.target.workflow,
                "recipient": scene.id(row),
                "data": {MARK: mark},
                "repeats": [{"frequency": "monthly", "day_of_month": 1, "hours": 3}],
            }
            for row in rows
        ]
        return scene.post("/v1/schedules/bulk/create", {"schedules": schedules})

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        found = scene.ok(scene.get(f"/v1/users/{scene.id(row)}/schedules"))["entries"]
        return any((schedule.get("data") or {}).get(MARK) == mark for schedule in found)


class UpdateMessages(Kind):
    """Archives the messages of one trigger; rows are recipients, error items name messages."""

    key = "messages.archived"
    operation = "bulkUpdateMessagesForChannel"
    needs = (Capability.WORKFLOW,)

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        make_users(scene, rows)
        body = {"recipients": [scene.id(row) for row in rows], "data": {MARK: mark}}
        scene.ok(scene.post(f"/v1/workflows/{scene.target.workflow}/trigger", body))
        if scene.target.controlled:
            scene.pass_time(60)
        for row in rows:
            self.message(scene, row)

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        channel = self.message(scene, rows[0])["channel_id"]
        body = {"recipient_ids": [scene.id(row) for row in rows]}
        return scene.post(f"/v1/channels/{channel}/messages/bulk/archived", body)

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        id = self.message(scene, row)["id"]
        return scene.ok(scene.get(f"/v1/messages/{id}"))["archived_at"] is not None

    def sent(self, scene: Scene, rows: Sequence[str]) -> Sent:
        messages = [self.message(scene, row)["id"] for row in rows]
        total = len(rows) if scene.target.controlled else None
        return Sent(tuple(messages), None, self.key, total)

    def message(self, scene: Scene, row: str) -> dict[str, Any]:
        """The first message of the row's recipient. Raises IndexError where there is none."""
        items = scene.ok(scene.get(f"/v1/users/{scene.id(row)}/messages"))["items"]
        found: dict[str, Any] = items[-1]
        return found


def make_users(scene: Scene, rows: Sequence[str]) -> None:
    """Identify a user for each row."""
    for row in rows:
        scene.ok(scene.put(f"/v1/users/{scene.id(row)}", {"name": row}))


def subscribers(scene: Scene, path: str) -> list[str]:
    """Ids of those who subscribe to the object at `path`."""
    entries = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    return [entry["recipient"]["id"] for entry in entries]


KINDS: Final[tuple[Kind, ...]] = (
    IdentifyUsers(), SetPreferences(), DeleteUsers(), SetObjects(), DeleteObjects(),
    AddSubscriptions(), DeleteSubscriptions(), SetTenants(), DeleteTenants(), CreateSchedules(),
    UpdateMessages(),
)  # fmt: skip
