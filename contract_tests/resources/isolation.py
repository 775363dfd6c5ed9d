"""What one environment's key writes, no other environment's key sees, changes or deletes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.resources.bulk import finish
from contract_tests.resources.estate import (
    READER,
    TENANT,
    TENANTS,
    Holder,
    Piece,
    Stock,
    pieces_of,
    stock_up,
)
from contract_tests.resources.intrusion import THING, VICTIM, Intrusion, intrusions, request
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.portrait import difference, portray
from contract_tests.rules import resources as rules

SUITE = "resources"
OTHER = "KNOCK_OTHER_API_KEY"
_OWNED: Final = (VICTIM, THING, Holder("ann", TENANTS), Holder(TENANT, TENANTS), Holder(READER))
_LATER = 60.0
_SENDS: Final = (
    "triggerWorkflow", "triggerWorkflowLegacy", "createSchedules", "bulkCreateSchedules",
)  # fmt: skip
"""What would notify somebody in the other environment, where it is a real one."""


def _intrude(scene: Scene, stock: Stock, intrusion: Intrusion) -> None:
    """Make the request with the other key; its answer shows nothing of the stock."""
    made = request(scene, stock, intrusion)
    if made is None or (scene.target.real and intrusion.name in _SENDS):
        return
    path, body, query = made
    method = intrusion.operation.method
    more = {} if body is None else {"body": body}
    answer = scene.send(method, path, params=query, key=OTHER, **more)
    secret = _shown(stock, answer)
    told = f"answered {answer.status} to another environment's key, with {secret!r} of this one's"
    scene.require(rules.ISOLATION, not secret, told, answer.place)


def _shown(stock: Stock, answer: Answer) -> str:
    """What of the stock an answer shows; a refusal may repeat the ids that it was asked for."""
    text = answer.exchange.answer_body.decode("utf-8", errors="replace")
    if stock.mark in text:
        return stock.mark
    if answer.status >= 300:
        return ""
    return next((id for ids in stock.ids.values() for id in ids if json.dumps(id) in text), "")


def _bulk_of_own(scene: Scene, stock: Stock) -> None:
    """A bulk operation of this environment, which another could ask for."""
    body = {"users": [{"id": scene.id(VICTIM.name), "name": stock.mark}]}
    operation = finish(scene, scene.post("/v1/users/bulk/identify", body))
    stock.note("operations", operation["id"])
    stock.watch(f"/v1/bulk_operations/{operation['id']}")


def _attempt(scene: Scene, steps: Sequence[Piece | Intrusion], *, twins: bool) -> None:
    pieces = [step for step in steps if isinstance(step, Piece)]
    stock = stock_up(scene, pieces, "kept-here")
    if any(piece.holder == VICTIM for piece in pieces):
        _bulk_of_own(scene, stock)
    if twins:
        stock_up(scene, pieces, "theirs", OTHER)
    before = portray(scene, stock.watched)
    for step in steps:
        if isinstance(step, Intrusion):
            _intrude(scene, stock, step)
    scene.pass_time(_LATER if scene.target.controlled else 0, key=OTHER)
    sent = scene.exchanges[-1].place if scene.exchanges else ""
    changed = difference(before, portray(scene, stock.watched))
    told = f"another environment's key changed what is this one's: {changed}"
    _tidy(scene, pieces)
    scene.require(rules.ISOLATION, not changed, told, _place(steps) or sent)


def _tidy(scene: Scene, pieces: Sequence[Piece]) -> None:
    """What was written with the other key is removed here: the run's end removes only its own."""
    if not scene.target.controlled:
        for holder in dict.fromkeys(piece.holder for piece in pieces):
            scene.delete(holder.path(scene), key=OTHER)


def _place(steps: Sequence[Piece | Intrusion]) -> str:
    """The operation that it must have been, where only one is left."""
    named = [step.name for step in steps if isinstance(step, Intrusion)]
    return named[0] if len(named) == 1 else ""


def _check(name: str, *, twins: bool) -> Check:
    def run(examiner: Examiner) -> None:
        steps: list[Piece | Intrusion] = [
            *pieces_of(list(_OWNED)),
            *intrusions(examiner.documents.operations),
        ]
        narrow(examiner, steps, lambda scene, chosen: _attempt(scene, chosen, twins=twins))

    return Check(SUITE, name, (rules.ISOLATION,), (Capability.OTHER_KEY,), run)


add_check(_check("no operation reaches into another environment", twins=False))
add_check(_check("environments with the same ids stay apart", twins=True))


@check(SUITE, rules.ISOLATION, needs=(Capability.OTHER_KEY, Capability.WHOLE_LISTS))
def lists_of_environments_are_apart(scene: Scene) -> None:
    scene.ok(scene.put(f"/v1/users/{scene.id('own')}", {"name": "own"}))
    scene.ok(scene.put(f"/v1/objects/{scene.id('c')}/{scene.id('own')}", {"name": "x"}))
    scene.ok(scene.put(f"/v1/tenants/{scene.id('own')}", {"name": "x"}))
    for path in ("/v1/users", f"/v1/objects/{scene.id('c')}", "/v1/tenants"):
        entries = scene.ok(scene.get(path, key=OTHER))["entries"]
        told = f"{path} with another environment's key lists {entries}"
        scene.require(rules.ISOLATION, not entries, told)


@check(SUITE, rules.ISOLATION, needs=(Capability.OTHER_KEY,))
def what_is_in_another_environment_is_not_found(scene: Scene) -> None:
    id, collection = scene.id("secret"), scene.id("c")
    paths = [f"/v1/users/{id}", f"/v1/objects/{collection}/{id}", f"/v1/tenants/{id}"]
    for path in paths:
        scene.ok(scene.put(path, {"name": "first"}))
    for path in paths:
        seen = scene.get(path, key=OTHER).status
        told = f"GET {path} with another environment's key answered {seen}"
        scene.require(rules.ISOLATION, seen in (401, 403, 404), told)
