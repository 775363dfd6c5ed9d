"""What is written while bulk operations are under way, or after them, is not undone by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant
from contract_tests.lifecycle.kinds import (
    KINDS,
    MARK,
    AddSubscriptions,
    CreateSchedules,
    DeleteUsers,
    IdentifyUsers,
    Kind,
    SetObjects,
    SetPreferences,
    SetTenants,
    UpdateMessages,
    make_users,
    subscribers,
)
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import Sending, in_parts
from contract_tests.rules import lifecycle as rules

SUITE = "lifecycle"
_ROWS: Final = ("one", "two")
_MARK: Final = "mark"
_UNDONE: Final = {MARK: "undone"}


def _thing(scene: Scene, row: str) -> str:
    return SetObjects().path(scene, row)


def _unsubscribe(scene: Scene, row: str) -> None:
    body = {"recipients": [scene.id(_MARK)]}
    scene.ok(scene.delete(f"{_thing(scene, row)}/subscriptions", body))


def _subscribe(scene: Scene, row: str) -> None:
    body = {"recipients": [scene.id(_MARK)]}
    scene.ok(scene.post(f"{_thing(scene, row)}/subscriptions", body))


def _unschedule(scene: Scene, row: str) -> None:
    entries = scene.ok(scene.get(f"/v1/users/{scene.id(row)}/schedules"))["entries"]
    ids = [entry["id"] for entry in entries]
    scene.ok(scene.delete("/v1/schedules", {"schedule_ids": ids}))


def _unarchive(scene: Scene, row: str) -> None:
    message = UpdateMessages().message(scene, row)
    scene.ok(scene.delete(f"/v1/messages/{message['id']}/archived"))


def _putting(path: Callable[[Scene, str], str], body: Any) -> Callable[[Scene, str], None]:
    def put(scene: Scene, row: str) -> None:
        scene.ok(scene.put(path(scene, row), body))

    return put


def _user(scene: Scene, row: str) -> str:
    return f"/v1/users/{scene.id(row)}"


def _tenant(scene: Scene, row: str) -> str:
    return f"/v1/tenants/{scene.id(row)}"


def _default_set(scene: Scene, row: str) -> str:
    return f"{_user(scene, row)}/preferences/default"


UNDO: Final[dict[str, Callable[[Scene, str], None]]] = {
    "users.identify": _putting(_user, _UNDONE),
    "users.set_preferences": _putting(_default_set, {"categories": {"undone": True}}),
    "users.delete": _putting(_user, {"name": "Newcomer"}),
    "objects.set": _putting(_thing, _UNDONE),
    "objects.delete": _putting(_thing, {"name": "New"}),
    "objects.upsert_subscriptions": _unsubscribe,
    "objects.delete_subscriptions": _subscribe,
    "tenants.set": _putting(_tenant, _UNDONE),
    "tenants.delete": _putting(_tenant, {"name": "New"}),
    "schedules.create_schedules": _unschedule,
    "messages.archived": _unarchive,
}
"""By kind, the single call that takes back what a row has done."""


def _take_effect_once(scene: Scene, kinds: Sequence[Kind]) -> None:
    for kind in kinds:
        lacking = any(scene.target.lacks(capability) for capability in kind.needs)
        if lacking or (scene.target.real and kind.slow_on_real):
            continue
        rows = [f"{kind.key}-{name}" for name in _ROWS]
        operation = Operation(scene, kind, rows, _MARK)
        operation.run_to_end()
        operation.look_at(rows)
        for row in rows:
            UNDO[kind.key](scene, row)
        for _ in range(3):
            operation.read()
        if scene.target.controlled:
            scene.pass_time(86_400)
        seen = [row for row in rows if kind.in_effect(scene, row, _MARK)]
        told = f"{kind.key}: {seen} were taken back by single calls, and are in effect again"
        scene.require(rules.EFFECT_ONCE, not seen, told, kind.operation)


add_check(
    Check(
        SUITE, "rows take effect once", (rules.EFFECT_ONCE,), (),
        partial(in_parts, parts=KINDS, run=_take_effect_once),
    )
)  # fmt: skip


@check(SUITE, rules.EFFECT_BESIDE)
def what_is_written_meanwhile_stays(scene: Scene) -> None:
    entities: tuple[tuple[Kind, Callable[[Scene, str], str]], ...] = (
        (IdentifyUsers(), _user), (SetObjects(), _thing), (SetTenants(), _tenant),
    )  # fmt: skip
    for kind, path in entities:
        scene.ok(
            scene.put(path(scene, "a"), {"name": "Old", "plan": {"before": 1}, "city": "Oslo"})
        )
        operation = Operation(scene, kind, ["a", "b"], _MARK)
        scene.ok(scene.put(path(scene, "a"), {"plan": {"meanwhile": 2}, "city": "Bergen"}))
        operation.run_to_end()
        shown = scene.ok(scene.get(path(scene, "a")))
        found = {
            name: {**shown, **shown.get("properties", {})}.get(name) for name in ("plan", "city")
        }
        expected = {"plan": {"before": 1, "meanwhile": 2}, "city": "Bergen"}
        told = f"{kind.key}: {expected} was written in two calls, the second while it was queued; "
        told += f"{found} is left"
        scene.require(rules.EFFECT_BESIDE, found == expected, told, kind.operation)
    sets = SetPreferences()
    scene.ok(scene.put(_tenant(scene, "acme"), {"name": "Acme"}))
    operation = Operation(scene, sets, ["a"], _MARK)
    path_of_set = f"{_user(scene, 'a')}/preferences/{scene.id('acme')}"
    scene.ok(scene.put(path_of_set, {"categories": {"meanwhile": False}}))
    operation.run_to_end()
    left = scene.ok(scene.get(path_of_set))["categories"]
    told = f"the set of a tenant, written meanwhile, is {left}"
    scene.require(rules.EFFECT_BESIDE, left == {"meanwhile": False}, told, sets.operation)
    links = AddSubscriptions()
    make_users(scene, ["meanwhile"])
    operation = Operation(scene, links, ["a"], _MARK)
    recipients = {"recipients": [scene.id("meanwhile")]}
    scene.ok(scene.post(f"{_thing(scene, 'a')}/subscriptions", recipients))
    operation.run_to_end()
    listed = sorted(subscribers(scene, _thing(scene, "a")))
    told = f"one was subscribed meanwhile, another in bulk: {listed} are"
    expected_readers = sorted([scene.id("meanwhile"), scene.id(_MARK)])
    scene.require(rules.EFFECT_BESIDE, listed == expected_readers, told, links.operation)


@check(SUITE, rules.EFFECT_WHEN_DONE)
def rows_may_name_one_thing_twice(scene: Scene) -> None:
    make_users(scene, ["a", "b"])
    links, thing = AddSubscriptions(), scene.id("thing")
    scene.ok(scene.put(_thing(scene, "thing"), {"name": "Thing"}))
    users = [scene.id("a"), scene.id("b")]
    rows = [{"id": thing, "recipients": [user]} for user in users]
    path = f"/v1/objects/{links.collection(scene)}/bulk/subscriptions/add"
    sent = Sending(links, lambda: scene.post(path, {"subscriptions": rows}))
    Operation(scene, sent, ["thing", "thing"], "").run_to_end()
    listed = sorted(subscribers(scene, _thing(scene, "thing")))
    told = f"two rows subscribed {users} to one object, {listed} are"
    scene.require(rules.EFFECT_WHEN_DONE, listed == users, told)
    ids = [scene.id(name) for name in ("a", "a", "b")]
    gone = Sending(DeleteUsers(), lambda: scene.post("/v1/users/bulk/delete", {"user_ids": ids}))
    Operation(scene, gone, ["a", "a", "b"], "").run_to_end()
    if not scene.target.real:
        left = [id for id in ids if scene.get(f"/v1/users/{id}").status != 404]
        told = f"{ids} were deleted, {left} are there"
        scene.require(rules.EFFECT_WHEN_DONE, not left, told)


@check(SUITE, rules.EFFECT_WHEN_DONE, needs=(Capability.WORKFLOW,))
def a_recipient_may_have_several_schedules(scene: Scene) -> None:
    make_users(scene, ["a"])
    rows = [
        {
            "workflow": scene.target.workflow, "recipient": scene.id("a"), "data": {"n": number},
            "scheduled_at": f"2031-03-0{number}T05:06:07Z",
        }
        for number in (1, 2, 3)
    ]  # fmt: skip
    body = {"schedules": rows}
    sent = Sending(CreateSchedules(), lambda: scene.post("/v1/schedules/bulk/create", body))
    Operation(scene, sent, ["a", "a", "a"], "").run_to_end()
    entries = scene.ok(scene.get(f"{_user(scene, 'a')}/schedules"))["entries"]
    found = sorted((entry.get("data") or {}).get("n", 0) for entry in entries)
    told = f"three schedules of one recipient were made, {found} are there"
    scene.require(rules.EFFECT_WHEN_DONE, found == [1, 2, 3], told)


@check(SUITE, rules.ROWS_LIKE_SINGLE, needs=(Capability.WORKFLOW, Capability.CLOCK))
def schedules_made_in_bulk_run(scene: Scene) -> None:
    make_users(scene, ["alone", "bulk"])
    now = scene.ok(scene.get(_user(scene, "alone")))["updated_at"]
    day = (instant(now) + timedelta(days=20)).date()
    schedule = {
        "workflow": scene.target.workflow, "scheduled_at": f"{day}T12:00:00Z", "data": {"n": 1},
        "repeats": [{"frequency": "daily", "hours": 13}],
    }  # fmt: skip
    scene.ok(scene.post("/v1/schedules", {**schedule, "recipients": [scene.id("alone")]}))
    body = {"schedules": [{**schedule, "recipient": scene.id("bulk")}]}
    sent = Sending(CreateSchedules(), lambda: scene.post("/v1/schedules/bulk/create", body))
    Operation(scene, sent, ["bulk"], "").run_to_end()
    scene.pass_time(24 * 86_400)
    seen = [
        sorted(
            (str(item.get("data")), item["source"]["key"])
            for item in scene.ok(scene.get(f"{_user(scene, name)}/messages"))["items"]
        )
        for name in ("alone", "bulk")
    ]
    told = f"the schedule of a single call sent {seen[0]}, that of a bulk call {seen[1]}"
    scene.require(rules.ROWS_LIKE_SINGLE, seen[0] == seen[1], told)
