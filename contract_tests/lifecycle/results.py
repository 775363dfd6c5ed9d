"""What bulk calls leave behind: what their rows name, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from contract_tests.checking.answer import Answer
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant
from contract_tests.lifecycle.kinds import (
    KINDS,
    IdentifyUsers,
    Kind,
    SetObjects,
    SetPreferences,
    SetTenants,
)
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import Sending, in_parts
from contract_tests.lifecycle.twin_deletions import (
    ObjectDeletions,
    TenantDeletions,
    UserDeletions,
)
from contract_tests.lifecycle.twin_entities import ObjectTwins, TenantTwins, UserTwins
from contract_tests.lifecycle.twin_links import (
    PreferenceTwins,
    ScheduleTwins,
    SubscriptionTwins,
    UnsubscriptionTwins,
)
from contract_tests.lifecycle.twins import Twins, compare
from contract_tests.rules import lifecycle as rules

SUITE = "lifecycle"


def _finish(scene: Scene, like: Kind, rows: list[str], send: Callable[[], Answer]) -> None:
    Operation(scene, Sending(like, send), rows, "mark").run_to_end()


@check(SUITE, rules.ROWS_LIKE_SINGLE)
def identifying_in_bulk_merges(scene: Scene) -> None:
    id = scene.id("ellie")
    scene.ok(scene.put(f"/v1/users/{id}", {"name": "Ellie", "city": "Oslo", "plan": {"a": 1}}))
    users = [{"id": id, "name": "Ellie S.", "plan": {"b": 2}}]
    body = {"users": users}
    path = "/v1/users/bulk/identify"
    _finish(scene, IdentifyUsers(), ["ellie"], lambda: scene.post(path, body))
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
        scene, SetPreferences(), ["ellie"],
        lambda: scene.post("/v1/users/bulk/preferences", body),
    )  # fmt: skip
    shown = scene.ok(scene.get(path))
    right = shown["categories"] == {"social": True} and not shown["workflows"]
    told = f"categories are {shown['categories']}, workflows {shown['workflows']}"
    scene.require(rules.PREFERENCES_REPLACED, right, told)


@check(SUITE, rules.TENANTS_STORED)
def bulk_tenants_keep_what_only_rows_take(scene: Scene) -> None:
    id = scene.id("acme")
    branding = {
        "primary_color": "#102030", "dark_primary_color": "#f0f0f0",
        "dark_primary_color_contrast": "#0a0a0a",
        "dark_logo_url": "https://example.com/dark.png",
        "dark_icon_url": "https://example.com/dark-icon.png",
    }  # fmt: skip
    row = {
        "id": id, "settings": {"branding": branding},
        "preferences": {"default": {"categories": {"news": False}}},
    }  # fmt: skip
    body = {"tenants": [row]}
    _finish(scene, SetTenants(), ["acme"], lambda: scene.post("/v1/tenants/bulk/set", body))
    settings = scene.ok(scene.get(f"/v1/tenants/{id}")).get("settings") or {}
    shown = settings.get("branding") or {}
    found = {name: shown.get(name) for name in branding}
    told = f"branding was sent as {branding}, and is {found}"
    scene.require(rules.TENANTS_STORED, found == branding, told)
    path = f"/v1/objects/$tenants/{id}/preferences/default"
    categories = scene.ok(scene.get(path))["categories"]
    told = f"the categories of its preferences are {categories}"
    scene.require(rules.TENANTS_STORED, categories == {"news": False}, told)


@check(SUITE, rules.TENANT_BY_ID)
def an_id_alone_makes_a_tenant_known(scene: Scene) -> None:
    old, new = scene.id("old"), scene.id("new")
    before = scene.ok(scene.put(f"/v1/tenants/{old}", {"name": "Old", "plan": {"a": 1}}))
    body = {"tenants": [old, new]}
    _finish(scene, SetTenants(), ["old", "new"], lambda: scene.post("/v1/tenants/bulk/set", body))
    after = scene.ok(scene.get(f"/v1/tenants/{old}"))
    told = f"a row with its id alone made {before} into {after}"
    scene.require(rules.TENANT_BY_ID, after == before, told)
    status = scene.get(f"/v1/tenants/{new}").status
    scene.require(rules.TENANT_BY_ID, status == 200, f"a new one answered {status}")


@check(SUITE, rules.OBJECT_DATED)
def bulk_objects_keep_their_beginning(scene: Scene) -> None:
    kind, date = SetObjects(), "2024-02-29T12:00:00.000Z"
    rows = [{"id": scene.id("park"), "created_at": date}, {"id": scene.id("lab")}]
    path = f"/v1/objects/{kind.collection(scene)}/bulk/set"
    _finish(scene, kind, ["park", "lab"], lambda: scene.post(path, {"objects": rows}))
    shown = scene.ok(scene.get(kind.path(scene, "park")))["created_at"]
    told = f"created_at was sent as {date}, and is {shown}"
    right = shown is not None and instant(shown) == instant(date)
    scene.require(rules.OBJECT_DATED, right, told)


@check(SUITE, rules.EFFECT_IN_ORDER)
def rows_with_one_id_are_laid_over_each_other(scene: Scene) -> None:
    objects = SetObjects()
    calls: tuple[tuple[Kind, str, str, str], ...] = (
        (IdentifyUsers(), "/v1/users/bulk/identify", "users", f"/v1/users/{scene.id('a')}"),
        (
            objects, f"/v1/objects/{objects.collection(scene)}/bulk/set", "objects",
            objects.path(scene, "a"),
        ),
        (SetTenants(), "/v1/tenants/bulk/set", "tenants", f"/v1/tenants/{scene.id('a')}"),
    )  # fmt: skip
    names = ["a", "b", "a"]
    bodies: list[dict[str, object]] = [
        {"name": "first", "one": 1}, {"name": "other"}, {"name": "second", "two": 2},
    ]  # fmt: skip
    expected = {"name": "second", "one": 1, "two": 2}
    for kind, path, member, entity in calls:
        rows = [{"id": scene.id(n), **body} for n, body in zip(names, bodies, strict=True)]
        _finish(scene, kind, names, partial(scene.post, path, {member: rows}))
        shown = scene.ok(scene.get(entity))
        found = {name: {**shown, **shown.get("properties", {})}.get(name) for name in expected}
        told = f"{rows[0]}, then {rows[2]} were sent, and made {found}"
        scene.require(rules.EFFECT_IN_ORDER, found == expected, told, kind.operation)


@check(SUITE, rules.COUNTS_ADD_UP, rules.EFFECT_WHEN_DONE, rules.ROWS_LIKE_SINGLE)
def rows_that_name_nothing_are_counted(scene: Scene) -> None:
    """What becomes of them is not documented; whatever does is counted, and stops no other row."""
    for kind in KINDS:
        if kind.may_miss:
            ghosts = [f"{kind.key}-ghost-{number}" for number in range(12)]
            rows = [f"{kind.key}-{number}" for number in range(3)]
            operation = Operation(scene, kind, rows, f"mark-{kind.key}", None, ghosts)
            ended = operation.run_to_end()
            operation.look_at(rows)
            failed = {item["id"] for item in ended.get("error_items", [])}
            sound = [row for row in rows if operation.ids[row] in failed]
            told = f"{kind.key}: {sound} are there, and fail beside rows that name nothing"
            scene.require(rules.ROWS_LIKE_SINGLE, not sound, told, kind.operation)
            operation.read()


_ALIKE: tuple[Twins, ...] = (
    UserTwins(), ObjectTwins(), TenantTwins(), SubscriptionTwins(), UnsubscriptionTwins(),
    ScheduleTwins(), PreferenceTwins(), UserDeletions(), ObjectDeletions(), TenantDeletions(),
)  # fmt: skip
for _twins in _ALIKE:
    add_check(
        Check(
            SUITE, f"rows of {_twins.kind.key} do what the single call does", (_twins.rule,),
            _twins.needs, partial(in_parts, parts=_twins.rows, run=partial(compare, twins=_twins)),
        )
    )  # fmt: skip
