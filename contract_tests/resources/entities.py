"""Users, objects and tenants: written, merged, read back, deleted."""

from __future__ import annotations

from typing import Any

from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant
from contract_tests.resources.drawing import NAMES, PROPERTIES, deep_merge, without_lists
from contract_tests.resources.values import unlike
from contract_tests.rules import Rule
from contract_tests.rules import resources as rules

SUITE = "resources"
_ALWAYS = {"age": 32, "score": 1.5, "admin": False, "nick": None, "tags_of": ["a", 1, {"b": []}]}
_DRAWN = {"name": NAMES, "first": PROPERTIES, "second": PROPERTIES}


def _agree(scene: Scene, rule: Rule, shown: dict[str, Any], expected: dict[str, Any]) -> None:
    problem = unlike(shown, expected)
    scene.require(rule, not problem, problem)


@check(SUITE, rules.USER_READ_BACK, given={"name": NAMES, "properties": PROPERTIES})
def a_user_is_read_back(scene: Scene, name: str, properties: dict[str, Any]) -> None:
    id = scene.id("ellie")
    body = {"name": name, "email": "ellie@example.com", **_ALWAYS, **properties}
    expected = {"id": id, **body}
    _agree(scene, rules.USER_READ_BACK, scene.ok(scene.put(f"/v1/users/{id}", body)), expected)
    _agree(scene, rules.USER_READ_BACK, scene.ok(scene.get(f"/v1/users/{id}")), expected)


@check(SUITE, rules.MERGED, rules.CREATED_STAYS, given=_DRAWN)
def writing_a_user_again_merges(
    scene: Scene, name: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    first, second = without_lists(first), without_lists(second)
    path = f"/v1/users/{scene.id('alan')}"
    before = scene.ok(scene.put(path, {"name": name, **first}))
    scene.ok(scene.put(path, second))
    shown = scene.ok(scene.get(path))
    _agree(scene, rules.MERGED, shown, deep_merge({"name": name, **first}, second))
    forward = instant(before["updated_at"]) <= instant(shown["updated_at"])
    scene.require(rules.CREATED_STAYS, forward, f"{before} was followed by {shown}")


@check(SUITE, rules.OBJECT_READ_BACK, rules.MERGED, given=_DRAWN)
def an_object_is_read_back_and_merged(
    scene: Scene, name: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    first, second = without_lists(first), without_lists(second)
    collection = scene.id("projects")
    path = f"/v1/objects/{collection}/{scene.id('one')}"
    scene.ok(scene.put(path, {"name": name, **first}))
    shown = scene.ok(scene.get(path))
    own = {"id": scene.id("one"), "collection": collection}
    _agree(scene, rules.OBJECT_READ_BACK, shown, own)
    _agree(scene, rules.OBJECT_READ_BACK, shown["properties"], {"name": name, **first})
    scene.ok(scene.put(path, second))
    shown = scene.ok(scene.get(path))
    expected = deep_merge({"name": name, **first}, second)
    _agree(scene, rules.MERGED, shown["properties"], expected)


@check(SUITE, rules.TENANT_READ_BACK, rules.MERGED, rules.TENANT_IS_OBJECT, given=_DRAWN)
def a_tenant_is_read_back_and_merged(
    scene: Scene, name: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    first, second = without_lists(first), without_lists(second)
    id = scene.id("acme")
    scene.ok(scene.put(f"/v1/tenants/{id}", {"name": name, **first}))
    shown = scene.ok(scene.get(f"/v1/tenants/{id}"))
    _agree(scene, rules.TENANT_READ_BACK, shown, {"id": id, "name": name, **first})
    scene.ok(scene.put(f"/v1/tenants/{id}", second))
    shown = scene.ok(scene.get(f"/v1/tenants/{id}"))
    expected = deep_merge({"name": name, **first}, second)
    _agree(scene, rules.MERGED, shown, expected)
    as_object = scene.get(f"/v1/objects/$tenants/{id}")
    told = f"GET /v1/objects/$tenants/{id} answered {as_object.status}"
    scene.require(rules.TENANT_IS_OBJECT, as_object.status == 200, told)
    found = as_object.json["properties"].get("name")
    told = f"the object is called {found!r}, the tenant {expected['name']!r}"
    scene.require(rules.TENANT_IS_OBJECT, found == expected["name"], told)


@check(SUITE, rules.MERGED)
def null_overwrites_and_absence_does_not(scene: Scene) -> None:
    id = scene.id("x")
    for path in (f"/v1/users/{id}", f"/v1/objects/{scene.id('c')}/{id}", f"/v1/tenants/{id}"):
        scene.ok(scene.put(path, {"name": "X", "plan": "pro", "city": "Oslo"}))
        scene.ok(scene.put(path, {"plan": None}))
        shown = scene.ok(scene.get(path))
        properties = shown.get("properties", shown)
        told = f"null was written to plan, it is {properties.get('plan')!r}"
        scene.require(rules.MERGED, properties.get("plan") is None, told)
        told = f"city was not written again, it is {properties.get('city')!r}"
        scene.require(rules.MERGED, properties.get("city") == "Oslo", told)


@check(SUITE, rules.TENANT_READ_BACK)
def the_settings_of_a_tenant_are_read_back(scene: Scene) -> None:
    path = f"/v1/tenants/{scene.id('acme')}"
    branding = {"primary_color": "#112233", "logo_url": "https://example.com/logo.png"}
    preferences = {"categories": {"news": False}}
    settings = {"branding": branding, "preference_set": preferences}
    scene.ok(scene.put(path, {"settings": settings}))
    shown = scene.ok(scene.get(path))["settings"] or {}
    _agree(scene, rules.TENANT_READ_BACK, shown.get("branding") or {}, branding)
    _agree(scene, rules.TENANT_READ_BACK, shown.get("preference_set") or {}, preferences)


@check(SUITE, rules.DELETED_IS_GONE, rules.STARTS_EMPTY)
def what_was_deleted_is_gone(scene: Scene) -> None:
    id = scene.id("gone")
    for path in (f"/v1/users/{id}", f"/v1/objects/{scene.id('c')}/{id}", f"/v1/tenants/{id}"):
        scene.ok(scene.put(path, {"name": "before", "plan": "pro"}))
        scene.ok(scene.delete(path))
        answer = scene.get(path)
        if scene.target.real and answer.status == 200:
            continue  # "may take up to ten minutes"
        told = f"GET {path} answered {answer.status} after DELETE"
        scene.require(rules.DELETED_IS_GONE, answer.status == 404, told)
        scene.ok(scene.put(path, {"name": "after"}))
        shown = scene.ok(scene.get(path))
        left = "plan" in shown or "plan" in shown.get("properties", {})
        scene.require(rules.STARTS_EMPTY, not left, f"properties of before are back: {shown}")


@check(SUITE, rules.DELETED_IS_GONE)
def deleting_one_leaves_the_others(scene: Scene) -> None:
    collection = scene.id("c")
    for kind in ("/v1/users/", f"/v1/objects/{collection}/", "/v1/tenants/"):
        paths = [f"{kind}{scene.id(name)}" for name in ("a", "b", "ab")]
        for path in paths:
            scene.ok(scene.put(path, {"name": path}))
        scene.ok(scene.delete(paths[0]))
        for path in paths[1:]:
            answer = scene.get(path)
            told = f"GET {path} answered {answer.status} after DELETE {paths[0]}"
            scene.require(rules.DELETED_IS_GONE, answer.status == 200, told)
