"""The suite `rate-limits`: what a batch leaves for having been changed a moment ago.

Knock lets an entity be changed once a second by batches. Where a server does so, what it left has
to stand in the header; a server that does not is not judged.
"""

from __future__ import annotations

from typing import Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.workflows import trigger
from contract_tests.rules import protocol as rules

SUITE = "rate-limits"
_HEADER: Final = "x-ratelimited-message_ids"
_MARKS: Final = {
    "seen": "seen_at", "read": "read_at", "archived": "archived_at",
}  # fmt: skip


@check(SUITE, rules.BATCH_HEADER, needs=(Capability.WORKFLOW,))
def batches_say_what_they_left(scene: Scene) -> None:
    with scene.step("message_ids", "messages"):
        make_users(scene, ["reader"])
        for number in range(2):
            trigger(scene, [scene.id("reader")], data={"number": number})
        path = f"/v1/users/{scene.id('reader')}/messages"
        ids = [item["id"] for item in scene.ok(scene.get(path))["items"]]
    for mark, stamp in _MARKS.items():
        for first, then in ((mark, f"un{mark}"), (f"un{mark}", mark)):
            with scene.case():
                _says_what_it_left(scene, ids, first, then, stamp)


def _says_what_it_left(scene: Scene, ids: list[str], first: str, then: str, stamp: str) -> None:
    """Mark by batch, take that back by a single call, and mark by batch within the second."""
    where = f"/v1/messages/batch/{first}"
    if scene.target.controlled:
        scene.pass_time(5)
    for id in ids:  # so that the first batch changes it
        _set(scene, id, then)
    scene.ok(scene.post(where, {"message_ids": ids[:1]}))
    _set(scene, ids[0], then)
    answer = scene.post(where, {"message_ids": ids})
    scene.ok(answer)
    marked = not first.startswith("un")
    left = [id for id in ids if bool(scene.ok(scene.get(f"/v1/messages/{id}"))[stamp]) != marked]
    named = [id for id in answer.headers.get(_HEADER, "").split(",") if id]
    if not left and not named:
        scene.examiner.say("no batch left anything here", rules.BATCH_HEADER)
        return
    told = f"{left} were left as they were, and {_HEADER} names {named}"
    scene.require(rules.BATCH_HEADER, sorted(named) == sorted(left), told, answer.place)
    _answers_all(scene, answer, ids)


def _answers_all(scene: Scene, answer: Answer, ids: list[str]) -> None:
    shown = [message["id"] for message in answer.json]
    told = f"{ids} were named, {shown} answered"
    scene.require(rules.BATCH_HEADER, sorted(shown) == sorted(ids), told, answer.place)


def _set(scene: Scene, id: str, mark: str) -> None:
    path = f"/v1/messages/{id}/{mark.removeprefix('un')}"
    scene.ok(scene.delete(path) if mark.startswith("un") else scene.put(path))
