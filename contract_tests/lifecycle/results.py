"""What bulk calls leave behind: what their rows name, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import KINDS, Kind, UpdateMessages
from contract_tests.lifecycle.operation import Operation
from contract_tests.rules import lifecycle as rules

SUITE = "lifecycle"


class _Bulk(Kind):
    """A bulk call with a body of the check's own."""

    key = "bulk"
    operation = ""

    def __init__(self, send: Callable[[], Answer], key: str) -> None:
        self._send = send
        self.key = key

    def prepare(self, scene: Scene, rows: object, mark: str) -> None:
        """Nothing is needed."""

    def submit(self, scene: Scene, rows: object, mark: str) -> Answer:
        return self._send()

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        return True


def _finish(scene: Scene, key: str, rows: list[str], send: Callable[[], Answer]) -> None:
    Operation(scene, _Bulk(send, key), rows, "mark").run_to_end()


@check(SUITE, rules.ROWS_LIKE_SINGLE)
def identifying_in_bulk_merges(scene: Scene) -> None:
    id = scene.id("ellie")
    scene.ok(scene.put(f"/v1/users/{id}", {"name": "Ellie", "city": "Oslo", "plan": {"a": 1}}))
    users = [{"id": id, "name": "Ellie S.", "plan": {"b": 2}}]
    body = {"users": users}
    _finish(scene, "users.identify", ["ellie"], lambda: scene.post("/v1/users/bulk/identify", body))
    shown = scene.ok(scene.get(f"/v1/users/{id}"))
    expected = {"name": "Ellie S.", "city": "Oslo", "plan": {"a": 1, "b": 2}}
    found = {name: shown.get(name) for name in expected}
    told = f"{users[0]} was merged into name, city and plan: {found}"
    scene.require(rules.ROWS_LIKE_SINGLE, found == expected, told)


@check(SUITE, rules.PREFERENCES_REPLACED)
def setting_preferences_in_bulk_replaces(scene: Scene) -> None:
    id = scene.id("ellie")
    path = f"/v1/users/{id}/preferences/default"
    scene.ok(scene.put(f"/v1/users/{id}", {"name": "Ellie"}))
    scene.ok(scene.put(path, {"categories": {"news": False}, "workflows": {"welcome": False}}))
    body = {"user_ids": [id], "preferences": {"id": "default", "categories": {"social": True}}}
    _finish(
        scene, "users.set_preferences", ["ellie"],
        lambda: scene.post("/v1/users/bulk/preferences", body),
    )  # fmt: skip
    shown = scene.ok(scene.get(path))
    right = shown["categories"] == {"social": True} and not shown["workflows"]
    told = f"categories are {shown['categories']}, workflows {shown['workflows']}"
    scene.require(rules.PREFERENCES_REPLACED, right, told)


@check(SUITE, rules.ONLY_ITS_ROWS)
def bulk_calls_leave_others_alone(scene: Scene) -> None:
    for kind in KINDS:
        if kind.needs:
            continue
        others = [f"{kind.key[:3]}-other", f"{kind.key[:3]}-row-0-and-more"]
        kind.prepare(scene, others, "other")
        before = [kind.in_effect(scene, row, "mark") for row in others]
        operation = Operation(scene, kind, [f"{kind.key[:3]}-row-0"], "mark")
        operation.run_to_end()
        operation.look()
        after = [kind.in_effect(scene, row, "mark") for row in others]
        told = f"{kind.key} of one row changed {others}, which it did not name"
        # Subscriptions of the mark are looked at; those of others are of another one.
        scene.require(rules.ONLY_ITS_ROWS, before == after, told, kind.operation)


@check(SUITE, rules.ONLY_ITS_ROWS, needs=(Capability.WORKFLOW,))
def a_bulk_update_of_messages_keeps_to_its_filter(scene: Scene) -> None:
    kind = UpdateMessages()
    kind.prepare(scene, ["other"], "other")
    operation = Operation(scene, kind, ["reader"], "mark")
    operation.run_to_end()
    operation.look()
    touched = kind.in_effect(scene, "other", "mark")
    told = "a message of a recipient that was not named is archived too"
    scene.require(rules.ONLY_ITS_ROWS, not touched, told)
