"""What goes with a deletion, and what one environment does not show another."""

from __future__ import annotations

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users, subscribers
from contract_tests.resources.recipients import CHANNELS, channel_is_known
from contract_tests.rules import resources as rules

SUITE = "resources"
OTHER = "KNOCK_OTHER_API_KEY"


@check(SUITE, rules.DELETE_CASCADES, needs=(Capability.STRAY_WRITES,))
def deleting_a_user_takes_everything_along(scene: Scene) -> None:
    id = scene.id("leaver")
    path = f"/v1/users/{id}"
    object_path = f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    scene.ok(scene.put(path, {"name": "Leaver"}))
    scene.ok(scene.put(object_path, {"name": "x"}))
    scene.ok(scene.put(f"{path}/preferences/default", {"categories": {"news": False}}))
    if channel_is_known(scene, path):
        scene.ok(scene.put(f"{path}/channel_data/{CHANNELS[0]}", {"data": {"tokens": ["t"]}}))
    scene.ok(scene.post(f"{object_path}/subscriptions", {"recipients": [id]}))
    scene.ok(scene.delete(path))
    listed = subscribers(scene, object_path)
    scene.require(rules.DELETE_CASCADES, id not in listed, f"still subscribed: {listed}")
    scene.ok(scene.put(path, {"name": "Newcomer"}))
    left = scene.ok(scene.get(f"{path}/preferences/default"))["categories"]
    scene.require(rules.DELETE_CASCADES, not left, f"preferences of before are back: {left}")
    data = scene.get(f"{path}/channel_data/{CHANNELS[0]}").status
    scene.require(rules.DELETE_CASCADES, data == 404, f"channel data of before answered {data}")
    entries = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    scene.require(rules.DELETE_CASCADES, not entries, f"subscriptions of before: {entries}")


@check(SUITE, rules.DELETE_CASCADES, needs=(Capability.WORKFLOW, Capability.STRAY_WRITES))
def deleting_a_user_takes_schedules_and_messages_along(scene: Scene) -> None:
    id, workflow = scene.id("leaver"), scene.target.workflow
    path = f"/v1/users/{id}"
    make_users(scene, ["leaver"])
    repeats = [{"frequency": "monthly", "day_of_month": 1}]
    body = {"workflow": workflow, "recipients": [id], "repeats": repeats}
    scene.ok(scene.post("/v1/schedules", body))
    scene.ok(scene.post(f"/v1/workflows/{workflow}/trigger", {"recipients": [id]}))
    if scene.target.controlled:
        scene.pass_time(1)
    messages = scene.ok(scene.get(f"{path}/messages"))["items"]
    scene.ok(scene.delete(path))
    for message in messages:
        status = scene.get(f"/v1/messages/{message['id']}").status
        scene.require(rules.DELETE_CASCADES, status == 404, f"its message answered {status}")
    make_users(scene, ["leaver"])
    for part, rows in (("schedules", "entries"), ("messages", "items")):
        left = scene.ok(scene.get(f"{path}/{part}"))[rows]
        scene.require(rules.DELETE_CASCADES, not left, f"{part} of before are back: {left}")


@check(SUITE, rules.DELETE_CASCADES)
def deleting_an_object_takes_its_subscriptions_along(scene: Scene) -> None:
    path = f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    make_users(scene, ["reader"])
    reader = scene.id("reader")
    scene.ok(scene.put(path, {"name": "x"}))
    scene.ok(scene.put(f"{path}/preferences/default", {"categories": {"news": False}}))
    scene.ok(scene.post(f"{path}/subscriptions", {"recipients": [reader]}))
    scene.ok(scene.delete(path))
    entries = scene.ok(scene.get(f"/v1/users/{reader}/subscriptions"))["entries"]
    scene.require(rules.DELETE_CASCADES, not entries, f"its reader still has {entries}")
    scene.ok(scene.put(path, {"name": "x"}))
    listed = subscribers(scene, path)
    scene.require(rules.DELETE_CASCADES, not listed, f"subscribers of before are back: {listed}")
    left = scene.ok(scene.get(f"{path}/preferences/default"))["categories"]
    scene.require(rules.DELETE_CASCADES, not left, f"preferences of before are back: {left}")


@check(SUITE, rules.ISOLATION, needs=(Capability.OTHER_KEY,))
def environments_do_not_see_each_other(scene: Scene) -> None:
    id, collection = scene.id("secret"), scene.id("c")
    paths = [f"/v1/users/{id}", f"/v1/objects/{collection}/{id}", f"/v1/tenants/{id}"]
    for path in paths:
        scene.ok(scene.put(path, {"name": "first"}))
    for path in paths:
        seen = scene.get(path, key=OTHER).status
        told = f"GET {path} with another environment's key answered {seen}"
        scene.require(rules.ISOLATION, seen in (401, 403, 404), told)
        scene.delete(path, key=OTHER)
        scene.put(path, {"name": "second"}, key=OTHER)
    for path in paths:
        shown = scene.ok(scene.get(path))
        name = shown.get("name") or shown.get("properties", {}).get("name")
        told = f"another environment's key wrote to {path}: {shown}"
        scene.require(rules.ISOLATION, name == "first", told)


@check(SUITE, rules.ISOLATION, needs=(Capability.OTHER_KEY, Capability.WHOLE_LISTS))
def lists_of_environments_are_apart(scene: Scene) -> None:
    make_users(scene, ["own"])
    scene.ok(scene.put(f"/v1/objects/{scene.id('c')}/{scene.id('own')}", {"name": "x"}))
    scene.ok(scene.put(f"/v1/tenants/{scene.id('own')}", {"name": "x"}))
    for path in ("/v1/users", f"/v1/objects/{scene.id('c')}", "/v1/tenants"):
        entries = scene.ok(scene.get(path, key=OTHER))["entries"]
        told = f"{path} with another environment's key lists {entries}"
        scene.require(rules.ISOLATION, not entries, told)
