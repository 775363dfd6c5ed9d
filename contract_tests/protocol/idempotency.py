"""The checks of the suite `idempotency`."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.rules import protocol as rules

SUITE = "idempotency"
_NEEDS = (Capability.WORKFLOW,)
_LONGEST: Final = 255
_LENGTHS: Final = (1, 8, 16, 32, 36, 64, 128, 200, 254)
"""Keys are alike for so many characters, and not in the next."""


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


def _says_replayed(answer: Answer) -> bool:
    return "idempotent-replayed" in answer.headers or "original-x-request-id" in answer.headers


@check(SUITE, rules.REPLAYED, rules.REPLAY_HEADERS, needs=_NEEDS)
def the_same_key_is_answered_alike(scene: Scene) -> None:
    make_users(scene, ["reader"])
    first = _trigger(scene, _key(scene, "a"))
    run = _run(scene, first)
    told = "the first answer says that it is a replay"
    scene.require(rules.REPLAY_HEADERS, not _says_replayed(first), told)
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


@check(SUITE, rules.REPLAYED, needs=_NEEDS)
def a_key_is_known_after_others(scene: Scene) -> None:
    make_users(scene, ["reader"])
    runs = [_run(scene, _trigger(scene, _key(scene, str(number)))) for number in range(20)]
    for number, run in enumerate(runs):
        again = _run(scene, _trigger(scene, _key(scene, str(number))))
        told = f"the key {number} of 20 answers {again}, and was {run}"
        scene.require(rules.REPLAYED, again == run, told)


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
    scene.require(rules.DONE_ONCE, len(runs) <= 1 and len(items) <= 1, told)


@check(SUITE, rules.DONE_ONCE, needs=_NEEDS)
def a_replay_stores_nothing_again(scene: Scene) -> None:
    user, tenant = scene.id("inline"), scene.id("acme")
    more: dict[str, Any] = {
        "recipients": [{"id": user, "name": "as sent"}],
        "tenant": {"id": tenant, "name": "as sent"},
    }
    _run(scene, _trigger(scene, _key(scene, "a"), **more))
    for path in (f"/v1/users/{user}", f"/v1/tenants/{tenant}"):
        scene.ok(scene.put(path, {"name": "changed since"}))
    _run(scene, _trigger(scene, _key(scene, "a"), **more))
    for path in (f"/v1/users/{user}", f"/v1/tenants/{tenant}"):
        name = scene.ok(scene.get(path))["name"]
        told = f"what was sent inline was stored again: the name is {name!r}"
        scene.require(rules.DONE_ONCE, name == "changed since", told)


@check(SUITE, rules.OTHER_PARAMETERS, rules.DONE_ONCE, needs=_NEEDS)
def other_parameters_are_refused(scene: Scene) -> None:
    for name in ("reader", "other", "actor"):
        with scene.step(scene.id(name)):
            make_users(scene, [name])
    user, actor, new = scene.id("reader"), scene.id("actor"), scene.id("new")
    whole: dict[str, Any] = {
        "recipients": [user], "data": {"number": 1, "in": {"deep": [1, 2]}}, "actor": actor,
        "tenant": scene.id("acme"), "cancellation_key": "c",
    }  # fmt: skip
    others: list[tuple[str, dict[str, Any]]] = [
        ("recipients", {"recipients": [scene.id("other")]}),
        ("recipients", {"recipients": [user, scene.id("other")]}),
        ("recipients", {"recipients": [{"id": new, "name": "new"}]}),
        ("recipients", {"recipients": [{"id": user, "name": "changed"}]}),
        ("data", {"data": {"number": 2, "in": {"deep": [1, 2]}}}),
        ("data", {"data": {"number": 1, "in": {"deep": [1, 3]}}}),
        ("data", {"data": {"number": 1, "in": {"deep": [1, 2]}, "more": True}}),
        ("data", {"data": {"number": 1}}),
        ("data", {"data": {"number": "1", "in": {"deep": [1, 2]}}}),
        ("actor", {"actor": scene.id("other")}),
        ("tenant", {"tenant": scene.id("umbrella")}),
        ("cancellation_key", {"cancellation_key": "d"}),
        ("settings", {"settings": {"sandbox_mode": True}}),
    ]
    for number, (member, change) in enumerate(others):
        _is_refused(scene, f"p{number}", whole, {**whole, **change}, f"another {member}", new)
    for member in ("data", "actor", "tenant", "cancellation_key"):
        less = {name: value for name, value in whole.items() if name != member}
        _is_refused(scene, f"no-{member}", whole, less, f"no {member}", new)
        _is_refused(scene, f"a-{member}", less, whole, f"{member} beside", new)


def _is_refused(
    scene: Scene, name: str, first: dict[str, Any], then: dict[str, Any], told: str, new: str
) -> None:
    path, headers = f"/v1/workflows/{scene.target.workflow}/trigger", {}
    headers["idempotency-key"] = _key(scene, name)
    with scene.case():
        run = _run(scene, scene.post(path, first, headers=headers))
        answer = scene.post(path, then, headers=headers)
        refused = 400 <= answer.status < 500
        detail = f"the same key with {told} answered {answer.status}"
        scene.require(rules.OTHER_PARAMETERS, refused, detail)
        left = scene.get(f"/v1/users/{new}").status
        detail = f"{told}: refused, and its inline recipient was stored: {left}"
        scene.require(rules.OTHER_PARAMETERS, left == 404, detail)
        again = _run(scene, scene.post(path, first, headers=headers))
        detail = f"after a refusal the key answers {again}, and was {run}"
        scene.require(rules.REPLAYED, again == run, detail)


@check(SUITE, rules.KEYS_APART, needs=_NEEDS)
def other_keys_trigger_anew(scene: Scene) -> None:
    make_users(scene, ["reader"])
    own = _key(scene, uuid4().hex[:8] if scene.prefix else "")
    alike = [(own + "k" * _LONGEST)[:length] for length in _LENGTHS if length > len(own)]
    keys: list[str | None] = [None, None, own + "a", own + "b", own + "A", own + "a a", own + "aa"]
    keys += [own + end for end in ("1", "01", "1.0", "-", "_", ".", "a/b", "a%2Fb", "a,b", "a;b")]
    keys += [f"x{own}a", f"y{own}a"]
    keys += [begin + end for begin in alike for end in "yz"]
    seen: dict[str, str | None] = {}
    for key in keys:
        with scene.case():
            run = _run(scene, _trigger(scene, key))
            told = f"the key {key!r} is answered with the run of {seen.get(run)!r}"
            fresh = run not in seen
            if not fresh:  # the request that a repetition needs too
                _trigger(scene, seen[run])
            seen[run] = key
            scene.require(rules.KEYS_APART, fresh, told)


@check(SUITE, rules.REPLAYED, needs=_NEEDS)
def the_longest_key_counts(scene: Scene) -> None:
    make_users(scene, ["reader"])
    key = (_key(scene, uuid4().hex if scene.prefix else "") + "k" * _LONGEST)[:_LONGEST]
    run = _run(scene, _trigger(scene, key))
    again = _run(scene, _trigger(scene, key))
    told = f"with a key of {_LONGEST} characters: {run}, then {again}"
    scene.require(rules.REPLAYED, again == run, told)


@check(SUITE, rules.FAILURES_FORGOTTEN, rules.REPLAY_HEADERS, needs=_NEEDS)
def errors_are_not_remembered(scene: Scene) -> None:
    make_users(scene, ["reader"])
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    good = {"recipients": [scene.id("reader")], "data": {"number": 1}}
    unsent: dict[str, Any] = {"key": None, "body": good}
    for name, failing in (
        ("type", {"body": {**good, "recipients": "nobody"}}),
        ("missing", {"body": {"data": {"number": 1}}}),
        ("row", {"body": {**good, "recipients": [7]}}),
        ("json", {"content": b'{"recipients": ['}),
        ("many", {"body": {"recipients": [f"r{n}" for n in range(1001)]}}),
        ("key", unsent),
    ):
        headers = {"idempotency-key": _key(scene, name)}
        with scene.case():
            for _ in range(2):
                failed = scene.send("POST", path, headers=headers, **failing)
                if failed.status < 400:
                    break
                told = f"a {failed.status} says that it is a replay"
                scene.require(rules.FAILURES_FORGOTTEN, not _says_replayed(failed), told)
            if failed.status >= 400:
                answer = scene.post(path, good, headers=headers)
                _was_forgotten(scene, failed, answer)


def _was_forgotten(scene: Scene, failed: Answer, answer: Answer) -> None:
    told = f"after a {failed.status} the key answers {answer.status} to a good call"
    scene.require(rules.FAILURES_FORGOTTEN, answer.status == 200, told)
    told = "the first success says that it is a replay"
    scene.require(rules.FAILURES_FORGOTTEN, not _says_replayed(answer), told)


@check(SUITE, rules.FAILURES_FORGOTTEN, needs=_NEEDS)
def a_call_that_failed_is_carried_out_when_it_can_be(scene: Scene) -> None:
    make_users(scene, ["reader"])
    actor = scene.id("late")
    failed = _trigger(scene, _key(scene, "a"), actor=actor)
    if failed.status < 400:
        return  # this server asks nothing of an actor
    make_users(scene, ["late"])
    _was_forgotten(scene, failed, _trigger(scene, _key(scene, "a"), actor=actor))


@check(SUITE, rules.EXPIRES, needs=(*_NEEDS, Capability.CLOCK))
def a_key_counts_for_a_day(scene: Scene) -> None:
    make_users(scene, ["reader"])
    run = _run(scene, _trigger(scene, "key-a"))
    passed = 0
    for at in (1, 60, 3_600, 43_200, 86_400 - 60):
        scene.pass_time(at - passed)
        passed = at
        again = _run(scene, _trigger(scene, "key-a"))
        told = f"after {at} seconds: {again} instead of {run}"
        scene.require(rules.EXPIRES, again == run, told)
    scene.pass_time(120)
    anew = _run(scene, _trigger(scene, "key-a"))
    told = f"a minute after a day since the first call it is still {run}"
    scene.require(rules.EXPIRES, anew != run, told)


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


@check(SUITE, rules.KEY_OF_WORKFLOW, needs=(*_NEEDS, Capability.CLOCK))
def a_key_counts_for_its_workflow(scene: Scene) -> None:
    make_users(scene, ["reader"])
    other = f"/v1/workflows/{scene.target.workflow}-too/trigger"
    body = {"recipients": [scene.id("reader")], "data": {"number": 1}}
    if scene.post(other, body).status != 200:
        scene.examiner.say("there is no second workflow here", rules.KEY_OF_WORKFLOW)
        return
    run = _run(scene, _trigger(scene, _key(scene, "a")))
    answer = scene.post(other, body, headers={"idempotency-key": _key(scene, "a")})
    replayed = answer.status == 200 and answer.json.get("workflow_run_id") == run
    told = f"another workflow is answered with the run {run} of the first"
    scene.require(rules.KEY_OF_WORKFLOW, not replayed, told)
