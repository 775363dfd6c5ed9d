"""The checks of the suite `errors`: what is refused has no effect, and limits of a call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.documents import Operation
from contract_tests.checking.scene import NOTHING, Scene
from contract_tests.protocol.bodies import (
    Limit,
    bad_bodies,
    limits,
    lists_with_a_bad_row,
    with_value,
)
from contract_tests.protocol.calls import Call, call_of, good_calls, send, spared
from contract_tests.protocol.effects import Attempt, must_leave_all_as_it_was
from contract_tests.protocol.ground import Ground, lay_ground
from contract_tests.rules import protocol as rules

SUITE = "errors"
_STRANGERS: Final = {
    "createSchedules": "recipients",
    "addSubscriptionsForObject": "recipients",
}
"""Lists in which a reference to nobody is refused."""
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _attempt(scene: Scene, call: Call, body: Any, told: str) -> Attempt:
    return Attempt(call.place, told, lambda: send(scene, call, body=body))


@check(SUITE, rules.NOTHING_HALF_DONE)
def a_refused_list_leaves_nothing(scene: Scene) -> None:
    must_leave_all_as_it_was(scene, rules.NOTHING_HALF_DONE, _bad_lists)


def _bad_lists(scene: Scene, ground: Ground) -> Iterator[Attempt]:
    for call in good_calls(scene, ground):
        if call.body is None:
            continue
        for one in spared(scene, lists_with_a_bad_row(call.place, call.body)):
            yield _attempt(scene, call, one.body, one.wrong)
        if call.place in _STRANGERS:
            name, stranger = _STRANGERS[call.place], scene.id("stranger")
            rows = [*call.body[name], stranger]
            for changed in (rows, rows[::-1]):
                told = f"{name} with one that nobody knows"
                yield _attempt(scene, call, {**call.body, name: changed}, told)


@check(SUITE, rules.NOTHING_HALF_DONE)
def a_refused_change_changes_nothing(scene: Scene) -> None:
    must_leave_all_as_it_was(scene, rules.NOTHING_HALF_DONE, _bad_members)


def _bad_members(scene: Scene, ground: Ground) -> Iterator[Attempt]:
    for call in good_calls(scene, ground):
        if call.body is not None:
            for one in spared(scene, bad_bodies(call.place, call.body)):
                yield _attempt(scene, call, one.body, one.wrong)


@check(SUITE, rules.NOTHING_HALF_DONE)
def bodies_that_are_no_json_leave_nothing(scene: Scene) -> None:
    must_leave_all_as_it_was(scene, rules.NOTHING_HALF_DONE, _cut_off)


def _cut_off(scene: Scene, ground: Ground) -> Iterator[Attempt]:
    for call in good_calls(scene, ground):
        if call.body is not None and call.operation.takes_body:
            cut = json.dumps(call.body).encode()[:-1]
            for content in (cut, cut + b"}}"):
                body = {"body": NOTHING, "content": content}
                told = f"the body {content.decode()[:80]}"
                yield Attempt(call.place, told, partial(send, scene, call, **body))


@check(SUITE, rules.NOTHING_HALF_DONE, needs=(Capability.WORKFLOW,))
def a_trigger_that_is_refused_leaves_nothing(scene: Scene) -> None:
    must_leave_all_as_it_was(scene, rules.NOTHING_HALF_DONE, _bad_triggers)


def _bad_triggers(scene: Scene, ground: Ground) -> Iterator[Attempt]:
    trigger = call_of(scene.examiner.documents.by_id["triggerWorkflow"], ground)
    for more, told in (
        ({"actor": scene.id("stranger")}, "an actor that nobody knows"),
        ({"actor": {"name": "no id"}}, "an actor without an id"),
        ({"tenant": {"name": "no id"}}, "a tenant without an id"),
        ({"tenant": 7}, "the tenant 7"),
        ({"data": ["x"]}, "data that is a list"),
    ):
        yield _attempt(scene, trigger, {**trigger.body, "tenant": ground.new, **more}, told)


@check(SUITE, rules.TOO_MANY, rules.NOTHING_HALF_DONE, needs=(Capability.BULK_SPEED,))
def more_items_than_a_call_takes_are_refused(scene: Scene) -> None:
    ground = lay_ground(scene)
    for limit in limits():
        call = _with_rows(ground, scene.examiner.documents.by_id[limit.operation], limit, 1)
        with scene.case():
            answer = send(scene, call)
            refused = 400 <= answer.status < 500
            told = f"{limit.most + 1} in {limit.path[-1]}, and it answered {answer.status}"
            scene.require(rules.TOO_MANY, refused, told, call.place)
    must_leave_all_as_it_was(scene, rules.NOTHING_HALF_DONE, _too_many)


def _too_many(scene: Scene, ground: Ground) -> Iterator[Attempt]:
    for limit in limits():
        call = _with_rows(ground, scene.examiner.documents.by_id[limit.operation], limit, 1)
        yield Attempt(call.place, f"{limit.most + 1} in one call", partial(send, scene, call))


@check(SUITE, rules.AS_MANY, needs=(Capability.BULK_SPEED, Capability.WORKFLOW))
def as_many_items_as_a_call_takes_are_taken(scene: Scene) -> None:
    ground = lay_ground(scene)
    order = [call.place for call in good_calls(scene, ground)]
    for limit in sorted(limits(), key=lambda limit: order.index(limit.operation)):
        call = _with_rows(ground, scene.examiner.documents.by_id[limit.operation], limit, 0)
        with scene.case():
            answer = send(scene, call)
            told = f"{limit.most} in {limit.path[-1]}, and it answered {answer.status}"
            scene.require(rules.AS_MANY, answer.status == call.operation.success, told, call.place)


def _with_rows(ground: Ground, operation: Operation, limit: Limit, over: int) -> Call:
    """The good call with that many rows over the limit: the first is good, others are like it."""
    call, count = call_of(operation, ground), limit.most + over
    name = str(limit.path[0])
    if name.startswith("?"):
        pair = f"{name[1:]}[]"
        first = next((value for key, value in call.params if key == pair), ground.new)
        rest = tuple((pair, f"{ground.new}-{number}") for number in range(count - 1))
        others = tuple(one for one in call.params if one[0] != pair)
        return Call(call.operation, call.path, (*others, (pair, first), *rest), call.body)
    node: Any = call.body
    for step in limit.path:
        absent = isinstance(node, dict) and step not in node
        node = [ground.user] if absent else node[step]
    rows = [node[0], *(_like(node[-1], f"{ground.new}-{number}") for number in range(count - 1))]
    body = with_value(call.body, limit.path, rows)
    return Call(call.operation, call.path, call.params, body)


def _like(row: Any, id: str) -> Any:
    """Another row of the same form."""
    if isinstance(row, str):
        return str(uuid5(NAMESPACE_URL, id)) if _UUID.fullmatch(row) else id
    if "user" in row:
        return {"user": {"id": id}}
    return dict(row) if "recipient" in row else {**row, "id": id}
