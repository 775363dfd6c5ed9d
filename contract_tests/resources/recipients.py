"""What hangs on users and objects: channel data, preferences, subscriptions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.rules import resources as rules

SUITE = "resources"
CHANNELS = ("6f0c8b52-9d1e-4a37-b4c5-2e7a90d3f618", "97c5837d-c65c-4d54-aa39-080eeb81c69d")
_TOKENS = st.lists(st.text("abc123", min_size=1, max_size=6), min_size=1, max_size=3, unique=True)
_SETTINGS = st.booleans()
_GROUPS = st.dictionaries(st.sampled_from(["news", "billing", "social"]), _SETTINGS, max_size=3)
_TYPES = st.dictionaries(st.sampled_from(["email", "sms", "push"]), _SETTINGS, max_size=3)
_SETS = st.fixed_dictionaries(
    {}, optional={"categories": _GROUPS, "workflows": _GROUPS, "channel_types": _TYPES}
)


def channel_is_known(scene: Scene, recipient: str) -> bool:
    """Whether the server takes a channel that nobody declared; no call of Knock's makes one."""
    path = f"{recipient}/channel_data/{CHANNELS[0]}"
    answer = scene.put(path, {"data": {"tokens": ["probe"]}})
    if answer.status != 404:
        scene.delete(path)
        return True
    scene.examiner.say(
        "this server knows its own channels only",
        rules.CHANNEL_DATA_READ_BACK, rules.CHANNEL_DATA_UNSET,
    )  # fmt: skip
    return False


def recipients(scene: Scene) -> list[str]:
    """The paths of a user and of an object, both made."""
    paths = [f"/v1/users/{scene.id('u')}", f"/v1/objects/{scene.id('c')}/{scene.id('o')}"]
    for path in paths:
        scene.ok(scene.put(path, {"name": "x"}))
    return paths


# Channels cannot be made by a call, so a real environment need not know these.
@check(
    SUITE, rules.CHANNEL_DATA_READ_BACK, rules.CHANNEL_DATA_UNSET,
    needs=(Capability.STRAY_WRITES,), given={"first": _TOKENS, "second": _TOKENS},
)  # fmt: skip
def channel_data_is_read_back(scene: Scene, first: list[str], second: list[str]) -> None:
    for recipient in recipients(scene):
        if not channel_is_known(scene, recipient):
            return
        path = f"{recipient}/channel_data/{CHANNELS[0]}"
        unset = scene.get(path).status
        scene.require(rules.CHANNEL_DATA_UNSET, unset == 404, f"before any put: {unset}")
        for tokens in (first, second):
            scene.ok(scene.put(path, {"data": {"tokens": tokens}}))
            shown = scene.ok(scene.get(path))
            told = f"{tokens} were written, {shown} is read"
            same = shown["data"]["tokens"] == tokens and shown["channel_id"] == CHANNELS[0]
            scene.require(rules.CHANNEL_DATA_READ_BACK, same, told)
        other = scene.get(f"{recipient}/channel_data/{CHANNELS[1]}").status
        scene.require(rules.CHANNEL_DATA_UNSET, other == 404, f"another channel: {other}")
        scene.ok(scene.delete(path))
        left = scene.get(path).status
        scene.require(rules.CHANNEL_DATA_UNSET, left == 404, f"after DELETE: {left}")


@check(
    SUITE, rules.PREFERENCES_READ_BACK, rules.PREFERENCES_REPLACED,
    given={"first": _SETS, "second": _SETS, "merge": st.booleans()},
)  # fmt: skip
def a_preference_set_is_read_back(
    scene: Scene, first: dict[str, Any], second: dict[str, Any], merge: bool
) -> None:
    for recipient in recipients(scene):
        path = f"{recipient}/preferences/default"
        _same_set(scene, scene.ok(scene.put(path, first)), first, rules.PREFERENCES_READ_BACK)
        _same_set(scene, scene.ok(scene.get(path)), first, rules.PREFERENCES_READ_BACK)
        strategy = {"__persistence_strategy__": "merge"} if merge else {}
        scene.ok(scene.put(path, {**second, **strategy}))
        expected = dict(second)
        if merge:
            groups = ("categories", "workflows", "channel_types")
            expected = {g: {**first.get(g, {}), **second.get(g, {})} for g in groups}
        shown = scene.ok(scene.get(path))
        _same_set(scene, shown, expected, rules.PREFERENCES_REPLACED)


@check(SUITE, rules.PREFERENCES_REPLACED)
def putting_a_set_replaces_or_merges(scene: Scene) -> None:
    for recipient in recipients(scene):
        path = f"{recipient}/preferences/default"
        for strategy, kept in ((None, {}), ("replace", {}), ("merge", {"news": False})):
            scene.ok(scene.put(path, {"categories": {"news": False}}))
            body = {"categories": {"social": False}}
            named = {} if strategy is None else {"__persistence_strategy__": strategy}
            scene.ok(scene.put(path, {**body, **named}))
            expected = {"categories": {**kept, "social": False}}
            shown = scene.ok(scene.get(path))
            _same_set(scene, shown, expected, rules.PREFERENCES_REPLACED)


def _same_set(scene: Scene, shown: Any, expected: dict[str, Any], rule: Any) -> None:
    for group in ("categories", "workflows", "channel_types"):
        told = f"{group} is {shown[group]!r}, and was written as {expected.get(group)!r}"
        scene.require(rule, (shown[group] or {}) == expected.get(group, {}), told)


@check(SUITE, rules.PREFERENCES_EMPTY, rules.PREFERENCES_READ_BACK)
def preference_sets_are_apart(scene: Scene) -> None:
    tenant = scene.id("acme")
    scene.ok(scene.put(f"/v1/tenants/{tenant}", {"name": "Acme"}))
    for recipient in recipients(scene):
        empty = scene.get(f"{recipient}/preferences/default")
        told = f"a set that was never written answered {empty.status}"
        scene.require(rules.PREFERENCES_EMPTY, empty.status == 200, told)
        scene.ok(scene.put(f"{recipient}/preferences/{tenant}", {"categories": {"news": False}}))
        shown = scene.ok(scene.get(f"{recipient}/preferences/default"))
        told = f"what was written to the set of a tenant is in default: {shown}"
        scene.require(rules.PREFERENCES_READ_BACK, not shown["categories"], told)
        ids = [one["id"] for one in scene.ok(scene.get(f"{recipient}/preferences"))]
        scene.require(rules.PREFERENCES_READ_BACK, tenant in ids, f"the list has {ids}")
        scene.ok(scene.delete(f"{recipient}/preferences/{tenant}"))
        shown = scene.ok(scene.get(f"{recipient}/preferences/{tenant}"))
        told = f"a deleted set still has {shown['categories']}"
        scene.require(rules.PREFERENCES_EMPTY, not shown["categories"], told)


@check(SUITE, rules.SUBSCRIPTIONS_KEPT, rules.SUBSCRIBED_ONCE, rules.UNSUBSCRIBED)
def subscriptions_are_kept(scene: Scene) -> None:
    collection, object_id = scene.id("projects"), scene.id("one")
    path = f"/v1/objects/{collection}/{object_id}"
    make_users(scene, ["a", "b", "c"])
    scene.ok(scene.put(path, {"name": "One"}))
    users = [scene.id(name) for name in ("a", "b", "c")]
    body = {"recipients": users, "properties": {"role": "reader"}}
    scene.ok(scene.post(f"{path}/subscriptions", body))
    listed = _subscribers(scene, path)
    told = f"{users} were subscribed, {sorted(listed)} are listed"
    scene.require(rules.SUBSCRIPTIONS_KEPT, sorted(listed) == users, told)
    roles = {(properties or {}).get("role") for properties in listed.values()}
    scene.require(rules.SUBSCRIPTIONS_KEPT, roles == {"reader"}, f"their roles are {roles}")
    own = scene.ok(scene.get(f"/v1/users/{users[0]}/subscriptions"))["entries"]
    found = [entry["object"]["id"] for entry in own]
    told = f"the user is subscribed to {found}"
    scene.require(rules.SUBSCRIPTIONS_KEPT, found == [object_id], told)
    again = {"recipients": users[:1], "properties": {"role": "writer"}}
    scene.ok(scene.post(f"{path}/subscriptions", again))
    entries = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    told = f"{len(entries)} subscriptions of {len(users)} users"
    scene.require(rules.SUBSCRIBED_ONCE, len(entries) == len(users), told)
    roles = {(p or {}).get("role") for id, p in _subscribers(scene, path).items() if id == users[0]}
    scene.require(rules.SUBSCRIBED_ONCE, roles == {"writer"}, f"the role is {roles} still")
    scene.ok(scene.delete(f"{path}/subscriptions", {"recipients": users[1:2]}))
    left = sorted(_subscribers(scene, path))
    told = f"{users[1]} was unsubscribed, {left} are listed"
    scene.require(rules.UNSUBSCRIBED, left == [users[0], users[2]], told)


def _subscribers(scene: Scene, path: str) -> dict[str, Any]:
    """Properties by the id of the subscriber."""
    entries = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    return {entry["recipient"]["id"]: entry["properties"] for entry in entries}
