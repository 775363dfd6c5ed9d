"""What is written by any call is read back, value for value, and merged alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import quote

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant
from contract_tests.resources.drawing import deep_merge
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.routes import (
    READ_BACK,
    ROUTES,
    Route,
    list_of,
    path_of,
    properties,
)
from contract_tests.resources.values import IDS, NAMES, VALUES, same, unlike
from contract_tests.rules import Rule
from contract_tests.rules import resources as rules

SUITE = "resources"
_KINDS: Final = ("user", "object", "tenant")
_BETWEEN_READS: Final = 0.5
_FIRST: Final[dict[str, Any]] = {
    "name": "First", "plan": "free", "city": "Oslo", "seats": 3, "beta": True, "nick": "f",
    "nested": {"kept": {"x": 1, "y": {"z": [1]}}, "changed": 1, "emptied": {"a": 1}, "nulled": 1},
}  # fmt: skip
_SECOND: Final[dict[str, Any]] = {
    "name": "Second", "plan": "pro", "seats": 0, "beta": False, "nick": None, "more": "new",
    "nested": {"kept": {"w": 2, "y": {"v": 3}}, "changed": 2, "nulled": None, "more": {"b": 1}},
}  # fmt: skip


def _eventually(scene: Scene, path: str, judge: Callable[[Any], str]) -> str:
    """What is wrong with what is read; where identification may lag, only if it stays so."""
    waited = 0.0
    while True:
        answer = scene.get(path)
        problem = judge(answer.json) if answer.status == 200 else f"GET answered {answer.status}"
        if not problem or scene.target.controlled or waited >= min(5.0, scene.target.patience):
            return problem
        time.sleep(_BETWEEN_READS)
        waited += _BETWEEN_READS


def _missing(scene: Scene, route: Route) -> bool:
    return route.needs is not None and scene.target.lacks(route.needs) is not None


def _write_and_read(
    scene: Scene, route: Route, writes: Sequence[dict[str, Any]], rule: Rule
) -> None:
    """Write by the route, after a put of what comes first; read it by itself and in its list."""
    id = scene.id("one")
    path = path_of(scene, route.kind, id)
    expected: dict[str, Any] = {}
    for first in writes[:-1]:
        scene.ok(scene.put(path, first))
        expected = deep_merge(expected, first)
        _read_twice(scene, route, id, expected, rule)
    route.send(scene, id, writes[-1])
    _read_twice(scene, route, id, deep_merge(expected, writes[-1]), rule)


def _read_twice(scene: Scene, route: Route, id: str, expected: dict[str, Any], rule: Rule) -> None:
    """By itself and in its list."""
    place = next(e.place for e in reversed(scene.exchanges) if not e.control and e.method != "GET")
    path = path_of(scene, route.kind, id)
    wrong = _eventually(scene, path, lambda shown: unlike(properties(shown), expected))
    scene.require(rule, not wrong, f"written by {route.name}: {wrong}", place)
    if route.kind != "object" and scene.target.lacks(Capability.WHOLE_LISTS) is not None:
        return
    listed = scene.ok(scene.get(list_of(scene, route.kind)))["entries"]
    row: dict[str, Any] = next((row for row in listed if row["id"] == id), {"properties": {}})
    wrong = unlike(properties(row), expected)
    scene.require(rule, not wrong, f"written by {route.name}, in the list: {wrong}")


def _values_by(route: Route) -> Check:
    def attempt(scene: Scene, chosen: Sequence[tuple[str, Any]]) -> None:
        if chosen and not _missing(scene, route):
            _write_and_read(scene, route, [dict(chosen)], route.rule)

    def run(examiner: Examiner) -> None:
        narrow(examiner, [*VALUES.items(), *NAMES.items()], attempt)

    needs = () if route.needs is None else (route.needs,)
    return Check(SUITE, f"values come back that came by {route.name}", (route.rule,), needs, run)


def _merged_by(route: Route) -> Check:
    def run(examiner: Examiner) -> None:
        with examiner.scene() as scene:
            _write_and_read(scene, route, [_FIRST, _SECOND], rules.MERGED)

    needs = () if route.needs is None else (route.needs,)
    return Check(SUITE, f"{route.name} merges", (rules.MERGED,), needs, run)


for _route in ROUTES:
    add_check(_values_by(_route))
for _route in ROUTES:
    add_check(_merged_by(_route))


def _alike(scene: Scene, chosen: Sequence[tuple[str, str]]) -> None:
    """Write things whose ids are alike, each with a name of its own, and read them all."""
    written = [(kind, scene.id(id)) for kind, id in chosen]
    for kind, id in written:
        scene.ok(scene.put(_place(scene, kind, id), {"name": f"{kind} {id}"}))
    for kind, id in written:
        answer = scene.get(_place(scene, kind, id))
        shown = properties(answer.json).get("name") if answer.status == 200 else answer.status
        told = f"the {kind} {id!r} was written with its own name, and shows {shown!r}"
        scene.require(READ_BACK.get(kind, rules.OBJECT_READ_BACK), shown == f"{kind} {id}", told)


def _place(scene: Scene, kind: str, id: str) -> str:
    if kind != "collection":
        return path_of(scene, kind, id)
    return path_of(scene, "object", "same").replace(scene.id("shelf"), quote(id, safe=""))


def _ids_apart(examiner: Examiner) -> None:
    pairs = [(kind, id) for kind in (*_KINDS, "collection") for id in IDS]
    narrow(examiner, pairs, _alike)


add_check(Check(SUITE, "ids that are alike are apart", tuple(READ_BACK.values()), (), _ids_apart))

_USER_FIELDS: Final[dict[str, tuple[Any, Any]]] = {
    "name": ("Ellie S\u00e4ttler", "E. O'Hara"),
    "email": ("Ellie.Sattler+park@Example.COM", "ellie@example.com"),
    "avatar": ("https://example.com/E.png?size=2#x", "https://example.com/b.png"),
    "phone_number": ("+4712345678", "+15551234567"),
    "timezone": ("Europe/Oslo", "America/New_York"),
    "locale": ("en-GB", "nb-NO"),
    "created_at": ("2020-02-29T12:34:56.789Z", "2021-01-01T00:00:00Z"),
}
_OBJECT_FIELDS: Final[dict[str, tuple[Any, Any]]] = {
    "name": ("Isla Nublar", "Isla Sorna"), "timezone": ("Europe/Oslo", "Asia/Tokyo"),
    "locale": ("en-GB", "nb-NO"),
}  # fmt: skip


@check(SUITE, rules.USER_READ_BACK, rules.OBJECT_READ_BACK, rules.MERGED)
def every_named_field_is_kept_by_itself(scene: Scene) -> None:
    for kind, fields in (("user", _USER_FIELDS), ("object", _OBJECT_FIELDS)):
        path = path_of(scene, kind, scene.id("one"))
        known = {name: first for name, (first, _) in fields.items()}
        scene.ok(scene.put(path, known))
        _agree(scene, READ_BACK[kind], path, known)
        for name, (_, second) in fields.items():
            scene.ok(scene.put(path, {name: second}))
            known[name] = second
            _agree(scene, rules.MERGED, path, known)
        for name in fields:
            if name != "created_at":
                scene.ok(scene.put(path, {name: None}))
                known[name] = None
                _agree(scene, rules.MERGED, path, known)


def _agree(scene: Scene, rule: Rule, path: str, expected: dict[str, Any]) -> None:
    shown = dict(properties(scene.ok(scene.get(path))))
    place = next(e.place for e in reversed(scene.exchanges) if e.method == "PUT")
    told = ""
    for name, value in expected.items():
        found = shown.get(name)
        if name == "created_at" and value is not None:
            wrong = not isinstance(found, str) or instant(found) != instant(value)
        else:
            wrong = not same(found, value)
        told = told or (f"{name} is {found!r}; {value!r} was written" if wrong else "")
    scene.require(rule, not told, told, place)


_BRANDING: Final = {
    "primary_color": "#112233", "primary_color_contrast": "#FFEEDD",
    "logo_url": "https://example.com/Logo.png", "icon_url": "https://example.com/icon.png",
}  # fmt: skip


@check(SUITE, rules.TENANT_READ_BACK, rules.MERGED)
def every_setting_of_a_tenant_is_kept_by_itself(scene: Scene) -> None:
    path = f"/v1/tenants/{scene.id('acme')}"
    known: dict[str, str] = {}
    for name, value in _BRANDING.items():
        scene.ok(scene.put(path, {"settings": {"branding": {name: value}}}))
        known[name] = value
        shown = (scene.ok(scene.get(path))["settings"] or {}).get("branding") or {}
        wrong = unlike(shown, known)
        scene.require(rules.MERGED, not wrong, f"branding: {wrong}", "setTenant")
    scene.ok(scene.put(path, {"name": "Acme", "plan": "pro"}))
    shown = (scene.ok(scene.get(path))["settings"] or {}).get("branding") or {}
    wrong = unlike(shown, known)
    scene.require(rules.MERGED, not wrong, f"branding, after another put: {wrong}", "setTenant")


@check(SUITE, rules.UPDATED_MOVES, needs=(Capability.CLOCK,))
def updated_at_tells_of_the_last_change(scene: Scene) -> None:
    for kind in ("user", "object"):
        path = path_of(scene, kind, scene.id("one"))
        before = scene.ok(scene.put(path, {"name": "before"}))["updated_at"]
        scene.pass_time(60)
        unread = scene.ok(scene.get(path))["updated_at"]
        told = f"a minute passed, and updated_at went from {before} to {unread}"
        scene.require(rules.UPDATED_MOVES, unread == before, told)
        scene.ok(scene.put(path, {"name": "after"}))
        after = scene.ok(scene.get(path))["updated_at"]
        told = f"changed a minute later, and updated_at went from {before} to {after}"
        scene.require(rules.UPDATED_MOVES, instant(after) > instant(before), told)
