"""Every call that writes properties: of users, of objects, of tenants, and what else keeps data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.resources.bulk import finish
from contract_tests.resources.estate import TENANTS
from contract_tests.rules import Rule
from contract_tests.rules import resources as rules

Send = Callable[[Scene, str, dict[str, Any]], None]
_MONTHLY: Final = [{"frequency": "monthly", "day_of_month": 1}]


@dataclass(frozen=True)
class Route:
    """One way to write the properties of something.

    kind: user, object or tenant.
    send: writes properties of the thing of that id.
    """

    name: str
    kind: str
    send: Send
    needs: Capability | None = None

    @property
    def rule(self) -> Rule:
        """The rule that what was written is read back."""
        return READ_BACK[self.kind]


READ_BACK: Final = {
    "user": rules.USER_READ_BACK,
    "object": rules.OBJECT_READ_BACK,
    "tenant": rules.TENANT_READ_BACK,
}


def path_of(scene: Scene, kind: str, id: str) -> str:
    """Where a thing of that kind and id is read."""
    collection = scene.id("shelf")
    roots = {"user": "/v1/users", "object": f"/v1/objects/{collection}", "tenant": "/v1/tenants"}
    return f"{roots[kind]}/{quote(id, safe='')}"


def list_of(scene: Scene, kind: str) -> str:
    """The list that a thing of that kind is in."""
    return path_of(scene, kind, "").rstrip("/")


def properties(shown: dict[str, Any]) -> dict[str, Any]:
    """Where an answer has the properties: objects have them apart."""
    found: dict[str, Any] = shown.get("properties", shown)
    return found


def _put(kind: str) -> Send:
    def send(scene: Scene, id: str, values: dict[str, Any]) -> None:
        scene.ok(scene.put(path_of(scene, kind, id), values))

    return send


def _bulk(path: str, rows: str) -> Send:
    def send(scene: Scene, id: str, values: dict[str, Any]) -> None:
        body = {rows: [{"id": id, **values}]}
        finish(scene, scene.post(path.replace("{c}", scene.id("shelf")), body))

    return send


def _trigger(member: str, kind: str) -> Send:
    def send(scene: Scene, id: str, values: dict[str, Any]) -> None:
        bystander = scene.id("bystander")
        scene.ok(scene.put(f"/v1/users/{bystander}", {"name": "x"}))
        thing = _inline(scene, kind, id, values)
        body = {"recipients": [bystander], member: [thing] if member == "recipients" else thing}
        scene.ok(scene.post(f"/v1/workflows/{scene.target.workflow}/trigger", body))

    return send


def _schedule(member: str, kind: str) -> Send:
    def send(scene: Scene, id: str, values: dict[str, Any]) -> None:
        bystander = scene.id("bystander")
        scene.ok(scene.put(f"/v1/users/{bystander}", {"name": "x"}))
        thing = _inline(scene, kind, id, values)
        who = {"recipients": [bystander], member: [thing] if member == "recipients" else thing}
        body = {"workflow": scene.target.workflow, "repeats": _MONTHLY, **who}
        scene.ok(scene.post("/v1/schedules", body))

    return send


def _schedules_in_bulk(scene: Scene, id: str, values: dict[str, Any]) -> None:
    row = {
        "workflow": scene.target.workflow, "repeats": _MONTHLY, "recipient": {"id": id, **values},
    }  # fmt: skip
    finish(scene, scene.post("/v1/schedules/bulk/create", {"schedules": [row]}))


def _subscribe(kind: str) -> Send:
    def send(scene: Scene, id: str, values: dict[str, Any]) -> None:
        hub = f"/v1/objects/{scene.id('places')}/{scene.id('hub')}"
        scene.ok(scene.put(hub, {"name": "x"}))
        body = {"recipients": [_inline(scene, kind, id, values)]}
        scene.ok(scene.post(f"{hub}/subscriptions", body))

    return send


def _subscribe_in_bulk(scene: Scene, id: str, values: dict[str, Any]) -> None:
    collection, hub = scene.id("places"), scene.id("hub")
    scene.ok(scene.put(f"/v1/objects/{collection}/{hub}", {"name": "x"}))
    rows = [{"id": hub, "recipients": [{"id": id, **values}]}]
    path = f"/v1/objects/{collection}/bulk/subscriptions/add"
    finish(scene, scene.post(path, {"subscriptions": rows}))


def _join(scene: Scene, id: str, values: dict[str, Any]) -> None:
    path = f"/v1/audiences/{scene.id('early')}/members"
    body = {"members": [{"user": {"id": id, **values}}]}
    scene.ok(scene.post(path, body, params={"create_audience": "true"}))


def _as_object(scene: Scene, id: str, values: dict[str, Any]) -> None:
    scene.ok(scene.put(f"/v1/objects/{TENANTS}/{quote(id, safe='')}", values))


def _inline(scene: Scene, kind: str, id: str, values: dict[str, Any]) -> dict[str, Any]:
    collection = {"collection": scene.id("shelf")} if kind == "object" else {}
    return {"id": id, **collection, **values}


ROUTES: Final[tuple[Route, ...]] = (
    Route("identifyUser", "user", _put("user")),
    Route("bulkIdentifyUsers", "user", _bulk("/v1/users/bulk/identify", "users")),
    Route("a recipient of triggerWorkflow", "user", _trigger("recipients", "user"),
          Capability.WORKFLOW),
    Route("the actor of triggerWorkflow", "user", _trigger("actor", "user"), Capability.WORKFLOW),
    Route("a recipient of createSchedules", "user", _schedule("recipients", "user"),
          Capability.WORKFLOW),
    Route("the actor of createSchedules", "user", _schedule("actor", "user"), Capability.WORKFLOW),
    Route("bulkCreateSchedules", "user", _schedules_in_bulk, Capability.WORKFLOW),
    Route("addSubscriptionsForObject", "user", _subscribe("user")),
    Route("bulkAddSubscriptions", "user", _subscribe_in_bulk),
    Route("addAudienceMembers", "user", _join, Capability.STRAY_WRITES),
    Route("setObject", "object", _put("object")),
    Route("bulkSetObjects", "object", _bulk("/v1/objects/{c}/bulk/set", "objects")),
    Route("an object among the recipients of triggerWorkflow", "object",
          _trigger("recipients", "object"), Capability.WORKFLOW),
    Route("an object that subscribes", "object", _subscribe("object")),
    Route("an object among the recipients of createSchedules", "object",
          _schedule("recipients", "object"), Capability.WORKFLOW),
    Route("setTenant", "tenant", _put("tenant")),
    Route("bulkSetTenants", "tenant", _bulk("/v1/tenants/bulk/set", "tenants")),
    Route("a tenant as an object", "tenant", _as_object),
    Route("the tenant of triggerWorkflow", "tenant", _trigger("tenant", "tenant"),
          Capability.WORKFLOW),
    Route("the tenant of createSchedules", "tenant", _schedule("tenant", "tenant"),
          Capability.WORKFLOW),
)  # fmt: skip
"""Knock's documents: bulk and inline identification follow the rules of the single calls."""
