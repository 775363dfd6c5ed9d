"""What the checks of HTTP stand on: one of each thing, and whether any of it has changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.resources.recipients import CHANNELS
from contract_tests.resources.workflows import FEED

NOBODY: Final = "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6"
MARKER: Final = "seen-by-its-own-key-only"
"""Stands in whatever is made, so that an answer tells whether it shows any of it."""
_LOOKS_TO_SETTLE: Final = 10
_MARKS: Final = ("id", "seen_at", "read_at", "archived_at", "interacted_at")


@dataclass(frozen=True)
class Ground:
    """Ids of one of each thing. What a server cannot be made to have has an id that nobody has."""

    user: str
    other: str
    spare: str
    collection: str
    object: str
    tenant: str
    audience: str
    workflow: str
    channel: str
    message: str
    run: str
    schedule: str
    operation: str
    new: str
    """An id that nothing has; a call that is carried out would make it."""

    def by_segment(self) -> dict[str, str]:
        """What a parameter of a path stands for, by the segment before it."""
        return {
            "users": self.user, "objects": self.collection, "{collection}": self.object,
            "tenants": self.tenant, "audiences": self.audience, "workflows": self.workflow,
            "messages": self.message, "workflow_recipient_runs": self.run,
            "bulk_operations": self.operation, "feeds": FEED, "guides": FEED, "channels": FEED,
            "channel_data": self.channel, "slack": CHANNELS[1], "ms-teams": CHANNELS[0],
            "preferences": "default", "categories": "news", "channel_types": "email",
            "bulk": "seen",
        }  # fmt: skip

    def filled(self, template: str) -> str:
        """A path of the documents with these ids in it."""
        known, parts = self.by_segment(), template.split("/")
        return "/".join(
            known[parts[index - 1]] if part.startswith("{") else part
            for index, part in enumerate(parts)
        )


def lay_ground(scene: Scene) -> Ground:
    """Make one of each thing that the server can be made to have."""
    user, other, spare = (scene.id(name) for name in ("reader", "other", "spare"))
    for id in (user, other, spare):
        with scene.step(id):
            scene.ok(scene.put(f"/v1/users/{id}", {"name": MARKER, "plan": {"tier": "pro"}}))
    collection, object, tenant = scene.id("things"), scene.id("thing"), scene.id("acme")
    path = f"/v1/objects/{collection}/{object}"
    with scene.step(object):
        scene.ok(scene.put(path, {"name": MARKER}))
    with scene.step(tenant):
        scene.ok(scene.put(f"/v1/tenants/{tenant}", {"name": MARKER}))
    with scene.step("subscriptions"):
        scene.ok(scene.post(f"{path}/subscriptions", {"recipients": [user]}))
    for recipient in (f"/v1/users/{user}", path):
        with scene.step("preferences"):
            news = {"categories": {"news": False}}
            scene.ok(scene.put(f"{recipient}/preferences/default", news))
    audience = scene.id("circle")
    if scene.target.lacks(Capability.STRAY_WRITES) is None:
        _make_strays(scene, audience, f"/v1/users/{user}", path, tenant)
    operation = _operation(scene, scene.id("imported"))
    ids = _made_by_the_workflow(scene, user)
    return Ground(
        user=user, other=other, spare=spare, collection=collection, object=object,
        tenant=tenant, audience=audience, workflow=scene.target.workflow or "nobody",
        channel=CHANNELS[0], operation=operation, new=scene.id("new"), **ids,
    )  # fmt: skip


def _make_strays(scene: Scene, audience: str, user: str, object: str, tenant: str) -> None:
    """What hangs on audiences and channels, which no call of Knock's makes."""
    with scene.step(audience):
        members, made = {"members": [{"user": {"id": user[10:]}}]}, {"create_audience": "true"}
        scene.post(f"/v1/audiences/{audience}/members", members, params=made)
    for recipient in (user, object):
        with scene.step("channel_data"):
            tokens = {"data": {"tokens": [MARKER]}}
            scene.put(f"{recipient}/channel_data/{CHANNELS[0]}", tokens)
    with scene.step("providers"):
        teams, slack = {"ms_teams_tenant_id": "t"}, {"token": {"access_token": "xoxb-1"}}
        credentials = {CHANNELS[0]: teams, CHANNELS[1]: slack}
        scene.put(f"/v1/tenants/{tenant}", {"channel_data": credentials})


def _operation(scene: Scene, row: str) -> str:
    before = len(scene.exchanges)
    rows = {"users": [{"id": row, "name": MARKER}]}
    answer = scene.post("/v1/users/bulk/identify", rows)
    if answer.status != 200:
        return NOBODY
    id: str = answer.json["id"]
    if scene.target.controlled:
        scene.pass_time(60)
    scene.made_by(before, id)
    return id


def _made_by_the_workflow(scene: Scene, user: str) -> dict[str, str]:
    """A message, a run and a schedule of the user, where there is a workflow."""
    found = dict.fromkeys(("message", "run", "schedule"), NOBODY)
    if scene.target.lacks(Capability.WORKFLOW) is not None:
        return found
    workflow = scene.target.workflow
    body: dict[str, Any] = {"recipients": [user], "data": {"marker": MARKER}}
    before = len(scene.exchanges)
    scene.ok(scene.post(f"/v1/workflows/{workflow}/trigger", body))
    if scene.target.controlled:
        scene.pass_time(5)
    messages = scene.ok(scene.get(f"/v1/users/{user}/messages"))["items"]
    if messages:
        found["message"] = messages[0]["id"]
    if scene.target.lacks(Capability.WHOLE_LISTS) is None:
        runs = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]
        found["run"] = runs[0]["id"] if runs else NOBODY
    texts = ("messages", "feeds", "workflow_recipient_runs", "message_ids")
    scene.made_by(before, found["message"], found["run"], *texts)
    before = len(scene.exchanges)
    later = {"workflow": workflow, **body, "scheduled_at": "2099-01-01T09:00:00Z"}
    found["schedule"] = scene.ok(scene.post("/v1/schedules", later))[0]["id"]
    scene.made_by(before, found["schedule"], "schedules")
    return found


def state(scene: Scene, ground: Ground, *, shown: bool = True) -> dict[str, Any]:
    """What is there of it now, by path: status and body. shown: whether findings show how."""
    begin = len(scene.exchanges)
    user = f"/v1/users/{ground.user}"
    object = f"/v1/objects/{ground.collection}/{ground.object}"
    paths = [
        user, f"/v1/users/{ground.other}", f"/v1/users/{ground.spare}",
        f"/v1/users/{ground.new}", object, f"/v1/objects/{ground.collection}/{ground.new}",
        f"/v1/tenants/{ground.tenant}", f"/v1/tenants/{ground.new}",
        f"{object}/subscriptions", f"{user}/preferences/default", f"{object}/preferences/default",
        f"{user}/channel_data/{ground.channel}", f"{object}/channel_data/{ground.channel}",
        f"/v1/audiences/{ground.audience}/members", f"{user}/schedules",
    ]  # fmt: skip
    found: dict[str, Any] = {}
    for path in paths:
        answer = scene.get(path)
        found[path] = (answer.status, answer.json if answer.status == 200 else None)
    listed = scene.get(f"{user}/messages")
    if listed.status == 200:
        # What delivers a message goes on by itself.
        rows = [{name: one.get(name) for name in _MARKS} for one in listed.json["items"]]
        found[f"{user}/messages"] = (200, rows)
    if not shown:
        del scene.exchanges[begin:]
    return found


def settled(scene: Scene, ground: Ground) -> dict[str, Any]:
    """What is there when nothing moves by itself any more; no finding shows how it was read."""
    found = state(scene, ground, shown=False)
    for _ in range(_LOOKS_TO_SETTLE):
        if scene.target.controlled:
            break
        scene.pass_time(min(1.0, scene.target.patience / 100))
        before, found = found, state(scene, ground, shown=False)
        if found == before:
            break
    return found


def difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """The first thing that is not as it was, in words; empty where all is."""
    for path, was in before.items():
        now = after.get(path)
        if now != was:
            return f"GET {path} was {_short(was)} and is {_short(now)}"
    return ""


def _short(found: Any) -> str:
    status, body = found or (0, None)
    return f"{status} {json.dumps(body)[:300]}" if body is not None else str(status)


def unchanged(scene: Scene, ground: Ground, before: dict[str, Any]) -> str:
    """What is not as it was before, in words; of its own requests only that one is shown."""
    begin = len(scene.exchanges)
    changed = difference(before, state(scene, ground))
    told = scene.exchanges[begin:]
    scene.exchanges[begin:] = [e for e in told if changed.startswith(f"GET {e.target} ")]
    return changed
