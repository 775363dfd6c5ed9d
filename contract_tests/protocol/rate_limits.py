"""The checks of the suite `rate-limits`.

Whether a server applies limits at all is its own affair (Knock documents tiers, and neither the
window nor the burst); what it does when it refuses with a 429 is judged.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.workflows import trigger
from contract_tests.rules import protocol as rules

SUITE = "rate-limits"
_BURSTS = (Capability.BURSTS,)
_BURST = 8
"""Calls to an endpoint of tier 1, which lets one through in a second."""


def _burst(scene: Scene) -> list[Answer]:
    """Bulk calls one after the other until one is refused. Each names a user of its own."""
    scene.limits_expected = True
    answers = []
    for number in range(_BURST):
        users = [{"id": scene.id(f"burst-{number}")}]
        answers.append(scene.post("/v1/users/bulk/identify", {"users": users}))
        if answers[-1].status == 429:
            break
    return answers


def _limited(scene: Scene) -> Answer | None:
    """The first refusal of a burst; None from a server that applies no limits."""
    last = _burst(scene)[-1]
    if last.status == 429:
        return last
    scene.examiner.say(
        f"{_BURST} calls of tier 1 at once were let through: this server applies no rate limits",
        rules.RETRY_AFTER, rules.LIMIT_NO_EFFECT, rules.LIMIT_ENDS, rules.LIMIT_OF_ENDPOINT,
    )  # fmt: skip
    return None


@check(SUITE, rules.LIMIT_NOT_EARLY, rules.LIMIT_OF_TIER)
def the_first_calls_are_let_through(scene: Scene) -> None:
    scene.limits_expected = True
    scene.pass_time(2)
    first = scene.post("/v1/users/bulk/identify", {"users": [{"id": scene.id("first")}]})
    scene.require(rules.LIMIT_NOT_EARLY, first.status != 429, "the first call was refused")
    scene.pass_time(1.1)
    path = f"/v1/users/{scene.id('tier')}"
    refused = 0
    for number in range(30):  # tier 3 lets 60 through
        refused += scene.put(path, {"number": number}).status == 429
    scene.require(rules.LIMIT_OF_TIER, not refused, f"{refused} of 30 calls of tier 3 were refused")


@check(SUITE, rules.RETRY_AFTER, rules.ENVELOPE, needs=_BURSTS)
def a_refusal_says_when_to_come_back(scene: Scene) -> None:
    refused = _limited(scene)
    if refused is None or "retry-after" not in refused.headers:
        return
    text = refused.headers["retry-after"]
    scene.require(rules.RETRY_AFTER, _is_retry_after(text), f"Retry-After: {text!r}")


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


@check(SUITE, rules.LIMIT_NO_EFFECT, rules.LIMIT_ENDS, needs=_BURSTS)
def a_refused_call_has_no_effect(scene: Scene) -> None:
    refused = _limited(scene)
    if refused is None:
        return
    try:
        wait = max(1.0, float(refused.headers.get("retry-after", "1")))
    except ValueError:
        wait = 1.0
    body = refused.exchange.body
    scene.pass_time(wait + 0.1)
    number = body.decode().partition("burst-")[2].partition('"')[0]
    if scene.target.controlled:
        scene.pass_time(3_600)
    left = scene.get(f"/v1/users/{scene.id(f'burst-{number}')}").status
    scene.require(rules.LIMIT_NO_EFFECT, left == 404, f"its row was carried out: {left}")
    again = scene.post("/v1/users/bulk/identify", {"users": [{"id": scene.id("again")}]})
    told = f"after {wait:g} s the call answered {again.status}"
    scene.require(rules.LIMIT_ENDS, again.status == 200, told)


@check(SUITE, rules.LIMIT_OF_ENDPOINT, needs=_BURSTS)
def other_endpoints_go_on(scene: Scene) -> None:
    if _limited(scene) is None:
        return
    make_users(scene, ["other"])
    other = scene.get(f"/v1/users/{scene.id('other')}")
    told = f"GET of a user answered {other.status} while bulk identify is limited"
    scene.require(rules.LIMIT_OF_ENDPOINT, other.status == 200, told)
    another = scene.post("/v1/users/bulk/delete", {"user_ids": [scene.id("other")]})
    told = f"bulk delete answered {another.status} while bulk identify is limited"
    scene.require(rules.LIMIT_OF_ENDPOINT, another.status == 200, told)


@check(SUITE, rules.BATCH_HEADER, needs=(Capability.WORKFLOW,))
def batches_say_what_they_left(scene: Scene) -> None:
    make_users(scene, ["reader"])
    for number in range(2):
        trigger(scene, [scene.id("reader")], data={"number": number})
    path = f"/v1/users/{scene.id('reader')}/messages"
    ids = [item["id"] for item in scene.ok(scene.get(path))["items"]]
    scene.ok(scene.post("/v1/messages/batch/read", {"message_ids": ids[:1]}))
    before = scene.ok(scene.get(f"/v1/messages/{ids[0]}"))
    answer = scene.post("/v1/messages/batch/read", {"message_ids": ids})
    shown = scene.ok(answer)
    told = f"{ids} were named, {[m['id'] for m in shown]} answered"
    scene.require(rules.BATCH_HEADER, sorted(m["id"] for m in shown) == sorted(ids), told)
    header = answer.headers.get("x-ratelimited-message_ids")
    if header is None:
        return
    left = header.split(",")
    strange = sorted(set(left) - set(ids))
    scene.require(rules.BATCH_HEADER, not strange, f"the header names {strange}, not asked for")
    for id in left:
        now = scene.ok(scene.get(f"/v1/messages/{id}"))
        told = f"{id} was left, and its read_at moved from {before['read_at']} to {now['read_at']}"
        same = id == ids[0] and now["read_at"] == before["read_at"]
        scene.require(rules.BATCH_HEADER, same, told)
