"""Merging one user into another: what the survivor has then."""

from __future__ import annotations

from typing import Any

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.resources.recipients import CHANNELS, channel_is_known
from contract_tests.resources.values import unlike
from contract_tests.resources.workflows import messages_of
from contract_tests.rules import resources as rules

SUITE = "resources"


def _two(scene: Scene) -> tuple[str, str]:
    """The paths of the one who stays and the one who goes."""
    stays, goes = (f"/v1/users/{scene.id(name)}" for name in ("stays", "goes"))
    scene.ok(scene.put(stays, {"name": "Stays", "plan": "pro", "deep": {"a": 1, "b": {"x": 1}}}))
    body = {"name": "Goes", "city": "Oslo", "deep": {"a": 2, "b": {"y": 2}}, "none": None}
    scene.ok(scene.put(goes, {**body, "seats": 0, "beta": False}))
    return stays, goes


def _merge(scene: Scene, stays: str) -> Any:
    return scene.ok(scene.post(f"{stays}/merge", {"from_user_id": scene.id("goes")}))


@check(SUITE, rules.MERGE_USERS)
def merging_keeps_the_survivor(scene: Scene) -> None:
    stays, goes = _two(scene)
    shown = _merge(scene, stays)
    expected = {
        "id": scene.id("stays"), "name": "Stays", "plan": "pro", "city": "Oslo", "seats": 0,
        "beta": False, "deep": {"a": 1, "b": {"x": 1, "y": 2}},
    }  # fmt: skip
    for found in (shown, scene.ok(scene.get(stays))):
        wrong = unlike(found, expected)
        scene.require(rules.MERGE_USERS, not wrong, wrong, "mergeUser")
    gone = scene.get(goes).status
    if not scene.target.real:
        scene.require(rules.MERGE_USERS, gone == 404, f"the other one answered {gone}")


@check(SUITE, rules.MERGE_USERS)
def merging_takes_over_the_sets_that_are_missing(scene: Scene) -> None:
    stays, goes = _two(scene)
    acme, ingen = scene.id("acme"), scene.id("ingen")
    for tenant in (acme, ingen):
        scene.ok(scene.put(f"/v1/tenants/{tenant}", {"name": tenant}))
    kept, other = {"categories": {"mine": False}}, {"categories": {"theirs": False}}
    scene.ok(scene.put(f"{stays}/preferences/{acme}", kept))
    for set_id in (acme, ingen, "default"):
        scene.ok(scene.put(f"{goes}/preferences/{set_id}", other))
    _merge(scene, stays)
    for set_id, expected in ((acme, kept), (ingen, other), ("default", other)):
        shown = scene.ok(scene.get(f"{stays}/preferences/{set_id}"))
        wrong = unlike(shown, expected)
        scene.require(rules.MERGE_USERS, not wrong, f"the set {set_id}: {wrong}", "mergeUser")


@check(SUITE, rules.MERGE_USERS, needs=(Capability.STRAY_WRITES,))
def merging_takes_over_the_channel_data_that_are_missing(scene: Scene) -> None:
    stays, goes = _two(scene)
    if not channel_is_known(scene, stays):
        return
    scene.ok(scene.put(f"{stays}/channel_data/{CHANNELS[0]}", {"data": {"tokens": ["mine"]}}))
    for channel in CHANNELS:
        scene.ok(scene.put(f"{goes}/channel_data/{channel}", {"data": {"tokens": ["theirs"]}}))
    _merge(scene, stays)
    for channel, expected in zip(CHANNELS, (["mine"], ["theirs"]), strict=True):
        answer = scene.get(f"{stays}/channel_data/{channel}")
        tokens = answer.json["data"]["tokens"] if answer.status == 200 else answer.status
        told = f"the tokens of a channel are {tokens}, and should be {expected}"
        scene.require(rules.MERGE_USERS, tokens == expected, told, "mergeUser")


@check(SUITE, rules.MERGE_USERS, needs=(Capability.WORKFLOW, Capability.CLOCK))
def merging_moves_messages(scene: Scene) -> None:
    stays, goes = _two(scene)
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    for name in ("stays", "goes", "goes"):
        scene.ok(scene.post(path, {"recipients": [scene.id(name)], "data": {"of": name}}))
        scene.pass_time(1)
    before = [m["id"] for one in (stays, goes) for m in messages_of(scene, one, 1)]
    _merge(scene, stays)
    after = [message["id"] for message in messages_of(scene, stays, 1)]
    told = f"there were {len(before)} messages of both, and the survivor has {len(after)}"
    scene.require(rules.MERGE_USERS, sorted(after) == sorted(before), told, "mergeUser")
    for id in before:
        shown = scene.ok(scene.get(f"/v1/messages/{id}"))
        told = f"a message is for {shown['recipient']!r}"
        own = shown["recipient"] == scene.id("stays")
        scene.require(rules.MERGE_USERS, own, told, "mergeUser")


@check(SUITE, rules.MERGE_SUBSCRIPTIONS)
def merging_takes_over_subscriptions(scene: Scene) -> None:
    stays, _ = _two(scene)
    shelf = f"/v1/objects/{scene.id('shelf')}"
    for thing, names in (("shared", ("stays", "goes")), ("other", ("goes",)), ("own", ("stays",))):
        path = f"{shelf}/{scene.id(thing)}"
        scene.ok(scene.put(path, {"name": thing}))
        for name in names:
            body = {"recipients": [scene.id(name)], "properties": {"of": name}}
            scene.ok(scene.post(f"{path}/subscriptions", body))
    _merge(scene, stays)
    entries = scene.ok(scene.get(f"{stays}/subscriptions"))["entries"]
    found = {
        entry["object"]["id"].removeprefix(scene.prefix): (entry["properties"] or {}).get("of")
        for entry in entries
    }
    expected = {"shared": "stays", "other": "goes", "own": "stays"}
    told = f"subscriptions, by whose they were: {found}, and should be {expected}"
    scene.require(rules.MERGE_SUBSCRIPTIONS, found == expected, told, "mergeUser")
    for thing in expected:
        listed = scene.ok(scene.get(f"{shelf}/{scene.id(thing)}/subscriptions"))["entries"]
        who = [entry["recipient"]["id"] for entry in listed]
        told = f"{thing} is followed by {who}"
        scene.require(rules.MERGE_SUBSCRIPTIONS, who == [scene.id("stays")], told, "mergeUser")
