"""The checks of the suite `idempotency`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.rules import protocol as rules

SUITE = "idempotency"
_NEEDS = (Capability.WORKFLOW,)


def _trigger(scene: Scene, key: str | None, who: str = "reader", **more: Any) -> Answer:
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    body = {"recipients": [scene.id(who)], "data": {"number": 1}, **more}
    headers = {} if key is None else {"idempotency-key": key}
    return scene.post(path, body, headers=headers)


def _key(scene: Scene, name: str) -> str:
    """A key of this scene's own; on a shared server it has to be new in every run."""
    return f"{scene.prefix}{name}" if scene.prefix else f"key-{name}"


def _run(scene: Scene, answer: Answer) -> str:
    id: str = scene.ok(answer)["workflow_run_id"]
    return id


@check(SUITE, rules.REPLAYED, rules.REPLAY_HEADERS, needs=_NEEDS)
def the_same_key_is_answered_alike(scene: Scene) -> None:
    make_users(scene, ["reader"])
    first = _trigger(scene, _key(scene, "a"))
    run = _run(scene, first)
    told = "the first answer says that it is a replay"
    scene.require(rules.REPLAY_HEADERS, "idempotent-replayed" not in first.headers, told)
    for _ in range(2):
        again = _trigger(scene, _key(scene, "a"))
        same = again.status == first.status and again.json == first.json
        told = f"first {run}, then {again.status} {again.json}"
        scene.require(rules.REPLAYED, same, told)
        replayed = again.headers.get("idempotent-replayed")
        told = f"idempotent-replayed is {replayed!r}"
        scene.require(rules.REPLAY_HEADERS, replayed == "true", told)
        original = again.headers.get("original-x-request-id")
        of_first = first.headers.get("x-request-id")
        told = f"original-x-request-id is {original!r}, the first was {of_first!r}"
        scene.require(rules.REPLAY_HEADERS, original == of_first, told)


@check(SUITE, rules.DONE_ONCE, needs=_NEEDS)
def a_replay_starts_no_second_run(scene: Scene) -> None:
    make_users(scene, ["reader"])
    for _ in range(3):
        _run(scene, _trigger(scene, _key(scene, "a")))
    if scene.target.controlled:
        scene.pass_time(10)
    items = scene.ok(scene.get(f"/v1/users/{scene.id('reader')}/messages"))["items"]
    runs = {item["source"]["workflow_run_id"] for item in items}
    told = f"three calls with one key made the messages of {len(runs)} runs"
    scene.require(rules.DONE_ONCE, len(runs) <= 1, told)


@check(SUITE, rules.OTHER_PARAMETERS, needs=_NEEDS)
def other_parameters_are_refused(scene: Scene) -> None:
    make_users(scene, ["reader", "other"])
    run = _run(scene, _trigger(scene, _key(scene, "a")))
    for more in ({"data": {"number": 2}}, {"recipients": [scene.id("other")]}):
        answer = _trigger(scene, _key(scene, "a"), **more)
        refused = 400 <= answer.status < 500
        told = f"the same key with {more} answered {answer.status}"
        scene.require(rules.OTHER_PARAMETERS, refused, told)
    again = _run(scene, _trigger(scene, _key(scene, "a")))
    told = f"after a refusal the key answers {again}, and was {run}"
    scene.require(rules.REPLAYED, again == run, told)


@check(SUITE, rules.KEYS_APART, needs=_NEEDS)
def other_keys_trigger_anew(scene: Scene) -> None:
    make_users(scene, ["reader"])
    keys = (_key(scene, "a"), _key(scene, "b"), _key(scene, "A"), None, None)
    runs = [_run(scene, _trigger(scene, key)) for key in keys]
    told = f"five calls, four keys or none, started {sorted(set(runs))}"
    scene.require(rules.KEYS_APART, len(set(runs)) == len(runs), told)


@check(SUITE, rules.FAILURES_FORGOTTEN, needs=_NEEDS)
def errors_are_not_remembered(scene: Scene) -> None:
    make_users(scene, ["reader"])
    key = _key(scene, "a")
    failed = _trigger(scene, key, recipients="nobody")
    refused = 400 <= failed.status < 500
    scene.require(rules.BAD_FIELDS, refused, f"recipients: 'nobody' answered {failed.status}")
    answer = _trigger(scene, key)
    told = f"after a {failed.status} the key answers {answer.status} to a good call"
    scene.require(rules.FAILURES_FORGOTTEN, answer.status == 200, told)
    told = "the first success says that it is a replay"
    fresh = "idempotent-replayed" not in answer.headers
    scene.require(rules.FAILURES_FORGOTTEN, fresh, told)


@check(SUITE, rules.ONLY_TRIGGERS)
def elsewhere_the_key_has_no_effect(scene: Scene) -> None:
    headers = {"idempotency-key": _key(scene, "a")}
    path = f"/v1/users/{scene.id('ellie')}"
    for name in ("first", "second"):
        answer = scene.put(path, {"name": name}, headers=headers)
        shown = scene.ok(answer)
        told = f"{name!r} was written, {shown.get('name')!r} answered"
        scene.require(rules.ONLY_TRIGGERS, shown.get("name") == name, told)
        told = "a put says that it is a replay"
        scene.require(rules.ONLY_TRIGGERS, "idempotent-replayed" not in answer.headers, told)
    bulk = {"users": [{"id": scene.id("ellie")}]}
    ids = {
        scene.ok(scene.post("/v1/users/bulk/identify", bulk, headers=headers))["id"]
        for _ in range(2)
    }
    told = f"two bulk calls with one key are the operation {ids}"
    scene.require(rules.ONLY_TRIGGERS, len(ids) == 2, told)


@check(SUITE, rules.EXPIRES, needs=(*_NEEDS, Capability.CLOCK))
def a_key_counts_for_a_day(scene: Scene) -> None:
    make_users(scene, ["reader"])
    run = _run(scene, _trigger(scene, "key-a"))
    scene.pass_time(86_400 - 60)
    again = _run(scene, _trigger(scene, "key-a"))
    told = f"a minute before the end of the day: {again} instead of {run}"
    scene.require(rules.EXPIRES, again == run, told)
    scene.pass_time(86_400 + 60)
    anew = _run(scene, _trigger(scene, "key-a"))
    scene.require(rules.EXPIRES, anew != run, f"after more than a day it is still {run}")


@check(SUITE, rules.KEY_OF_ENVIRONMENT, needs=(*_NEEDS, Capability.OTHER_KEY))
def a_key_counts_in_its_environment(scene: Scene) -> None:
    make_users(scene, ["reader"])
    key = _key(scene, uuid4().hex if scene.prefix else "a")
    run = _run(scene, _trigger(scene, key))
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    body = {"recipients": [scene.id("reader")], "data": {"number": 1}}
    other = scene.post(path, body, headers={"idempotency-key": key}, key="KNOCK_OTHER_API_KEY")
    replayed = other.status == 200 and other.json.get("workflow_run_id") == run
    told = f"another environment's key is answered the run {run} of this one"
    scene.require(rules.KEY_OF_ENVIRONMENT, not replayed, told)
