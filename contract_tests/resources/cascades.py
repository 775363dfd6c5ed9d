"""What goes with a deletion, and what stays."""

from __future__ import annotations

from collections.abc import Sequence

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users, subscribers
from contract_tests.resources.deletions import DELETIONS, Deletion, everything
from contract_tests.resources.estate import Piece, Stock, stock_up
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.portrait import Portrait, difference, portray, rows_of, without
from contract_tests.resources.recipients import CHANNELS, channel_is_known
from contract_tests.rules import resources as rules

SUITE = "resources"


@check(SUITE, rules.DELETE_CASCADES, needs=(Capability.STRAY_WRITES,))
def deleting_a_user_takes_everything_along(scene: Scene) -> None:
    id = scene.id("leaver")
    path = f"/v1/users/{id}"
    object_path = f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    scene.ok(scene.put(path, {"name": "Leaver"}))
    scene.ok(scene.put(object_path, {"name": "x"}))
    scene.ok(scene.put(f"{path}/preferences/default", {"categories": {"news": False}}))
    if channel_is_known(scene, path):
        scene.ok(scene.put(f"{path}/channel_data/{CHANNELS[0]}", {"data": {"tokens": ["t"]}}))
    scene.ok(scene.post(f"{object_path}/subscriptions", {"recipients": [id]}))
    scene.ok(scene.delete(path))
    listed = subscribers(scene, object_path)
    scene.require(rules.DELETE_CASCADES, id not in listed, f"still subscribed: {listed}")
    scene.ok(scene.put(path, {"name": "Newcomer"}))
    left = scene.ok(scene.get(f"{path}/preferences/default"))["categories"]
    scene.require(rules.DELETE_CASCADES, not left, f"preferences of before are back: {left}")
    data = scene.get(f"{path}/channel_data/{CHANNELS[0]}").status
    scene.require(rules.DELETE_CASCADES, data == 404, f"channel data of before answered {data}")
    entries = scene.ok(scene.get(f"{path}/subscriptions"))["entries"]
    scene.require(rules.DELETE_CASCADES, not entries, f"subscriptions of before: {entries}")


@check(SUITE, rules.DELETE_CASCADES, needs=(Capability.WORKFLOW, Capability.STRAY_WRITES))
def deleting_a_user_takes_schedules_and_messages_along(scene: Scene) -> None:
    id, workflow = scene.id("leaver"), scene.target.workflow
    path = f"/v1/users/{id}"
    make_users(scene, ["leaver"])
    repeats = [{"frequency": "monthly", "day_of_month": 1}]
    body = {"workflow": workflow, "recipients": [id], "repeats": repeats}
    scene.ok(scene.post("/v1/schedules", body))
    scene.ok(scene.post(f"/v1/workflows/{workflow}/trigger", {"recipients": [id]}))
    if scene.target.controlled:
        scene.pass_time(1)
    messages = scene.ok(scene.get(f"{path}/messages"))["items"]
    scene.ok(scene.delete(path))
    for message in messages:
        status = scene.get(f"/v1/messages/{message['id']}").status
        scene.require(rules.DELETE_CASCADES, status == 404, f"its message answered {status}")
    make_users(scene, ["leaver"])
    for part, rows in (("schedules", "entries"), ("messages", "items")):
        left = scene.ok(scene.get(f"{path}/{part}"))[rows]
        scene.require(rules.DELETE_CASCADES, not left, f"{part} of before are back: {left}")


@check(SUITE, rules.DELETE_CASCADES)
def deleting_an_object_takes_its_subscriptions_along(scene: Scene) -> None:
    path = f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    make_users(scene, ["reader"])
    reader = scene.id("reader")
    scene.ok(scene.put(path, {"name": "x"}))
    scene.ok(scene.put(f"{path}/preferences/default", {"categories": {"news": False}}))
    scene.ok(scene.post(f"{path}/subscriptions", {"recipients": [reader]}))
    scene.ok(scene.delete(path))
    entries = scene.ok(scene.get(f"/v1/users/{reader}/subscriptions"))["entries"]
    scene.require(rules.DELETE_CASCADES, not entries, f"its reader still has {entries}")
    scene.ok(scene.put(path, {"name": "x"}))
    listed = subscribers(scene, path)
    scene.require(rules.DELETE_CASCADES, not listed, f"subscribers of before are back: {listed}")
    left = scene.ok(scene.get(f"{path}/preferences/default"))["categories"]
    scene.require(rules.DELETE_CASCADES, not left, f"preferences of before are back: {left}")


def _attempt(scene: Scene, steps: Sequence[Piece | Deletion]) -> None:
    """Make the pieces, then delete one after the other, and look at everything each time."""
    pieces = [step for step in steps if isinstance(step, Piece)]
    stock = stock_up(scene, pieces, "kept-here")
    shown = portray(scene, stock.watched)
    for step in steps:
        if isinstance(step, Deletion) and Piece(step.holder, step.part) in pieces:
            answer = step.send(scene, stock, step.holder)
            if answer is not None:
                scene.ok(answer)
            place = scene.exchanges[-1].place if answer is None else answer.place
            shown = _judge(scene, stock, step, shown, place)


def _judge(scene: Scene, stock: Stock, step: Deletion, before: Portrait, place: str) -> Portrait:
    """What is shown now, which has to be what was shown without what was deleted."""
    after = portray(scene, stock.watched)
    was = {p: node for p, node in before.items() if not step.owns(scene, p, node)}
    now = {p: node for p, node in after.items() if p in was}
    lost = difference(*(without(one, lambda row: step.takes(scene, row)) for one in (was, now)))
    told = f"deleting {step.name} changed what is something else's: {lost}"
    scene.require(rules.NEIGHBOURS, not lost, told, place)
    if scene.target.real:
        return after  # "may take up to ten minutes"
    for path, node in after.items():
        left = [row for row in rows_of(node) if step.must_take(scene, row)]
        if step.below and path not in was and not step.holder.collection:
            left += [node] if stock.mark in repr(node) else []
        told = f"deleting {step.name} left this at GET {path}: {str(left)[:200]}"
        scene.require(step.rule, not left, told, place)
    for path in (step.holder.path(scene), *step.paths(scene, step.holder)):
        left = after.get(path, 404)
        stays = step.part != "itself" and path == step.holder.path(scene)
        told = f"deleting {step.name} left this at GET {path}: {str(left)[:200]}"
        scene.require(step.rule, stays or stock.mark not in repr(left), told, place)
    return after


def _run(examiner: Examiner) -> None:
    steps: list[Piece | Deletion] = [*everything(), *DELETIONS]
    narrow(examiner, steps, _attempt)


add_check(
    Check(
        SUITE, "deleting one thing leaves all others",
        (
            rules.NEIGHBOURS, rules.DELETE_CASCADES, rules.DELETED_IS_GONE, rules.UNSUBSCRIBED,
            rules.SCHEDULES_DELETED, rules.CHANNEL_DATA_UNSET, rules.AUDIENCE_KEPT,
        ),
        (), _run,
    )
)  # fmt: skip
