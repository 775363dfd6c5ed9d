"""The checks of the suite `rate-limits`.

Whether a server applies limits at all is its own affair (Knock documents tiers, and neither the
window nor the burst); what it does when it refuses with a 429 is judged. A mock-knock is told to
apply them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.documents import Operation
from contract_tests.checking.scene import Scene
from contract_tests.protocol.calls import Call, call_of, good_calls, send
from contract_tests.protocol.ground import Ground, lay_ground
from contract_tests.resources.workflows import FEED, feed_is_known
from contract_tests.rules import protocol as rules

SUITE = "rate-limits"
_BURSTS = (Capability.BURSTS,)
_AT_ONCE: Final = {1: 1, 5: 2, 60: 6, 200: 7, 1000: 201}
"""Calls that go through at once, by the calls a second of their tier: more than the tier below."""
_MORE: Final = {60: 30, 200: 61}
_WITH_MORE: Final = frozenset(
    {
        "identifyUser", "setObject", "setTenant", "createSchedules", "batchMarkMessagesAsSeen",
        "getUser", "listUsers", "getBulkOperation", "listMessages", "listTenants", "getObject",
    }
)  # fmt: skip
_BELOW: Final = 100
"""Tiers that are tried until they refuse let through fewer calls a second than that."""


def _apply_limits(scene: Scene) -> None:
    """From here on calls are kept to the limits, where the server can be told."""
    scene.limits_expected = True
    if scene.target.controlled:
        scene.control("PUT", "/rate_limits", {"enabled": True})


def _until_refused(scene: Scene, per_second: int, call: Callable[[int], Answer]) -> Answer | None:
    """The first refusal of as many calls as no sound server lets through; None without one."""
    for number in range(3 * per_second + 5):
        answer = call(number)
        if answer.status == 429:
            return answer
    return None


def _again(scene: Scene, call: Call, _: int) -> Answer:
    return send(scene, call)


def _no_limits(scene: Scene) -> None:
    scene.examiner.say(
        "as many calls at once were let through: this server applies no rate limits",
        rules.RETRY_AFTER, rules.LIMIT_NO_EFFECT, rules.LIMIT_ENDS, rules.LIMIT_OF_ENDPOINT,
        rules.LIMIT_OF_FEED, rules.LIMIT_OF_ALL,
    )  # fmt: skip


@check(SUITE, rules.LIMIT_NOT_EARLY, rules.LIMIT_OF_TIER)
def the_first_calls_are_let_through(scene: Scene) -> None:
    ground = lay_ground(scene)
    _apply_limits(scene)
    scene.pass_time(2)
    for call in good_calls(scene, ground):
        allowed = call.operation.per_second
        count = _AT_ONCE[allowed]
        if call.place in _WITH_MORE and scene.target.controlled:
            count = _MORE.get(allowed, count)
        if scene.target.real and call.place not in _WITH_MORE:
            continue
        with scene.case():
            statuses = [send(scene, call).status for _ in range(count)]
            told = "the first call was refused"
            scene.require(rules.LIMIT_NOT_EARLY, statuses[0] != 429, told, call.place)
            refused = statuses.count(429)
            told = f"{refused} of {count} calls were refused, {allowed} a second are let through"
            scene.require(rules.LIMIT_OF_TIER, not refused, told, call.place)


def _limited_calls(scene: Scene, ground: Ground) -> list[Call]:
    """Calls of the lower tiers: all of the first two where time stands still."""
    calls = [call for call in good_calls(scene, ground) if call.operation.per_second < _BELOW]
    if not scene.target.controlled:
        return [call for call in calls if call.operation.per_second == 1]
    return [c for c in calls if c.operation.per_second < 60 or c.place in _WITH_MORE]


@check(
    SUITE, rules.RETRY_AFTER, rules.LIMIT_OF_ALL, rules.LIMIT_ENDS, rules.ENVELOPE, needs=_BURSTS
)
def a_refusal_says_when_to_come_back(scene: Scene) -> None:
    ground = lay_ground(scene)
    _apply_limits(scene)
    through: dict[int, list[str]] = {}
    limited: set[int] = set()
    for call in _limited_calls(scene, ground):
        scene.pass_time(2)
        allowed = call.operation.per_second
        with scene.case():
            refused = _until_refused(scene, allowed, partial(_again, scene, call))
            if refused is None:
                through.setdefault(allowed, []).append(call.place)
                continue
            limited.add(allowed)
            text = refused.headers.get("retry-after")
            if text is not None:
                sensible = _is_retry_after(text)
                scene.require(rules.RETRY_AFTER, sensible, f"Retry-After: {text!r}", call.place)
            wait = _wait(refused)
            scene.pass_time(wait)
            again = send(scene, call).status
            told = f"after {wait:g} s the call answered {again}"
            scene.require(rules.LIMIT_ENDS, again != 429, told, call.place)
    if not limited:
        _no_limits(scene)
    for allowed in sorted(limited):
        for place in through.get(allowed, ()):
            with scene.case():
                told = (
                    f"{3 * allowed + 5} calls at once were let through, where others of its tier "
                    f"are kept to {allowed} a second"
                )
                scene.require(rules.LIMIT_OF_ALL, False, told, place)
        scene.examiner.judged(rules.LIMIT_OF_ALL)


def _is_retry_after(text: str) -> bool:
    try:
        return float(text) >= 0
    except ValueError:
        pass
    try:
        parsedate_to_datetime(text)
    except ValueError:
        return False
    return True


def _wait(refused: Answer) -> float:
    try:
        return max(1.0, float(refused.headers.get("retry-after", "1"))) + 0.1
    except ValueError:
        return 1.1


@dataclass(frozen=True)
class _Effect:
    """A call with an effect of its own each time, and what is read of it where it had none."""

    operation: str
    send: Callable[[Scene, str], Answer]
    path: Callable[[Scene, str], str]
    without: int


def _user(scene: Scene, id: str) -> str:
    return f"/v1/users/{id}"


def _tenant(scene: Scene, id: str) -> str:
    return f"/v1/tenants/{id}"


def _object(scene: Scene, id: str) -> str:
    return f"/v1/objects/{scene.id('limited')}/{id}"


def _rows(path: str, name: str) -> Callable[[Scene, str], Answer]:
    def sent(scene: Scene, id: str) -> Answer:
        return scene.post(path.format(scene.id("limited")), {name: [{"id": id}]})

    return sent


_EFFECTS: Final = (
    _Effect("bulkIdentifyUsers", _rows("/v1/users/bulk/identify", "users"), _user, 404),
    _Effect("bulkSetTenants", _rows("/v1/tenants/bulk/set", "tenants"), _tenant, 404),
    _Effect("bulkSetObjects", _rows("/v1/objects/{}/bulk/set", "objects"), _object, 404),
    _Effect("deleteUser", lambda s, who: s.delete(_user(s, who)), _user, 200),
    _Effect("deleteTenant", lambda s, who: s.delete(_tenant(s, who)), _tenant, 200),
    _Effect("identifyUser", lambda s, who: s.put(_user(s, who), {"name": "x"}), _user, 404),
    _Effect("setTenant", lambda s, who: s.put(_tenant(s, who), {"name": "x"}), _tenant, 404),
    _Effect("setObject", lambda s, who: s.put(_object(s, who), {"name": "x"}), _object, 404),
)


@check(SUITE, rules.LIMIT_NO_EFFECT, rules.LIMIT_ENDS, needs=_BURSTS)
def a_refused_call_has_no_effect(scene: Scene) -> None:
    for effect in _EFFECTS:
        allowed = scene.examiner.documents.by_id[effect.operation].per_second
        if allowed > 1 and not scene.target.controlled:
            continue
        with scene.examiner.scene() as own:
            _refused_without_effect(own, effect, allowed)


def _refused_without_effect(scene: Scene, effect: _Effect, allowed: int) -> None:
    if effect.without == 200:
        for number in range(3 * allowed + 5):
            scene.ok(scene.put(effect.path(scene, scene.id(f"burst-{number}")), {"name": "x"}))
    _apply_limits(scene)
    scene.pass_time(2)
    sent: list[str] = []

    def call(number: int) -> Answer:
        sent.append(scene.id(f"burst-{number}"))
        return effect.send(scene, sent[-1])

    refused = _until_refused(scene, allowed, call)
    if refused is None:
        _no_limits(scene)
        return
    wait = _wait(refused)
    scene.pass_time(wait)
    if scene.target.controlled:
        scene.pass_time(3_600)
    left = scene.get(effect.path(scene, sent[-1])).status
    told = f"the call that was refused was carried out: GET of it answers {left}"
    scene.require(rules.LIMIT_NO_EFFECT, left == effect.without, told, effect.operation)
    again = effect.send(scene, sent[-1])
    told = f"after {wait:g} s the call answered {again.status}"
    scene.require(rules.LIMIT_ENDS, again.status != 429, told, effect.operation)


@check(SUITE, rules.LIMIT_OF_ENDPOINT, needs=_BURSTS)
def other_endpoints_go_on(scene: Scene) -> None:
    find = scene.examiner.documents.by_id
    for id in ("bulkIdentifyUsers", "listWorkflowRecipientRuns", "setTenant"):
        if find[id].per_second == 1 or scene.target.controlled:
            with scene.examiner.scene() as own:
                _others_go_on(own, find[id])


def _others_go_on(scene: Scene, limited: Operation) -> None:
    ground = lay_ground(scene)
    _apply_limits(scene)
    scene.pass_time(2)
    call = call_of(limited, ground)
    if _until_refused(scene, limited.per_second, lambda _: send(scene, call)) is None:
        _no_limits(scene)
        return
    keys: list[dict[str, Any]] = [{}]
    if scene.target.lacks(Capability.OTHER_KEY) is None:
        keys.append({"key": "KNOCK_OTHER_API_KEY"})
    for other in good_calls(scene, ground):
        if other.place != call.place:
            with scene.case():
                status = send(scene, other).status
                told = f"answered {status} while {call.place} is limited"
                scene.require(rules.LIMIT_OF_ENDPOINT, status != 429, told, other.place)
    for more in keys[1:]:
        with scene.case():
            status = send(scene, call, **more).status
            told = f"answered {status} while another environment is limited"
            scene.require(rules.LIMIT_OF_ENDPOINT, status != 429, told, call.place)


@check(SUITE, rules.LIMIT_OF_FEED, needs=(*_BURSTS, Capability.CLOCK))
def the_limit_of_a_feed_is_that_of_its_user(scene: Scene) -> None:
    ground = lay_ground(scene)
    if not feed_is_known(scene, ground.user):
        return
    _apply_limits(scene)
    scene.pass_time(2)
    path = "/v1/users/{}/feeds/" + FEED
    if _until_refused(scene, 5, lambda _: scene.get(path.format(ground.user))) is None:
        _no_limits(scene)
        return
    status = scene.get(path.format(ground.other)).status
    told = f"the feed of one user answered {status} while that of another is limited"
    scene.require(rules.LIMIT_OF_FEED, status != 429, told)
