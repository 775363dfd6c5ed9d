"""Preference sets: every part and every form of a setting, by every call that writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.resources.bulk import finish
from contract_tests.resources.drawing import deep_merge
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.recipients import recipients
from contract_tests.rules import Rule
from contract_tests.rules import resources as rules

SUITE = "resources"
_CONDITIONS: Final = [
    {"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"},
    {"variable": "data.seats", "operator": "greater_than", "argument": "5"},
]
_CHANNEL: Final = "97c5837d-c65c-4d54-aa39-080eeb81c69d"
_SETTINGS: Final[dict[str, Any]] = {
    "yes": True, "no": False, "by-type": {"channel_types": {"email": False, "push": True}},
    "if": {"conditions": _CONDITIONS},
    "type-if": {"channel_types": {"sms": {"conditions": _CONDITIONS[:1]}}},
    "by-channel": {"channels": {_CHANNEL: False}},
    "all": {"channel_types": {"email": True}, "conditions": _CONDITIONS[1:]},
    "Case": True, "case": False, "with.dots and spaces": False,
}  # fmt: skip
PARTS: Final[dict[str, Any]] = {
    "categories": _SETTINGS, "workflows": _SETTINGS,
    "channel_types": {
        "email": True, "sms": False, "push": {"conditions": _CONDITIONS}, "in_app_feed": False,
        "chat": True, "http": False,
    },
    "channels": {_CHANNEL: False}, "commercial_subscribed": False,
}  # fmt: skip
"""A value for every part of a set."""
_OTHER: Final[dict[str, Any]] = {
    "categories": {"yes": False, "more": True}, "workflows": {"no": True, "more": False},
    "channel_types": {"email": False, "sms": True}, "channels": {_CHANNEL: True},
    "commercial_subscribed": {"conditions": _CONDITIONS},
}  # fmt: skip
_PLAIN: Final[dict[str, Any]] = {
    "categories": {"a": {"channel_types": {"email": True}}, "b": True},
    "workflows": {"a": {"channel_types": {"email": True}}, "b": True},
    "channel_types": {"email": True, "sms": False},
}  # fmt: skip
_MERGED_IN: Final[dict[str, Any]] = {
    "categories": {"a": {"channel_types": {"push": False}}, "c": False},
    "workflows": {"a": {"channel_types": {"push": False}}, "c": False},
    "channel_types": {"sms": True, "push": False},
}  # fmt: skip


def lacking(shown: Any, expected: Any, where: str = "the set") -> str:
    """What a set lacks of what was written, or has beside it; empty members count as absent."""
    if isinstance(expected, dict) and isinstance(shown, dict):
        for name in expected.keys() | shown.keys():
            wrong = lacking(shown.get(name), expected.get(name), f"{where}.{name}")
            if wrong:
                return wrong
        return ""
    empty: tuple[Any, ...] = (None, {}, [])
    if shown in empty and not isinstance(shown, bool) and expected in empty:
        return ""
    if type(shown) is type(expected) and shown == expected:
        return ""
    return f"{where} is {shown!r}, and should be {expected!r}"


def _parts_of(shown: dict[str, Any]) -> dict[str, Any]:
    return {part: shown.get(part) for part in PARTS}


def _sets(scene: Scene) -> list[str]:
    """The paths of two sets each of a user and of an object."""
    tenant = scene.id("acme")
    scene.ok(scene.put(f"/v1/tenants/{tenant}", {"name": "Acme"}))
    return [f"{who}/preferences/{id}" for who in recipients(scene) for id in ("default", tenant)]


def _agree(scene: Scene, path: str, expected: dict[str, Any], rule: Rule) -> None:
    """The set has that and no more, and so has the list of the recipient's sets."""
    place = next(e.place for e in reversed(scene.exchanges) if e.method != "GET" and not e.control)
    whose = {part: value for part, value in expected.items() if value is not None}
    set_id = path.rpartition("/")[2]
    listed = scene.ok(scene.get(path.rpartition("/")[0]))
    in_list: dict[str, Any] = next((one for one in listed if one["id"] == set_id), {})
    for shown, name in ((scene.ok(scene.get(path)), set_id), (in_list, f"{set_id}, in the list")):
        wrong = lacking(_parts_of(shown), whose, f"the set {name}")
        scene.require(rule, not wrong, wrong, place)


def _commercial(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """`commercial_subscribed` has a meaning in the default set only."""
    if path.endswith("/default"):
        return body
    return {part: value for part, value in body.items() if part != "commercial_subscribed"}


def _each_part(scene: Scene, chosen: Sequence[str]) -> None:
    """Each part by itself, then all at once, then others in their place."""
    for path in _sets(scene):
        for part in chosen:
            body = _commercial(path, {part: PARTS[part]})
            scene.ok(scene.put(path, body))
            _agree(scene, path, body, rules.PREFERENCES_READ_BACK)
        for all_of in (PARTS, _OTHER):
            body = _commercial(path, {part: all_of[part] for part in chosen})
            scene.ok(scene.put(path, body))
            _agree(scene, path, body, rules.PREFERENCES_REPLACED)


def _merging(scene: Scene, chosen: Sequence[str]) -> None:
    """Each part is merged in, deeply, and leaves the others as they were."""
    for path in _sets(scene):
        known = {part: _PLAIN[part] for part in chosen}
        scene.ok(scene.put(path, known))
        for part in chosen:
            body = {part: _MERGED_IN[part]}
            scene.ok(scene.put(path, {**body, "__persistence_strategy__": "merge"}))
            known = deep_merge(known, body)
            _agree(scene, path, known, rules.PREFERENCES_REPLACED)


def _by_parts(scene: Scene, chosen: Sequence[str]) -> None:
    """The calls for one group, and for one setting in it: nothing else is touched."""
    if scene.target.real:
        return  # they are deprecated, and only Knock's browser client says what they take
    for path in _sets(scene):
        known = dict(_PLAIN)
        scene.ok(scene.put(path, known))
        for part in chosen:
            group = _MERGED_IN[part]
            scene.ok(scene.put(f"{path}/{part}", group))
            known[part] = group
            _agree(scene, path, known, rules.PREFERENCES_REPLACED)
            name = "email" if part == "channel_types" else "one"
            for sent, expected in (({"subscribed": False}, False), ({"subscribed": True}, True)):
                scene.ok(scene.put(f"{path}/{part}/{name}", sent))
                known[part] = {**known[part], name: expected}
                _agree(scene, path, known, rules.PREFERENCES_REPLACED)


def _by_others(scene: Scene, chosen: Sequence[str]) -> None:
    """Sets that come with their recipient are merged; a bulk call replaces."""
    user, thing = recipients(scene)
    for who in (user, thing):
        path = f"{who}/preferences/default"
        scene.ok(scene.put(path, {part: _PLAIN[part] for part in chosen}))
        inline = {part: _MERGED_IN[part] for part in chosen}
        scene.ok(scene.put(who, {"preferences": {"default": inline}}))
        expected = deep_merge({part: _PLAIN[part] for part in chosen}, inline)
        _agree(scene, path, expected, rules.PREFERENCES_REPLACED)
    replacing = {"id": "default", **{part: PARTS[part] for part in chosen}}
    body = {"user_ids": [user.rpartition("/")[2]], "preferences": replacing}
    finish(scene, scene.post("/v1/users/bulk/preferences", body))
    path = f"{user}/preferences/default"
    _agree(scene, path, {part: PARTS[part] for part in chosen}, rules.PREFERENCES_READ_BACK)


def _add(name: str, parts: Sequence[str], attempt: Callable[[Scene, Sequence[str]], None]) -> None:
    def run(examiner: Examiner) -> None:
        narrow(examiner, parts, attempt)

    judged = (rules.PREFERENCES_READ_BACK, rules.PREFERENCES_REPLACED)
    add_check(Check(SUITE, name, judged, (), run))


_add("every part of a preference set is kept", tuple(PARTS), _each_part)
_add("every part of a preference set is merged by itself", tuple(_PLAIN), _merging)
_add("the calls for one part of a preference set", tuple(_PLAIN), _by_parts)
_add("preference sets that come with others", tuple(_PLAIN), _by_others)


def _included(scene: Scene, chosen: Sequence[str]) -> None:
    """Lists that are asked for preferences show them, in whatever form."""
    user, thing = recipients(scene)
    hub = f"{thing.rpartition('/')[0]}/hub"
    scene.ok(scene.put(hub, {"name": "hub"}))
    scene.ok(scene.put(f"{user}/preferences/default", {"categories": {"of-the-user": False}}))
    scene.ok(scene.put(f"{thing}/preferences/default", {"categories": {"of-the-thing": False}}))
    body = {"recipients": [user.rpartition("/")[2]]}
    scene.ok(scene.post(f"{thing}/subscriptions", body))
    reference = dict(zip(("collection", "id"), thing.split("/")[3:], strict=True))
    scene.ok(scene.post(f"{hub}/subscriptions", {"recipients": [reference]}))
    lists = {
        "listUsers": ("/v1/users", "of-the-user"),
        "listObjects": (thing.rpartition("/")[0], "of-the-thing"),
        "listSubscriptionsForObject": (f"{thing}/subscriptions", "of-the-user"),
        "listSubscriptionsForUser": (f"{user}/subscriptions", "of-the-user"),
    }
    for operation in chosen:
        path, mark = lists[operation]
        if operation == "listUsers" and scene.target.lacks(_WHOLE) is not None:
            continue
        rows = scene.ok(scene.get(path, [("include[]", "preferences")]))["entries"]
        told = f"include[]=preferences of {path} shows no preferences: {str(rows)[:200]}"
        scene.require(rules.PREFERENCES_INCLUDED, mark in str(rows), told, operation)


def _run_included(examiner: Examiner) -> None:
    narrow(examiner, INCLUDING, _included)


_WHOLE: Final = Capability.WHOLE_LISTS
INCLUDING: Final = (
    "listUsers", "listObjects", "listSubscriptionsForObject", "listSubscriptionsForUser",
)  # fmt: skip
add_check(
    Check(
        SUITE, "lists show the preferences they are asked for", (rules.PREFERENCES_INCLUDED,), (),
        _run_included,
    )
)  # fmt: skip
