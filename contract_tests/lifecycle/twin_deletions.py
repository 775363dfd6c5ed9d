"""Rows that delete, beside the single calls: what hung on it goes along, and does not come back."""

from __future__ import annotations

from collections.abc import Sequence

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import DeleteObjects, DeleteTenants, DeleteUsers, Kind
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import Sending
from contract_tests.lifecycle.twins import (
    CHANNEL,
    TENANT,
    Row,
    Twins,
    Views,
    hanging_on,
    object_path,
    read,
    tenant_path,
    user_path,
)

_SETTINGS = {"categories": {"news": False}}
_SOON = "2031-03-04T05:06:07.000000Z"


class _Deletions(Twins):
    needs = (Capability.STRAY_WRITES,)  # a real deletion may take ten minutes
    rows = (
        Row("with nothing else", {}),
        Row("with all that hangs on it", {}, {"name": "Leaver", "plan": {"a": 1}}),
        Row("with channel data", {}, {"channel_data": {CHANNEL: {"tokens": ["t"]}}}, "", True),
        *(Row(f"an id that ends in {odd!r}", {}, {"name": "x"}, odd) for odd in (" B", "@é", "%+")),
    )

    def path(self, scene: Scene, name: str) -> str:
        raise NotImplementedError

    def send(self, scene: Scene, ids: list[str]) -> Answer:
        """The bulk call."""
        raise NotImplementedError

    def begin(self, scene: Scene, name: str, row: Row) -> None:
        made = scene.put(self.path(scene, name), row.first or {})
        if not row.odd or made.status < 400:
            scene.ok(made)
            if row.first is not None:
                self.hang(scene, name)

    def hang(self, scene: Scene, name: str) -> None:
        """Make what goes along with it."""

    def alone(self, scene: Scene, name: str, row: Row) -> Answer:
        return scene.delete(self.path(scene, name))

    def together(self, scene: Scene, rows: Sequence[tuple[str, Row]]) -> list[Operation]:
        names = [name for name, _ in rows]
        ids = [scene.id(name) for name in names]
        return [Operation(scene, Sending(self.kind, lambda: self.send(scene, ids)), names, "")]

    def whole_list(self, scene: Scene) -> str:
        return self.path(scene, "").rpartition("/")[0]

    def views(self, scene: Scene, name: str, row: Row) -> Views:
        path = self.path(scene, name)
        found = {"it": read(scene, path), **self.elsewhere(scene, name)}
        scene.ok(scene.put(path, {}))
        return {**found, "it, made anew": read(scene, path), **self.anew(scene, name)}

    def elsewhere(self, scene: Scene, name: str) -> Views:
        """What is seen of it when it is gone."""
        return {}

    def anew(self, scene: Scene, name: str) -> Views:
        """What hangs on it when the id is used again."""
        return hanging_on(scene, self.path(scene, name))


class UserDeletions(_Deletions):
    """deleteUser, and bulkDeleteUsers."""

    kind: Kind = DeleteUsers()

    def path(self, scene: Scene, name: str) -> str:
        return user_path(scene, name)

    def send(self, scene: Scene, ids: list[str]) -> Answer:
        return scene.post("/v1/users/bulk/delete", {"user_ids": ids})

    def hang(self, scene: Scene, name: str) -> None:
        path, id = self.path(scene, name), scene.id(name)
        for set_id in ("default", scene.id(TENANT)):
            scene.ok(scene.put(f"{path}/preferences/{set_id}", _SETTINGS))
        thing = object_path(scene, scene.id("things"), name)
        scene.ok(scene.put(thing, {"name": "Thing"}))
        scene.ok(scene.post(f"{thing}/subscriptions", {"recipients": [id]}))
        if scene.target.lacks(Capability.WORKFLOW) is None:
            workflow = scene.target.workflow
            body = {"workflow": workflow, "recipients": [id], "scheduled_at": _SOON}
            scene.ok(scene.post("/v1/schedules", body))
            scene.ok(scene.post(f"/v1/workflows/{workflow}/trigger", {"recipients": [id]}))

    def elsewhere(self, scene: Scene, name: str) -> Views:
        thing = object_path(scene, scene.id("things"), name)
        return {"thing": read(scene, thing), "subscribers": read(scene, f"{thing}/subscriptions")}

    def anew(self, scene: Scene, name: str) -> Views:
        path = self.path(scene, name)
        lists = ("subscriptions", "schedules", "messages")
        found = {part: read(scene, f"{path}/{part}") for part in lists}
        return {**found, **hanging_on(scene, path)}


class ObjectDeletions(_Deletions):
    """deleteObject, and bulkDeleteObjects."""

    kind: Kind = DeleteObjects()

    def path(self, scene: Scene, name: str) -> str:
        return object_path(scene, scene.id("things"), name)

    def send(self, scene: Scene, ids: list[str]) -> Answer:
        path = f"/v1/objects/{scene.id('things')}/bulk/delete"
        return scene.post(path, {"object_ids": ids})

    def hang(self, scene: Scene, name: str) -> None:
        path = self.path(scene, name)
        scene.ok(scene.put(f"{path}/preferences/default", _SETTINGS))
        scene.ok(scene.put(user_path(scene, name), {"name": "Reader"}))
        scene.ok(scene.post(f"{path}/subscriptions", {"recipients": [scene.id(name)]}))

    def elsewhere(self, scene: Scene, name: str) -> Views:
        reader = user_path(scene, name)
        return {
            "reader": read(scene, reader),
            "subscriptions of the reader": read(scene, f"{reader}/subscriptions"),
        }

    def anew(self, scene: Scene, name: str) -> Views:
        path = self.path(scene, name)
        subscribers = read(scene, f"{path}/subscriptions")
        return {"subscribers": subscribers, **hanging_on(scene, path)}


class TenantDeletions(_Deletions):
    """deleteTenant, and bulkDeleteTenants."""

    kind: Kind = DeleteTenants()

    def path(self, scene: Scene, name: str) -> str:
        return tenant_path(scene, name)

    def send(self, scene: Scene, ids: list[str]) -> Answer:
        return scene.post("/v1/tenants/bulk/delete", params=[("tenant_ids[]", id) for id in ids])

    def elsewhere(self, scene: Scene, name: str) -> Views:
        return {"as an object": read(scene, object_path(scene, "$tenants", name))}

    def anew(self, scene: Scene, name: str) -> Views:
        return hanging_on(scene, object_path(scene, "$tenants", name))
