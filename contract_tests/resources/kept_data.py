"""Free data that is no property of anybody: of subscriptions, of schedules, of triggers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.bulk import finish
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.values import NAMES, VALUES, unlike
from contract_tests.resources.workflows import FEED, feed_is_known
from contract_tests.rules import Rule
from contract_tests.rules import resources as rules

SUITE = "resources"
Data = dict[str, Any]
_MONTHLY: Final = [{"frequency": "monthly", "day_of_month": 1}]


@dataclass(frozen=True)
class Store:
    """A place that keeps data; `keep` writes them and answers where they were read, and as what."""

    name: str
    rule: Rule
    keep: Callable[[Scene, Data], dict[str, Any]]
    needs: tuple[Capability, ...] = ()


def _subscription(scene: Scene, data: Data) -> dict[str, Any]:
    make_users(scene, ["a"])
    path = f"/v1/objects/{scene.id('shelf')}/{scene.id('hub')}"
    scene.ok(scene.put(path, {"name": "x"}))
    body = {"recipients": [scene.id("a")], "properties": data}
    made = scene.ok(scene.post(f"{path}/subscriptions", body))
    own = scene.ok(scene.get(f"/v1/users/{scene.id('a')}/subscriptions"))["entries"]
    listed = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    return {
        "the answer": made[0]["properties"],
        "the list of the object": listed[0]["properties"],
        "the list of the user": own[0]["properties"],
    }


def _changed_subscription(scene: Scene, data: Data) -> dict[str, Any]:
    make_users(scene, ["a"])
    path = f"/v1/objects/{scene.id('shelf')}/{scene.id('hub')}"
    scene.ok(scene.put(path, {"name": "x"}))
    body: dict[str, Any] = {"recipients": [scene.id("a")]}
    # Of the same names, since nobody says whether others stay.
    before = dict.fromkeys(data, "before")
    scene.ok(scene.post(f"{path}/subscriptions", {**body, "properties": before}))
    scene.ok(scene.post(f"{path}/subscriptions", {**body, "properties": data}))
    listed = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    return {"the list of the object": listed[0]["properties"]}


def _subscription_in_bulk(scene: Scene, data: Data) -> dict[str, Any]:
    make_users(scene, ["a"])
    collection, hub = scene.id("shelf"), scene.id("hub")
    path = f"/v1/objects/{collection}/{hub}"
    scene.ok(scene.put(path, {"name": "x"}))
    rows = [{"id": hub, "recipients": [scene.id("a")], "properties": data}]
    body = {"subscriptions": rows}
    finish(scene, scene.post(f"/v1/objects/{collection}/bulk/subscriptions/add", body))
    listed = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    return {"the list of the object": listed[0]["properties"]}


def _schedules_of_a(scene: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.ok(scene.get(f"/v1/users/{scene.id('a')}/schedules"))[
        "entries"
    ]
    return found


def _schedule(scene: Scene, data: Data) -> dict[str, Any]:
    make_users(scene, ["a"])
    body = {"workflow": scene.target.workflow, "recipients": [scene.id("a")], "repeats": _MONTHLY}
    made = scene.ok(scene.post("/v1/schedules", {**body, "data": data}))
    listed = _schedules_of_a(scene)
    return {"the answer": made[0]["data"], "the list of the user": listed[0]["data"]}


def _changed_schedule(scene: Scene, data: Data) -> dict[str, Any]:
    make_users(scene, ["a"])
    body = {"workflow": scene.target.workflow, "recipients": [scene.id("a")], "repeats": _MONTHLY}
    made = scene.ok(scene.post("/v1/schedules", {**body, "data": {"before": 1}}))
    change = {"schedule_ids": [made[0]["id"]], "data": data}
    changed = scene.ok(scene.put("/v1/schedules", change))
    return {
        "the answer": changed[0]["data"],
        "the list of the user": _schedules_of_a(scene)[0]["data"],
    }


def _schedule_in_bulk(scene: Scene, data: Data) -> dict[str, Any]:
    make_users(scene, ["a"])
    row = {"workflow": scene.target.workflow, "recipient": scene.id("a"), "repeats": _MONTHLY}
    body = {"schedules": [{**row, "data": data}]}
    finish(scene, scene.post("/v1/schedules/bulk/create", body))
    return {"the list of the user": _schedules_of_a(scene)[0]["data"]}


def _trigger(scene: Scene, data: Data) -> dict[str, Any]:
    make_users(scene, ["a"])
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    scene.ok(scene.post(path, {"recipients": [scene.id("a")], "data": data}))
    scene.pass_time(1)
    item = scene.ok(scene.get(f"/v1/users/{scene.id('a')}/messages"))["items"][0]
    message = f"/v1/messages/{item['id']}"
    activity = scene.ok(scene.get(f"{message}/activities"))["items"][0]
    found = {
        "the list of messages": item["data"],
        "the message": scene.ok(scene.get(message))["data"],
        "its activity": activity["data"],
    }
    if feed_is_known(scene, scene.id("a")):
        feed = scene.ok(scene.get(f"/v1/users/{scene.id('a')}/feeds/{FEED}"))
        found["the feed"] = feed["entries"][0]["data"]
    return found


_CONTROLLED: Final = (Capability.WORKFLOW, Capability.CLOCK)
STORES: Final = (
    Store("the properties of a subscription", rules.SUBSCRIPTIONS_KEPT, _subscription),
    Store("the properties of a subscription in bulk", rules.SUBSCRIPTIONS_KEPT,
          _subscription_in_bulk),
    Store("the properties of a changed subscription", rules.SUBSCRIBED_ONCE,
          _changed_subscription),
    Store("the data of a schedule", rules.SCHEDULES_KEPT, _schedule, (Capability.WORKFLOW,)),
    Store("the data of a changed schedule", rules.SCHEDULES_KEPT, _changed_schedule,
          (Capability.WORKFLOW,)),
    Store("the data of schedules in bulk", rules.SCHEDULES_KEPT, _schedule_in_bulk,
          (Capability.WORKFLOW,)),
    Store("the data of a trigger", rules.TRIGGER_KEPT, _trigger, _CONTROLLED),
)  # fmt: skip


def _check(store: Store) -> Check:
    def attempt(scene: Scene, chosen: Sequence[tuple[str, Any]]) -> None:
        data = dict(chosen)
        for place, found in store.keep(scene, data).items():
            wrong = unlike(found, data)
            scene.require(store.rule, not wrong, f"{store.name}, in {place}: {wrong}")

    def run(examiner: Examiner) -> None:
        # Texts of over 1,024 bytes are cut in what Knock logs of a trigger.
        values = {name: value for name, value in VALUES.items() if name != "long"}
        narrow(examiner, [*values.items(), *NAMES.items()], attempt)

    return Check(SUITE, f"{store.name} are kept", (store.rule,), store.needs, run)


for _store in STORES:
    add_check(_check(_store))
