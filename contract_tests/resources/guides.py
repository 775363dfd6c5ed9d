"""Guides: marks are one user's, of one guide and step, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.resources.studio import GUIDES, open_studio
from contract_tests.rules import resources as rules

SUITE = "resources"
OTHER: Final = "KNOCK_OTHER_API_KEY"
_NEEDS: Final = (Capability.WORKFLOW, Capability.PLANS)
_STAMPS: Final = ("seen_at", "interacted_at", "archived_at")
_NOBODYS: Final = "00000000-0000-4000-8000-000000000000"
State = dict[tuple[str, str], dict[str, bool]]
"""By guide and step: which marks are set. A guide that is held back is not among them."""


def _guides(scene: Scene, user: str, key: str) -> dict[str, Any]:
    page = scene.ok(scene.get(f"/v1/users/{scene.id(user)}/guides/{GUIDES}", key=key))
    found: dict[str, Any] = page
    return found


def _state(scene: Scene, user: str, key: str = "KNOCK_API_KEY") -> State:
    return {
        (guide["key"], step["ref"]): {
            stamp: step["message"][stamp] is not None for stamp in _STAMPS
        }
        for guide in _guides(scene, user, key)["entries"]
        for step in guide["steps"]
    }


def _begin(scene: Scene) -> dict[str, Any]:
    """Declare guides, and make two users; answers what a mark of the first step says."""
    if open_studio(scene).mail is None:
        return {}
    for name in ("ann", "bo"):
        scene.ok(scene.put(f"/v1/users/{scene.id(name)}", {"name": name}))
    guide = _guides(scene, "ann", "KNOCK_API_KEY")["entries"][0]
    return {
        "channel_id": GUIDES, "guide_id": guide["id"], "guide_key": guide["key"],
        "guide_step_ref": guide["steps"][0]["ref"],
    }  # fmt: skip


def _send(scene: Scene, status: str, body: dict[str, Any], *, by_message: bool, key: str) -> Answer:
    path = f"/v1/users/{scene.id('ann')}/guides/messages"
    path += f"/{_NOBODYS}/{status}" if by_message else f"/{status}"
    content: dict[str, Any] = {"content": {}} if status == "seen" else {}
    return scene.put(path, {**body, **content}, key=key)


def _check(status: str, *, by_message: bool) -> Check:
    def judge(scene: Scene) -> None:
        body = _begin(scene)
        if not body:
            return
        step = (body["guide_key"], body["guide_step_ref"])
        before = {user: _state(scene, user) for user in ("ann", "bo")}
        answer = _send(scene, status, body, by_message=by_message, key="KNOCK_API_KEY")
        scene.ok(answer)
        after = {user: _state(scene, user) for user in ("ann", "bo")}
        if status == "archived":
            told = f"it was archived, and the guides of the user are {sorted(after['ann'])}"
            scene.require(rules.GUIDE_MARKS, step not in after["ann"], told, answer.place)
        else:
            told = f"it was marked {status}, and shows {after['ann'].get(step)}"
            marked = after["ann"].get(step, {}).get(f"{status}_at")
            scene.require(rules.GUIDE_MARKS, marked, told, answer.place)
        for user in ("ann", "bo"):
            mine = step if user == "ann" else None
            was, now = (
                {one: marks for one, marks in state[user].items() if one != mine}
                for state in (before, after)
            )
            told = f"other guides and users were {was}, and are {now}"
            scene.require(rules.GUIDE_MARKS, was == now, told, answer.place)

    def run(examiner: Examiner) -> None:
        with examiner.scene() as scene:
            judge(scene)

    which = " by its message" if by_message else ""
    return Check(SUITE, f"a guide is marked {status}{which}", (rules.GUIDE_MARKS,), _NEEDS, run)


for _status in ("seen", "interacted", "archived"):
    for _by_message in (False, True):
        add_check(_check(_status, by_message=_by_message))


def _undo(scene: Scene, body: dict[str, Any], *, reset: bool, key: str) -> Answer:
    path = f"/v1/users/{scene.id('ann')}/guides"
    named = {"guide_key": body["guide_key"]}
    if reset:
        return scene.put(f"{path}/engagements/reset", named, key=key)
    return scene.delete(f"{path}/messages/archived", named, key=key)


@check(SUITE, rules.GUIDE_MARKS, needs=_NEEDS)
def marks_of_guides_are_taken_back(scene: Scene) -> None:
    body = _begin(scene)
    if not body:
        return
    step = (body["guide_key"], body["guide_step_ref"])
    fresh = _state(scene, "ann")
    for status in ("seen", "interacted", "archived"):
        scene.ok(_send(scene, status, body, by_message=False, key="KNOCK_API_KEY"))
    held = [one["key"] for one in _guides(scene, "ann", "KNOCK_API_KEY")["ineligible_guides"]]
    told = f"{step[0]} was archived, and held back are {held}"
    scene.require(rules.GUIDE_MARKS, step[0] in held, told)
    scene.ok(_undo(scene, body, reset=False, key="KNOCK_API_KEY"))
    shown = _state(scene, "ann").get(step, {})
    told = f"it was unarchived, and shows {shown}"
    right = shown == {"seen_at": True, "interacted_at": True, "archived_at": False}
    scene.require(rules.GUIDE_MARKS, right, told, "markUserGuideAsUnarchived")
    scene.ok(_undo(scene, body, reset=True, key="KNOCK_API_KEY"))
    after = _state(scene, "ann")
    told = f"it was reset, and the guides are {after}"
    scene.require(rules.GUIDE_MARKS, after == fresh, told, "resetUserGuideEngagement")


@check(SUITE, rules.ISOLATION, needs=(*_NEEDS, Capability.OTHER_KEY))
def marks_of_guides_stay_in_their_environment(scene: Scene) -> None:
    body = _begin(scene)
    if not body:
        return
    open_studio(scene, OTHER)
    scene.ok(scene.put(f"/v1/users/{scene.id('ann')}", {"name": "ann"}, key=OTHER))
    untouched = _state(scene, "ann", OTHER)
    for status in ("seen", "interacted"):
        scene.ok(_send(scene, status, body, by_message=False, key="KNOCK_API_KEY"))
    own = _state(scene, "ann")
    theirs = _state(scene, "ann", OTHER)
    told = f"marked in one environment, and another shows {theirs}"
    scene.require(rules.ISOLATION, theirs == untouched, told)
    intrusions: list[Callable[[], Answer]] = [
        lambda: _undo(scene, body, reset=True, key=OTHER),
        lambda: _send(scene, "archived", body, by_message=False, key=OTHER),
        lambda: _undo(scene, body, reset=False, key=OTHER),
    ]
    for intrude in intrusions:
        place = intrude().place
        now = _state(scene, "ann")
        told = f"another environment's key changed the marks from {own} to {now}"
        scene.require(rules.ISOLATION, now == own, told, place)
